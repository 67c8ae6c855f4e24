package extnode_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// lab has nodes, a network that the test works by hand, and no manager: what is
// sent to it is kept.
type lab struct {
	tb       testing.TB
	bugs     Bugs
	machines map[extmgr.NodeID]*machine
	wire     []sent // to nodes, in flight
	inbox    []sent // to anyone else
	refuse   map[extmgr.NodeID]bool
	warnings []string
	seqs     map[string]uint64 // latest Seq of each incarnation of each node
}

// machine is a disk and the node that runs on it.
type machine struct {
	*Node
	id    extmgr.NodeID
	files *memFS
	store *extstore.Store
}

type sent struct {
	to   extmgr.Endpoint
	msg  extmgr.Message
	text string // of msg when it was sent
}

const (
	blockSize = 4 // of the stores
	chunk     = 4 // asked for at once
)

// manager is the name of the manager, which does not exist.
const manager = "mgr"

func newLab(tb testing.TB, names ...extmgr.NodeID) *lab {
	l := &lab{
		tb:       tb,
		machines: make(map[extmgr.NodeID]*machine),
		refuse:   make(map[extmgr.NodeID]bool),
		seqs:     make(map[string]uint64),
	}
	for _, name := range names {
		l.machines[name] = &machine{id: name, files: newMemFS()}
		l.start(name)
	}
	return l
}

func config(name extmgr.NodeID) Config {
	return Config{
		Self:       name,
		Addr:       "addr-" + string(name),
		Manager:    extmgr.Endpoint{Node: manager, Addr: "addr-mgr"},
		ChunkBytes: chunk,
		MaxCopies:  2,
	}
}

// start starts a node, again if it runs: then it has crashed.
func (l *lab) start(name extmgr.NodeID) *machine {
	l.tb.Helper()
	m := l.machines[name]
	var err error
	if m.store, err = extstore.Open(m.files, extstore.Config{BlockSize: blockSize, Log: l}); err != nil {
		l.tb.Fatal(err)
	}
	cfg := config(name)
	cfg.Bugs = l.bugs
	if m.Node, err = New(cfg, m.store, l, l); err != nil {
		l.tb.Fatal(err)
	}
	return m
}

func (l *lab) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	h := m.Head()
	from := fmt.Sprint(h.From, "/", h.Inc)
	if h.Seq <= l.seqs[from] {
		l.tb.Errorf("%s sends number %d after %d", from, h.Seq, l.seqs[from])
	}
	l.seqs[from] = h.Seq
	if l.refuse[to.Node] {
		return errors.New("no route")
	}
	s := sent{to, m, fmt.Sprintf("%+v", m)}
	if l.machines[to.Node] != nil {
		l.wire = append(l.wire, s)
	} else {
		l.inbox = append(l.inbox, s)
	}
	return nil
}

func (l *lab) Debug(string, ...any) {}
func (l *lab) Info(string, ...any)  {}
func (l *lab) Warn(msg string, args ...any) {
	l.warnings = append(l.warnings, msg+" "+fmt.Sprintln(args...))
}

func (l *lab) warned(what string) bool {
	return slices.ContainsFunc(l.warnings, func(w string) bool { return strings.Contains(w, what) })
}

// deliver delivers one message.
func (l *lab) deliver(s sent) {
	l.tb.Helper()
	if now := fmt.Sprintf("%+v", s.msg); now != s.text {
		l.tb.Errorf("a message was changed after it was sent: %s, then %s", s.text, now)
	}
	m := l.machines[s.to.Node]
	if want := "addr-" + string(m.id); s.to.Addr != want {
		l.tb.Errorf("sent to %s at %q", m.id, s.to.Addr)
	}
	m.ProcessMessage(s.msg)
	l.check(m)
}

// check verifies a node's invariants, unless it has a bug that breaks them.
func (l *lab) check(m *machine) {
	l.tb.Helper()
	if l.bugs != 0 {
		return
	}
	if err := m.Snapshot().Check(); err != nil {
		l.tb.Error(err)
	}
}

// run delivers until nothing is in flight, in order. hook may change a message,
// or lose it and return nil.
func (l *lab) run(hook func(extmgr.Message) extmgr.Message) {
	l.tb.Helper()
	for steps := 0; len(l.wire) > 0; steps++ {
		if steps > 10_000 {
			l.tb.Fatal("the nodes never stop talking")
		}
		s := l.take()
		if hook != nil {
			if s.msg = hook(s.msg); s.msg == nil {
				continue
			}
			s.text = fmt.Sprintf("%+v", s.msg)
		}
		l.deliver(s)
	}
}

