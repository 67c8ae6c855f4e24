package extnode_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// states are what node n may know of extent x when a message arrives. Version 5
// has two pieces, and a and b are sources of it.
var states = []struct {
	name    string
	prepare func(*lab)
}{
	{"nothing", func(*lab) {}},
	{"held at 4", func(l *lab) { l.put("n", "x", 4, "older") }},
	{"held at 5", func(l *lab) { l.put("n", "x", 5, text5) }},
	{"held at 6", func(l *lab) { l.put("n", "x", 6, "newer") }},
	{"requesting 5", func(l *lab) { l.order("n", 1, "x", 5, "a", "b") }},
	{"receiving 5", func(l *lab) {
		l.order("n", 1, "x", 5, "a", "b")
		l.machines["n"].ProcessMessage(piece("a", 1, 5, text5, 0))
	}},
	{"receiving 6", func(l *lab) {
		l.order("n", 1, "x", 5, "a", "b")
		l.machines["n"].ProcessMessage(piece("a", 1, 6, text5, 0))
	}},
}

const text5 = "FiveFive"

// piece is a response with a piece of x.
func piece(from extmgr.NodeID, n, version uint64, text string, off int) *CopyResponse {
	data := []byte(text)[off:min(off+chunk, len(text))]
	return &CopyResponse{
		Header: extmgr.Header{From: from, Inc: 1, Seq: 1},
		Task:   extmgr.TaskID{Inc: 1, N: n},
		Extent: extent("x"),
		Off:    int64(off),
		Data:   data,
		CRC:    extstore.Checksum(data),
		Info:   infoOf("x", version, text),
	}
}

func refusal(from extmgr.NodeID, why CopyError) *CopyResponse {
	r := piece(from, 1, 5, text5, 0)
	r.Data, r.CRC, r.Info, r.Err = nil, 0, extmgr.ExtentInfo{}, why
	return r
}

func request(version uint64, off int64, n int) *CopyRequest {
	return &CopyRequest{
		Header:  extmgr.Header{From: "c", Inc: 1, Seq: 1},
		Extent:  extent("x"),
		Version: version,
		Off:     off,
		N:       n,
		Addr:    "addr-c",
	}
}

func dropX(version uint64) *extmgr.DropReplica {
	return &extmgr.DropReplica{Header: extmgr.Header{From: "tool", Inc: 1, Seq: 1}, Extent: extent("x"), Version: version}
}

var messages = []struct {
	name string
	msg  extmgr.Message
}{
	{"order again", task(2, "x", 5, "b")},
	{"order of 6", task(2, "x", 6, "b")},
	{"order without sources", task(2, "x", 5)},
	{"order from itself", task(2, "x", 5, "n")},
	{"order from itself and b", task(2, "x", 5, "n", "b")},
	{"request for 5", request(5, 4, 4)},
	{"request for 0 bytes", request(5, 0, 0)},
	{"request for too many", request(5, 0, MaxChunkBytes+1)},
	{"request before the beginning", request(5, -1, 4)},
	{"request behind the end", request(5, 99, 4)},
	{"first piece", piece("a", 1, 5, text5, 0)},
	{"second piece", piece("a", 1, 5, text5, 4)},
	{"first piece of 4", piece("a", 1, 4, "FourFour", 0)},
	{"first piece of 7", piece("a", 1, 7, "SevenSeven", 0)},
	{"second piece of 7", piece("a", 1, 7, "SevenSeven", 4)},
	{"second piece of another 5", piece("a", 1, 5, "fivefive", 4)},
	{"first piece for another task", piece("a", 9, 5, text5, 0)},
	{"second piece for another task", piece("a", 9, 5, text5, 4)},
	{"first piece from b", piece("b", 1, 5, text5, 0)},
	{"second piece from b", piece("b", 1, 5, text5, 4)},
	{"refusal of a", refusal("a", CopyNotHeld)},
	{"refusal of b", refusal("b", CopyNotHeld)},
	{"drop of 5", dropX(5)},
	{"drop of 6", dropX(6)},
	{"put of 5", putOf("x", 5, text5)},
	{"put of another 5", putOf("x", 5, "fivefive")},
	{"put of 6", putOf("x", 6, "six")},
}

// TestMessageTable says what each message does in each state.
func TestMessageTable(t *testing.T) {
	var table bytes.Buffer
	for _, m := range messages {
		fmt.Fprintf(&table, "%s\n", m.name)
		for _, s := range states {
			fmt.Fprintf(&table, "  %-14s%s\n", s.name, outcomeOf(t, s.prepare, m.msg))
		}
	}
	const golden = "testdata/messages.txt"
	if *update {
		if err := os.WriteFile(golden, table.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wantLines := strings.Split(string(want), "\n")
	for i, line := range strings.Split(table.String(), "\n") {
		if i >= len(wantLines) || line != wantLines[i] {
			t.Fatalf("%s: line %d is %q (-update rewrites the file)", golden, i+1, line)
		}
	}
}

// outcomeOf is what a message does to node n in a state: what n sends, and the
// state afterwards.
func outcomeOf(t *testing.T, prepare func(*lab), msg extmgr.Message) string {
	l := newLab(t, "n")
	prepare(l)
	l.inbox = nil
	m := l.machines["n"]
	m.ProcessMessage(msg)
	l.check(m)
	out := l.answers()
	if out == "" {
		out = "-"
	}
	state := "nothing"
	if held := l.holds("n"); held != "" {
		state = held
	}
	for _, c := range m.Snapshot().Copies {
		state += fmt.Sprintf(", %v: %v %s%d", c.Task, c.State, name(c.Extent), c.Version)
		if c.State == Receiving {
			state += fmt.Sprintf(" as %d up to %d", c.Info.Version, c.Off)
		}
		state += fmt.Sprintf(" from %s", c.Sources[c.Source].Node)
	}
	if len(l.temps("n")) > 0 && !strings.Contains(state, "Receiving") {
		t.Errorf("unfinished files: %q", l.temps("n"))
	}
	return fmt.Sprintf("%-46s| %s", out, state)
}
