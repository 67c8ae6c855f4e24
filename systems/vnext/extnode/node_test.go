package extnode_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

func TestConfigValidate(t *testing.T) {
	good := Config{Self: "n"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Config){
		"Self is empty":                            func(c *Config) { c.Self = "" },
		`Self and Manager are both "extmgr"`:       func(c *Config) { c.Self = "extmgr" },
		"HeartbeatEvery is -1s":                    func(c *Config) { c.HeartbeatEvery = -time.Second },
		"SyncEvery is -1s":                         func(c *Config) { c.SyncEvery = -time.Second },
		"ScrubEvery is -1s":                        func(c *Config) { c.ScrubEvery = -time.Second },
		"CopyTimeout is -1s":                       func(c *Config) { c.CopyTimeout = -time.Second },
		"ChunkBytes is -1":                         func(c *Config) { c.ChunkBytes = -1 },
		"ChunkBytes is 16777217":                   func(c *Config) { c.ChunkBytes = MaxChunkBytes + 1 },
		"MaxCopies is -1":                          func(c *Config) { c.MaxCopies = -1 },
		"Bugs has unknown bits 0x1":                func(c *Config) { c.Bugs = V8 | 1 },
		"ChunkBytes is 6: want a multiple":         func(c *Config) { c.ChunkBytes = 6 },
		"Self is empty: want the node's name\nMax": func(c *Config) { c.Self, c.MaxCopies = "", -1 },
	} {
		cfg := good
		change(&cfg)
		_, err := New(cfg, newStore(t, newMemFS()), &lab{tb: t}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
	want := Config{
		Self: "n", Manager: extmgr.Endpoint{Node: "extmgr"},
		HeartbeatEvery: 5 * time.Second, SyncEvery: 5 * time.Minute, ScrubEvery: time.Minute, CopyTimeout: 30 * time.Second,
		ChunkBytes: 1 << 20, MaxCopies: 4,
	}
	if got := good.WithDefaults(); got != want {
		t.Errorf("defaults are %+v", got)
	}
}

func newStore(tb testing.TB, files extstore.FS) *extstore.Store {
	tb.Helper()
	s, err := extstore.Open(files, extstore.Config{BlockSize: blockSize})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestNewErrors(t *testing.T) {
	l, s := newLab(t), newStore(t, newMemFS())
	if _, err := New(Config{Self: "n"}, nil, l, nil); err == nil {
		t.Error("New needs no store")
	}
	if _, err := New(Config{Self: "n"}, s, nil, nil); err == nil {
		t.Error("New needs no network")
	}
	files := newMemFS()
	files.files["incarnation-1"], files.files["incarnation-2"] = []byte("nonsense"), []byte("nonsense")
	s = newStore(t, files)
	if _, err := New(Config{Self: "n"}, s, l, nil); !errors.Is(err, extstore.ErrDamaged) {
		t.Errorf("with a damaged counter: %v", err)
	}
	n, err := New(Config{Self: "n", IncarnationFloor: 8}, s, l, nil)
	if err != nil {
		t.Fatal(err)
	}
	if inc := n.Snapshot().Inc; inc != 8 {
		t.Errorf("incarnation %d", inc)
	}
	n.ProcessMessage(task(1, "x", 1)) // is logged nowhere
	n.ProcessEvent(0)
}

func TestHeartbeat(t *testing.T) {
	l := newLab(t)
	l.machines["n"] = &machine{id: "n", files: newMemFS()}
	store, err := extstore.Open(l.machines["n"].files, extstore.Config{BlockSize: blockSize, Capacity: 1000})
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(config("n"), store, l, l)
	if err != nil {
		t.Fatal(err)
	}
	n.ProcessMessage(putOf("x", 1, "text"))
	l.inbox = nil
	n.ProcessEvent(HeartbeatTick)
	want := extmgr.Heartbeat{
		Header:    extmgr.Header{From: "n", Inc: 1, Seq: 2},
		Addr:      "addr-n",
		FreeBytes: 940,
		UsedBytes: 60,
	}
	s := l.inbox[0]
	if got, ok := s.msg.(*extmgr.Heartbeat); !ok || *got != want || s.to != (extmgr.Endpoint{Node: manager, Addr: "addr-mgr"}) {
		t.Errorf("sent %+v to %+v", s.msg, s.to)
	}
}

func TestReport(t *testing.T) {
	l := newLab(t, "n")
	if got := l.reported("n"); got != "" {
		t.Errorf("an empty node reports %q", got)
	}
	l.put("n", "y", 2, "why")
	l.put("n", "x", 1, "text")
	if got := l.reported("n"); got != "x1 y2" {
		t.Errorf("n reports %q", got)
	}
}

// A put without a ReplyTo is not answered.
func TestSilentPut(t *testing.T) {
	l := newLab(t, "n")
	p := putOf("x", 1, "text")
	p.ReplyTo = extmgr.Endpoint{}
	l.machines["n"].ProcessMessage(p)
	if got, holds := l.answers(), l.holds("n"); got != "" || holds != "x1" {
		t.Errorf("sent %q, n holds %q", got, holds)
	}
}

// What is put must be what Info says.
func TestBadPut(t *testing.T) {
	for name, change := range map[string]func(*Put){
		"short":     func(p *Put) { p.Data = p.Data[:3] },
		"long":      func(p *Put) { p.Data = append(p.Data, '!') },
		"other crc": func(p *Put) { p.Info.CRC32C++ },
		"no length": func(p *Put) { p.Info.Length = -1 },
	} {
		l := newLab(t, "n")
		p := putOf("x", 1, "text")
		change(p)
		l.machines["n"].ProcessMessage(p)
		l.check(l.machines["n"])
		if got, holds := l.answers(), l.holds("n"); got != "tool: not put" || holds != "" || len(l.temps("n")) > 0 {
			t.Errorf("%s: sent %q, n holds %q", name, got, holds)
		}
	}
}

// A replica that could not be deleted for sure is not reported.
func TestDropFails(t *testing.T) {
	for op, want := range map[string]string{"remove": "x5", "syncdir": ""} {
		l := newLab(t, "n")
		l.put("n", "x", 5, text5)
		n := l.machines["n"]
		n.files.failing = op
		n.ProcessMessage(dropX(5))
		l.check(n)
		if got := l.holds("n"); got != want || !l.warned("not dropped") {
			t.Errorf("%s fails: n holds %q; warnings: %q", op, got, l.warnings)
		}
	}
}

// What is nobody's message is dropped, and so is an unknown event.
func TestForeign(t *testing.T) {
	l := newLab(t, "n")
	n := l.machines["n"]
	n.ProcessMessage(&extmgr.Heartbeat{Header: extmgr.Header{From: "a"}})
	anonymous := request(5, 0, 4)
	anonymous.From = ""
	n.ProcessMessage(anonymous)
	n.ProcessEvent(99)
	if got := l.answers(); got != "" {
		t.Errorf("sent %q", got)
	}
	if !l.warned("foreign type") || !l.warned("unknown event event Event(99)") {
		t.Errorf("warnings: %q", l.warnings)
	}
}

// A restart has a new incarnation, forgets copies, removes what they left, and
// reports what is on the disk.
func TestRestart(t *testing.T) {
	l := newLab(t, "n")
	n := l.machines["n"]
	l.put("n", "y", 1, "text")
	l.order("n", 1, "x", 5, "a")
	n.ProcessMessage(piece("a", 1, 5, text5, 0))
	if len(l.temps("n")) != 1 {
		t.Fatalf("unfinished files: %q", l.temps("n"))
	}
	l.inbox = nil
	n = l.start("n")
	l.check(n)
	l.wantIdle()
	if inc := n.Snapshot().Inc; inc != 2 {
		t.Errorf("incarnation %d", inc)
	}
	n.ProcessMessage(piece("a", 1, 5, text5, 4)) // too late
	n.ProcessEvent(SyncTick)
	if head := l.inbox[0].msg.Head(); head != (extmgr.Header{From: "n", Inc: 2, Seq: 1}) {
		t.Errorf("header %+v", head)
	}
	if got := l.answers(); got != "report [y1]" {
		t.Errorf("sent %q", got)
	}
}

// rot flips a bit in a block of an extent's file.
func (m *machine) rot(name string) {
	f := slices.Clone(m.files.files[fileOf(extent(name))])
	f[len(f)-1] ^= 0x10
	m.files.files[fileOf(extent(name))] = f
}

// Scrubbing goes round, one extent at a time, and takes out what is damaged.
func TestScrub(t *testing.T) {
	l := newLab(t, "n")
	n := l.machines["n"]
	n.ProcessEvent(ScrubTick) // nothing to do
	for _, x := range []string{"v", "w", "x", "y"} {
		l.put("n", x, 1, "text")
	}
	var held []string
	scrub := func() {
		n.ProcessEvent(ScrubTick)
		l.check(n)
		held = append(held, l.reported("n"))
	}
	scrub() // v
	n.rot("v")
	n.rot("x")
	scrub() // w
	scrub() // x
	scrub() // y
	scrub() // v
	scrub() // w
	want := []string{"v1 w1 x1 y1", "v1 w1 x1 y1", "v1 w1 y1", "v1 w1 y1", "w1 y1", "w1 y1"}
	if !slices.Equal(held, want) {
		t.Errorf("n reports %q, want %q", held, want)
	}
	if damaged, _ := n.files.List("damaged"); len(damaged) != 2 || !l.warned("is taken out") {
		t.Errorf("set aside: %q; warnings: %q", damaged, l.warnings)
	}
	l.put("n", "x", 1, "text")
}

// reported is what a node reports, which need not be good.
func (l *lab) reported(id extmgr.NodeID) string {
	l.machines[id].ProcessEvent(SyncTick)
	return strings.TrimSuffix(strings.TrimPrefix(l.answers(), "report ["), "]")
}

// A damaged replica that nobody has scrubbed is found when it is copied.
func TestRotAtSource(t *testing.T) {
	l := newLab(t, "a", "b", "n")
	l.put("a", "x", 5, longText)
	l.put("b", "x", 5, longText)
	l.machines["a"].rot("x") // its last block
	l.order("n", 1, "x", 5, "a", "b")
	l.run(nil)
	l.wantCopied("5")
	if got := l.reported("a"); got != "" || !l.warned("is taken out") {
		t.Errorf("a reports %q; warnings: %q", got, l.warnings)
	}
	l.order("a", 2, "x", 5, "n") // and a gets a good one again
	l.run(nil)
	if got := l.holds("a"); got != "x5" {
		t.Errorf("a holds %q", got)
	}
}

// A damaged file that cannot be set aside is not reported either.
func TestQuarantineFails(t *testing.T) {
	l := newLab(t, "n")
	l.put("n", "x", 5, text5)
	n := l.machines["n"]
	n.rot("x")
	n.files.failing = "rename"
	n.ProcessEvent(ScrubTick)
	l.check(n)
	if got := l.reported("n"); got != "" || !l.warned("was not set aside") {
		t.Errorf("n reports %q; warnings: %q", got, l.warnings)
	}
}

// Each invariant has views that break it.
func TestViewCheck(t *testing.T) {
	x := infoOf("x", 5, text5)
	good := Copy{
		Task: extmgr.TaskID{Inc: 1, N: 1}, Extent: extent("y"), Version: 5, State: Requesting,
		Sources: []extmgr.Endpoint{{Node: "a"}},
	}
	receiving := good
	receiving.State, receiving.Info, receiving.Off = Receiving, infoOf("y", 6, text5), 4
	view := func(copies ...Copy) View {
		return View{Self: "n", Held: []extmgr.ExtentInfo{x}, Stored: []extmgr.ExtentInfo{x}, Copies: copies, MaxCopies: 1}
	}
	with := func(c Copy, change func(*Copy)) View { change(&c); return view(c) }
	for i, v := range []View{{}, view(), view(good), view(receiving)} {
		if err := v.Check(); err != nil {
			t.Errorf("good view %d: %v", i, err)
		}
	}
	unstored := view()
	unstored.Stored = nil
	twice := view(good, good)
	twice.MaxCopies = 2
	many := view(good, with(good, func(c *Copy) { c.Extent = extent("z") }).Copies[0])
	for i, c := range []struct {
		want string
		view View
	}{
		{"N1", unstored},
		{"N2", with(good, func(c *Copy) { c.Extent = extent("x") })},
		{"N3", twice},
		{"N3", many},
		{"N4", with(good, func(c *Copy) { c.Source = 1 })},
		{"N4", with(good, func(c *Copy) { c.Source = -1 })},
		{"N4", with(good, func(c *Copy) { c.Sources = []extmgr.Endpoint{{Node: "n"}} })},
		{"N4", with(good, func(c *Copy) { c.State = 0 })},
		{"N4", with(good, func(c *Copy) { c.Off = 4 })},
		{"N4", with(good, func(c *Copy) { c.Info = x })},
		{"N4", with(receiving, func(c *Copy) { c.Info.ID = extent("z") })},
		{"N4", with(receiving, func(c *Copy) { c.Info.Version = 4 })},
		{"N4", with(receiving, func(c *Copy) { c.Off = 0 })},
		{"N4", with(receiving, func(c *Copy) { c.Off = c.Info.Length })},
	} {
		var broken *InvariantError
		if err := c.view.Check(); !errors.As(err, &broken) || broken.Invariant != c.want {
			t.Errorf("view %d: %v, want %s", i, err, c.want)
		}
	}
}

func TestStrings(t *testing.T) {
	var b bytes.Buffer
	for e := range Event(6) {
		fmt.Fprint(&b, e, " ")
	}
	for s := range CopyState(4) {
		fmt.Fprint(&b, s, " ")
	}
	for e := range CopyError(7) {
		fmt.Fprint(&b, e, ", ")
	}
	const want = "Event(0) HeartbeatTick SyncTick CopyTick ScrubTick Event(5) " +
		"CopyState(0) Requesting Receiving CopyState(3) " +
		"ok, not held, older, damaged, unreadable, bad request, CopyError(6), "
	if b.String() != want {
		t.Errorf("got %q", b.String())
	}
}
