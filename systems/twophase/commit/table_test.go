package commit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/timer"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/twophase/txn"
	"github.com/ravelgo/ravel/trace"
)

// fakeTimer tells the test what the coordinator asks of its timer.
type fakeTimer struct{ test ravel.ID }

type (
	startTimer  struct{}
	cancelTimer struct{}
)

func (f fakeTimer) Start(c *ravel.Context, _ time.Duration) { c.Send(f.test, startTimer{}) }
func (f fakeTimer) Cancel(c *ravel.Context)                 { c.Send(f.test, cancelTimer{}) }

// event makes the event of a column, to be sent by a client or participants that are all the same machine. Transaction and
// read 2 are the present ones, 1 are over.
func event(name string, from ravel.ID) any {
	switch name {
	case "write":
		return WriteReq{from, 1, txn.Write{Key: "k", Value: "v"}}
	case "read":
		return ReadReq{from, 1, "k"}
	case "timeout":
		return timer.Timeout{}
	case "cancelOK":
		return timer.CancelOK{}
	case "cancelFail":
		return timer.CancelFail{}
	}
	kind, of, _ := strings.Cut(name, ":")
	var n, p int
	if _, err := fmt.Sscanf(of, "%d.%d", &n, &p); err != nil {
		panic(name)
	}
	switch kind {
	case "yes", "no":
		return Vote{txn.Tx(n), p, kind == "yes"}
	case "ack":
		return DecAck{txn.Tx(n), p}
	case "value":
		return PartReadResp{uint64(n), "v", true}
	}
	panic(name)
}

// react brings a coordinator into a state by some events and returns what it does with one more; see trial.Reaction.
func react(t *testing.T, acks bool, bugs Bugs, setup, last string) string {
	t.Helper()
	start := func(t *check.T) (ravel.ID, []any) {
		k := &Coordinator{Participants: []ravel.ID{t.Self(), t.Self()}, Net: Direct{}, Timer: fakeTimer{t.Self()}, Acks: acks, Bugs: bugs}
		var all []any
		for _, name := range append(strings.Fields(setup), last) {
			all = append(all, event(name, t.Self()))
		}
		return t.Create(k.New()), all
	}
	return trial.Reaction(t, CoordinatorMachine.Name(), start, word)
}

// word tells something sent: its type, and of the answer to a write what it says.
func word(e *trace.Event) string {
	name := strings.TrimPrefix(e.Type, "commit.")
	if name == "WriteResp" {
		name += map[bool]string{true: "(ok)", false: "(failed)"}[strings.Contains(e.Value, "true")]
	}
	return name
}

// What brings the coordinator from Idle to its states, after an aborted transaction and a read.
var (
	reliably = "write no:1.0 cancelOK read value:1.0"
	lossily  = "write no:1.0 cancelOK ack:1.0 ack:1.1 cancelOK read value:1.0 cancelOK"
)

// The columns of the table, and the order of its cells.
var columns = []string{"write", "read", "yes:2.1", "no:2.1", "yes:1.1", "no:1.1", "timeout", "cancelOK", "cancelFail",
	"value:2.0", "value:1.0", "ack:2.1", "ack:1.1"}

