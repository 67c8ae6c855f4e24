package extmgr_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// fixture is a manager with a clock that the test moves, an engine that keeps
// what was sent, and no timers.
type fixture struct {
	*Manager
	now    time.Time
	outbox []sent
	refuse map[NodeID]bool // targets for which the engine returns an error
	log    io.Writer       // nil discards
	yields int             // how often the manager has let go of its mutex in mid-event
	during func()          // what happens each time it does; nil for nothing
}

type sent struct {
	to  Endpoint
	msg Message
}

// testConfig has paths short enough to write down: a node expires at the third
// expiration tick without a heartbeat, and there is no warm-up.
func testConfig() Config {
	return Config{
		HeartbeatEvery: 5 * time.Second,
		ExpireAfter:    10 * time.Second,
		SyncEvery:      20 * time.Second,
		RepairDeadline: 40 * time.Second,
		WarmUp:         NoWarmUp,
	}
}

func newFixture(tb testing.TB, cfg Config) *fixture {
	tb.Helper()
	f := &fixture{now: time.Unix(1_000_000, 0), refuse: make(map[NodeID]bool)}
	if err := f.start(cfg); err != nil {
		tb.Fatal(err)
	}
	return f
}

// start replaces the manager by a new one, unless cfg is invalid. The clock goes
// on. If cfg names no Yielder it is the fixture.
func (f *fixture) start(cfg Config) error {
	if cfg.Yielder == nil {
		cfg.Yielder = f
	}
	m, err := New(cfg, f, f, nil, f)
	if err == nil {
		f.Manager = m
	}
	return err
}

func (f *fixture) Now() time.Time { return f.now }

func (f *fixture) Yield() {
	f.yields++
	if f.during != nil {
		f.during()
	}
}

func (f *fixture) SendMessage(to Endpoint, m Message) error {
	if f.refuse[to.Node] {
		return errors.New("no route")
	}
	f.outbox = append(f.outbox, sent{to, m})
	return nil
}

func (f *fixture) Debug(msg string, args ...any) { f.record("debug", msg, args) }
func (f *fixture) Info(msg string, args ...any)  { f.record("info", msg, args) }
func (f *fixture) Warn(msg string, args ...any)  { f.record("warn", msg, args) }

func (f *fixture) record(level, msg string, args []any) {
	if f.log == nil {
		return
	}
	fmt.Fprintf(f.log, "%-5s %s", level, msg)
	for pair := range slices.Chunk(args, 2) {
		value := fmt.Sprint(pair[1])
		if id, ok := pair[1].(ExtentID); ok {
			value = name(id)
		}
		if strings.Contains(value, " ") {
			value = fmt.Sprintf("%q", value)
		}
		fmt.Fprintf(f.log, " %s=%s", pair[0], value)
	}
	fmt.Fprintln(f.log)
}

// tickExpire lets one heartbeat period pass and runs the expiration loop.
func (f *fixture) tickExpire() {
	f.now = f.now.Add(5 * time.Second)
	f.ProcessEvent(ExpirationTick)
}

// heartbeat sends a heartbeat with plenty of free space.
func (f *fixture) heartbeat(node NodeID, inc Incarnation) {
	f.ProcessMessage(&Heartbeat{
		Header:    Header{From: node, Inc: inc},
		Addr:      "addr-" + string(node),
		FreeBytes: 1 << 40,
	})
}

func (f *fixture) sync(node NodeID, inc Incarnation, seq uint64, extents ...ExtentInfo) {
	f.ProcessMessage(&SyncReport{Header: Header{From: node, Inc: inc, Seq: seq}, Extents: extents})
}

// takeTasks returns the repair tasks sent since the last call.
func (f *fixture) takeTasks() (tasks []*RepairTask) {
	for _, s := range f.outbox {
		if task, ok := s.msg.(*RepairTask); ok {
			tasks = append(tasks, task)
		}
	}
	f.outbox = nil
	return tasks
}

// extent names an extent by up to 16 characters.
func extent(name string) (id ExtentID) {
	copy(id[:], name)
	return id
}

func name(id ExtentID) string { return strings.TrimRight(string(id[:]), "\x00") }

func info(name string, version uint64) ExtentInfo {
	return ExtentInfo{ID: extent(name), Version: version}
}

// holders lists who holds the extent according to the manager.
func holders(v View, name string) (nodes []NodeID) {
	for _, h := range v.Extents {
		if h.Extent != extent(name) {
			continue
		}
		for _, r := range h.Replicas {
			nodes = append(nodes, r.Node)
		}
	}
	return nodes
}

// record returns the node map's record of a node, nil if there is none.
func record(v View, node NodeID) *NodeRecord {
	for i, rec := range v.Nodes {
		if rec.ID == node {
			return &v.Nodes[i]
		}
	}
	return nil
}