// take takes the oldest message out of the network.
func (l *lab) take() sent {
	s := l.wire[0]
	l.wire = l.wire[1:]
	return s
}

// answers takes what was sent to the manager and to tools since the last call.
func (l *lab) answers() string {
	var all []string
	for _, s := range l.inbox {
		all = append(all, describe(s))
	}
	l.inbox = nil
	return strings.Join(all, ", ")
}

// order gives a node a task from the manager.
func (l *lab) order(to extmgr.NodeID, n uint64, name string, version uint64, sources ...extmgr.NodeID) {
	l.tb.Helper()
	m := l.machines[to]
	m.ProcessMessage(task(n, name, version, sources...))
	l.check(m)
}

func task(n uint64, name string, version uint64, sources ...extmgr.NodeID) *extmgr.RepairTask {
	t := &extmgr.RepairTask{
		Header:  extmgr.Header{From: manager, Inc: 1, Seq: n},
		Task:    extmgr.TaskID{Inc: 1, N: n},
		Extent:  extent(name),
		Version: version,
	}
	for _, s := range sources {
		t.Sources = append(t.Sources, extmgr.Endpoint{Node: s, Addr: "addr-" + string(s)})
	}
	return t
}

// put stores an extent on a node.
func (l *lab) put(to extmgr.NodeID, name string, version uint64, text string) extmgr.ExtentInfo {
	l.tb.Helper()
	p := putOf(name, version, text)
	l.machines[to].ProcessMessage(p)
	if got := l.answers(); got != "tool: put" {
		l.tb.Fatalf("put %s: %s", name, got)
	}
	return p.Info
}

func putOf(name string, version uint64, text string) *Put {
	return &Put{
		Header:  extmgr.Header{From: "tool", Inc: 1, Seq: 1},
		ReplyTo: extmgr.Endpoint{Node: "tool"},
		Info:    infoOf(name, version, text),
		Data:    []byte(text),
	}
}

// extent names an extent by up to 16 characters.
func extent(name string) (id extmgr.ExtentID) {
	copy(id[:], name)
	return id
}

func name(id extmgr.ExtentID) string { return strings.TrimRight(string(id[:]), "\x00") }

func infoOf(name string, version uint64, text string) extmgr.ExtentInfo {
	return extmgr.ExtentInfo{
		ID:      extent(name),
		Version: version,
		Length:  int64(len(text)),
		CRC32C:  extstore.Checksum([]byte(text)),
	}
}

// holds describes what a node reports, verified against its disk.
func (l *lab) holds(id extmgr.NodeID) string {
	l.tb.Helper()
	m := l.machines[id]
	var all []string
	for _, info := range m.Snapshot().Held {
		all = append(all, fmt.Sprint(name(info.ID), info.Version))
		if got, err := extstore.Verify(m.files.files[fileOf(info.ID)]); err != nil || got != info {
			l.tb.Errorf("%s holds %v: its file is %v, %v", id, info, got, err)
		}
	}
	return strings.Join(all, " ")
}

// temps are the unfinished files on a node's disk.
func (l *lab) temps(id extmgr.NodeID) []string {
	names, _ := l.machines[id].files.List("tmp") // cannot fail
	return names
}

func fileOf(id extmgr.ExtentID) string { return fmt.Sprintf("data/%x/%s.ext", id[:1], id) }

// describe puts a message into few words.
func describe(s sent) string {
	to := string(s.to.Node) + ": "
	if s.to.Node == manager {
		to = ""
	}
	switch m := s.msg.(type) {
	case *extmgr.Heartbeat:
		return to + "heartbeat"
	case *extmgr.SyncReport:
		var all []string
		for _, info := range m.Extents {
			all = append(all, fmt.Sprint(name(info.ID), info.Version))
		}
		return to + "report [" + strings.Join(all, " ") + "]"
	case *extmgr.RepairAck:
		outcome := map[extmgr.Outcome]string{extmgr.RepairDone: "done", extmgr.RepairFailed: "failed"}
		return to + fmt.Sprintf("%v %s", m.Task, outcome[m.Outcome])
	case *CopyRequest:
		return to + fmt.Sprintf("%s%d at %d?", name(m.Extent), m.Version, m.Off)
	case *CopyResponse:
		if m.Err != CopyOK {
			return to + m.Err.String()
		}
		return to + fmt.Sprintf("%s%d at %d: %q", name(m.Extent), m.Info.Version, m.Off, m.Data)
	case *PutAck:
		if m.Err != "" {
			return to + "not put"
		}
		return to + "put"
	}
	return to + fmt.Sprintf("%T", s.msg)
}