// The table of the coordinator: every event in every state.
func TestTable(t *testing.T) {
	const (
		x, d, bad = "ignore", "defer", "fail"
		prepare   = "Prepare Prepare startTimer -> Voting"
		commit    = "Commit Commit"
		abort     = "Abort Abort"
		nothing   = "" // it looks, and does nothing
	)
	for _, test := range []struct {
		state string
		acks  bool
		setup string
		want  [13]string
	}{
		{"Idle", false, "", [13]string{
			prepare, "PartRead -> Reading", x, x, x, x, bad, x, bad, bad, bad, x, x}},
		{"Reading", false, "read", [13]string{
			d, d, x, x, x, x, nothing, x, bad, "ReadResp -> Idle", bad, x, x}},
		{"Voting", false, "write", [13]string{
			d, d, nothing, abort + " WriteResp(failed) cancelTimer -> Flushing", nothing, nothing,
			abort + " WriteResp(failed) -> Idle", bad, bad, bad, bad, x, x}},
		{"Voting, one yes", false, "write yes:2.0", [13]string{
			d, d, commit + " WriteResp(ok) cancelTimer -> Flushing", abort + " WriteResp(failed) cancelTimer -> Flushing", nothing, nothing,
			abort + " WriteResp(failed) -> Idle", bad, bad, bad, bad, x, x}},
		{"Voting, the same yes", false, "write yes:2.1", [13]string{
			d, d, nothing, abort + " WriteResp(failed) cancelTimer -> Flushing", nothing, nothing,
			abort + " WriteResp(failed) -> Idle", bad, bad, bad, bad, x, x}},
		{"Flushing", false, "write yes:2.0 yes:2.1", [13]string{
			d, d, x, x, x, x, "-> Idle", "-> Idle", "-> WaitTimeout", bad, bad, nothing, nothing}},
		{"WaitTimeout", false, "write yes:2.0 yes:2.1 cancelFail", [13]string{
			d, d, x, x, x, x, "-> Idle", bad, bad, bad, bad, nothing, nothing}},

		{"Idle", true, "", [13]string{
			prepare, "PartRead startTimer -> Reading", x, x, x, x, bad, x, bad, bad, nothing, x, x}},
		{"Reading", true, "read", [13]string{
			d, d, x, x, x, x, "PartRead startTimer", x, bad, "ReadResp cancelTimer -> Flushing", nothing, x, x}},
		{"Flushing after a read", true, "read value:2.0", [13]string{
			d, d, x, x, x, x, "-> Idle", "-> Idle", "-> WaitTimeout", nothing, nothing, nothing, nothing}},
		{"Voting", true, "write", [13]string{
			d, d, nothing, abort + " cancelTimer -> Flushing", nothing, nothing,
			abort + " startTimer -> AwaitAcks", bad, bad, bad, nothing, x, x}},
		{"Voting, one yes", true, "write yes:2.0", [13]string{
			d, d, commit + " cancelTimer -> Flushing", abort + " cancelTimer -> Flushing", nothing, nothing,
			abort + " startTimer -> AwaitAcks", bad, bad, bad, nothing, x, x}},
		{"Flushing", true, "write yes:2.0 yes:2.1", [13]string{
			d, d, x, x, x, x, "startTimer -> AwaitAcks", "startTimer -> AwaitAcks", "-> WaitTimeout", bad, nothing, nothing, nothing}},
		{"Flushing, all acknowledged", true, "write yes:2.0 yes:2.1 ack:2.0 ack:2.1", [13]string{
			d, d, x, x, x, x, "WriteResp(ok) -> Idle", "WriteResp(ok) -> Idle", "-> WaitTimeout", bad, nothing, nothing, nothing}},
		{"WaitTimeout", true, "write yes:2.0 yes:2.1 cancelFail", [13]string{
			d, d, x, x, x, x, "startTimer -> AwaitAcks", bad, bad, bad, nothing, nothing, nothing}},
		{"WaitTimeout, all acknowledged", true, "write no:2.0 cancelFail ack:2.0 ack:2.1", [13]string{
			d, d, x, x, x, x, "WriteResp(failed) -> Idle", bad, bad, bad, nothing, nothing, nothing}},
		{"AwaitAcks", true, "write yes:2.0 yes:2.1 cancelOK", [13]string{
			d, d, x, x, x, x, commit + " startTimer", x, x, bad, nothing, nothing, nothing}},
		{"AwaitAcks, one missing", true, "write yes:2.0 yes:2.1 cancelOK ack:2.0", [13]string{
			d, d, x, x, x, x, "Commit startTimer", x, x, bad, nothing, "WriteResp(ok) cancelTimer -> Flushing", nothing}},
		{"AwaitAcks of an abort", true, "write timeout ack:2.0", [13]string{
			d, d, x, x, x, x, "Abort startTimer", x, x, bad, nothing, "WriteResp(failed) cancelTimer -> Flushing", nothing}},
	} {
		base := reliably
		if test.acks {
			base = lossily
		}
		for i, column := range columns {
			if got := react(t, test.acks, 0, base+" "+test.setup, column); got != test.want[i] {
				t.Errorf("%s (acks: %v): %s: %q, want %q", test.state, test.acks, column, got, test.want[i])
			}
		}
	}
}

// Each seeded defect changes the cells that it is about.
func TestSeededCells(t *testing.T) {
	for _, test := range []struct {
		bugs          Bugs
		acks          bool
		setup, column string
		want, correct string
	}{
		{NoDefer, false, "read", "write", "fail", "defer"},
		{NoDefer, false, "read", "read", "fail", "defer"},
		{StaleCount, false, "write yes:1.0 no:1.1 cancelOK write", "yes:2.0", "Commit Commit WriteResp(ok) cancelTimer -> Flushing", ""},
		{StaleCount, false, "write yes:1.0 timeout write", "yes:2.0", "Commit Commit WriteResp(ok) cancelTimer -> Flushing", ""},
		{StaleCount, false, "write yes:1.0 yes:1.1 cancelOK write", "yes:2.0", "", ""}, // set back by a commit
		{StaleVotes, false, "write timeout write yes:1.0", "yes:1.1", "Commit Commit WriteResp(ok) cancelTimer -> Flushing", ""},
		{StaleVotes, false, "write timeout write", "no:1.1", "Abort Abort WriteResp(failed) cancelTimer -> Flushing", ""},
		{AbortLate, true, "write yes:1.0 yes:1.1 cancelOK ack:1.0", "timeout", "Abort startTimer", "Commit startTimer"},
		{TellOnce, true, "write yes:1.0 yes:1.1 cancelOK ack:1.0", "timeout", "", "Commit startTimer"},
	} {
		if got := react(t, test.acks, test.bugs, test.setup, test.column); got != test.want {
			t.Errorf("%v: %s, then %s: %q, want %q", test.bugs, test.setup, test.column, got, test.want)
		}
		if got := react(t, test.acks, 0, test.setup, test.column); got != test.correct {
			t.Errorf("correct: %s, then %s: %q, want %q", test.setup, test.column, got, test.correct)
		}
	}
}
