package extmgr_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// TestMessageTable is the table of the package documentation: what each message
// does in each state of the node map. In all but the first column node n has
// incarnation 5, has reported x at Seq 10 and is the target of a task for y.
func TestMessageTable(t *testing.T) {
	const unknown, older, same, newer Incarnation = 0, 4, 5, 6
	var (
		untouched = outcome{inc: 5, holds: "x", inflight: 1}
		absent    = outcome{}
	)
	heartbeat := func(h Header) Message { return &Heartbeat{Header: h, FreeBytes: 1 << 40} }
	report := func(seq uint64) func(Header) Message {
		return func(h Header) Message {
			h.Seq = seq
			return &SyncReport{Header: h, Extents: []ExtentInfo{info("y", 1), info("z", 1)}}
		}
	}
	ack := func(o Outcome) func(Header) Message {
		return func(h Header) Message { return &RepairAck{Header: h, Task: TaskID{Inc: 1, N: 1}, Outcome: o} }
	}
	tests := []struct {
		event string
		make  func(Header) Message
		sent  Incarnation // by this incarnation of n; unknown: n is not in the node map
		want  outcome
	}{
		{"Heartbeat", heartbeat, unknown, outcome{inc: 5, fresh: true}},
		{"Heartbeat", heartbeat, same, outcome{inc: 5, fresh: true, holds: "x", inflight: 1}},
		{"Heartbeat", heartbeat, newer, outcome{inc: 6, fresh: true}},
		{"Heartbeat", heartbeat, older, untouched},

		{"SyncReport", report(11), unknown, absent},
		{"SyncReport", report(11), same, outcome{inc: 5, holds: "yz"}},
		{"SyncReport again", report(10), same, untouched},
		{"SyncReport late", report(9), same, untouched},
		{"SyncReport", report(11), newer, untouched},
		{"SyncReport", report(11), older, untouched},

		{"RepairAck failed", ack(RepairFailed), unknown, absent},
		{"RepairAck failed", ack(RepairFailed), same, outcome{inc: 5, holds: "x"}},
		{"RepairAck done", ack(RepairDone), same, untouched},
		{"RepairAck failed", ack(RepairFailed), newer, untouched},
		{"RepairAck failed", ack(RepairFailed), older, untouched},
	}
	columns := map[Incarnation]string{unknown: "unknown", older: "older", same: "same", newer: "newer"}
	for _, test := range tests {
		t.Run(test.event+"/"+columns[test.sent], func(t *testing.T) {
			got := outcomeOf(t, test.make, test.sent)
			if got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// outcome is the state of node n after a message.
type outcome struct {
	inc      Incarnation // recorded for n; 0 if n is not in the node map
	fresh    bool        // the record was heard of just now
	holds    string      // extents of n
	inflight int
}

// outcomeOf prepares a manager, gives it the message as sent by incarnation inc
// of n, and looks at n. With inc 0, n is not in the node map.
func outcomeOf(t *testing.T, message func(Header) Message, inc Incarnation) (got outcome) {
	cfg := testConfig()
	cfg.Target = 2
	f := newFixture(t, cfg)
	f.heartbeat("other", 1)
	f.sync("other", 1, 1, info("y", 1))
	if inc == 0 {
		inc = 5
	} else {
		f.heartbeat("n", 5)
		f.ProcessEvent(RepairTick)
		f.sync("n", 5, 10, info("x", 1))
	}
	f.now = f.now.Add(time.Second)

	f.ProcessMessage(message(Header{From: "n", Inc: inc, Seq: 1}))

	v := f.Snapshot()
	if err := v.Check(); err != nil {
		t.Error(err)
	}
	if rec := record(v, "n"); rec != nil {
		got = outcome{inc: rec.Inc, fresh: rec.LastHeartbeat.Equal(f.now), inflight: rec.Inflight}
	}
	for _, x := range []string{"x", "y", "z"} {
		if slices.Contains(holders(v, x), "n") {
			got.holds += x
		}
	}
	return got
}

// TestForeignInput feeds what no correct node sends.
func TestForeignInput(t *testing.T) {
	f := newFixture(t, testConfig())
	f.heartbeat("en0", 1)
	before := f.Snapshot()
	f.ProcessMessage(nil)
	f.ProcessMessage(&DropReplica{Header: Header{From: "en0", Inc: 1, Seq: 1}})
	f.ProcessMessage(&Heartbeat{})
	f.ProcessMessage(&SyncReport{Extents: []ExtentInfo{info("x", 1)}})
	f.ProcessMessage(&RepairAck{Outcome: RepairFailed})
	f.ProcessEvent(0)
	f.ProcessEvent(99)
	if after := f.Snapshot(); !reflect.DeepEqual(before, after) {
		t.Errorf("state changed from %+v to %+v", before, after)
	}
	if len(f.outbox) > 0 {
		t.Errorf("sent %v", f.takeTasks())
	}
}

// TestOwnership changes everything that a caller or an engine may change: its own
// slices after they were processed, and messages after they were sent.
func TestOwnership(t *testing.T) {
	f := newFixture(t, testConfig())
	for _, node := range []NodeID{"en0", "en1", "en2"} {
		f.heartbeat(node, 1)
	}
	extents := []ExtentInfo{info("x", 1)}
	f.sync("en0", 1, 1, extents...)
	extents[0] = info("y", 7)

	f.ProcessEvent(RepairTick)
	want := f.Snapshot()
	tasks := f.takeTasks()
	if len(tasks) != 2 {
		t.Fatalf("sent %d tasks, want 2", len(tasks))
	}
	if got := tasks[0].Sources[0]; got != (Endpoint{Node: "en0", Addr: "addr-en0"}) {
		t.Errorf("source is %v", got)
	}
	tasks[0].Sources[0].Node = "mallory"
	if got := tasks[1].Sources[0].Node; got != "en0" {
		t.Errorf("two messages share their sources: %q", got)
	}

	changed := f.Snapshot()
	changed.Nodes[0].Inflight = 99
	changed.Extents[0].Replicas[0].Node = "mallory"
	changed.Held[0].Extents[0] = extent("y")
	changed.Pending[0].Sources[0] = "mallory"
	if got := f.Snapshot(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestNew(t *testing.T) {
	f := newFixture(t, Config{})
	if _, err := New(Config{Target: -1}, f, f, nil, nil); err == nil {
		t.Error("New accepts Target -1")
	}
	if _, err := New(Config{}, nil, f, nil, nil); err == nil {
		t.Error("New accepts a nil NetworkEngine")
	}
	if _, err := New(Config{}, f, nil, nil, nil); err == nil {
		t.Error("New accepts a nil Clock")
	}
	m, err := New(Config{}, f, f, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.ProcessMessage(&RepairAck{Header: Header{From: "en0"}}) // logs to nowhere
	m.Close()
	m.Close()
}

func TestConfigDefaults(t *testing.T) {
	want := Config{
		Self: "extmgr", Incarnation: 1, Target: 3,
		HeartbeatEvery: 5 * time.Second, ExpireAfter: 15 * time.Second,
		SyncEvery: 5 * time.Minute, RepairEvery: 30 * time.Second, RepairDeadline: 10 * time.Minute,
		MaxInflightPerNode: 2, WarmUp: 5*time.Minute + 15*time.Second, Fix: FixMembership | FixFencing,
	}
	if got := (Config{}).WithDefaults(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	set := Config{Self: "m", Target: 5, WarmUp: NoWarmUp, Fix: FixSweep, Bugs: V1}.WithDefaults()
	if set.Self != "m" || set.Target != 5 || set.WarmUp != NoWarmUp || set.Fix != FixSweep || set.Bugs != V1 {
		t.Errorf("defaults replaced what was set: %+v", set)
	}
}

func TestConfigValidate(t *testing.T) {
	valid := []Config{{}, testConfig(), {Target: 1}, {Fix: FixSweep}, {Bugs: V1}, {Fix: FixSweep, Bugs: V1}}
	for _, cfg := range valid {
		if err := cfg.Validate(); err != nil {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
	invalid := []Config{
		{Target: -1}, {MaxInflightPerNode: -1},
		{HeartbeatEvery: -1}, {SyncEvery: -1}, {RepairEvery: -1},
		{HeartbeatEvery: 15 * time.Second}, {ExpireAfter: time.Second},
		{RepairDeadline: 5 * time.Minute},
		{Fix: FixFencing}, {Fix: 1 << 7}, {Bugs: 1 << 31},
	}
	for _, cfg := range invalid {
		if err := cfg.Validate(); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
}
