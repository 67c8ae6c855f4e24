package ensemble

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// list is a machine that keeps what it is told.
type list struct {
	mu    sync.Mutex
	items []string
	leads bool
}

func (l *list) Apply(b []byte) any {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.items = append(l.items, string(b))
	return len(l.items)
}

func (l *list) Snapshot() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return []byte(strings.Join(l.items, ","))
}

func (l *list) Restore(b []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.items = nil
	if len(b) > 0 {
		l.items = strings.Split(string(b), ",")
	}
	return nil
}

func (l *list) Leads(yes bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leads = yes
}

// trio is three members in one process.
type trio struct {
	t     *testing.T
	dir   map[string]string
	mu    sync.Mutex
	nodes map[string]*Ensemble
	lists map[string]*list
}

func newTrio(t *testing.T) *trio {
	x := &trio{t: t, dir: map[string]string{}, nodes: map[string]*Ensemble{}, lists: map[string]*list{}}
	for _, name := range []string{"a", "b", "c"} {
		x.dir[name] = t.TempDir()
		x.open(name)
	}
	t.Cleanup(func() {
		for name := range x.dir {
			x.close(name)
		}
	})
	return x
}

func (x *trio) open(name string) {
	x.t.Helper()
	l := &list{}
	e, err := Open(Config{
		Name: name, File: filepath.Join(x.dir[name], "ensemble"), Machine: l, Tick: 5 * time.Millisecond, CompactAfter: 20,
		Log: slog.New(slog.DiscardHandler),
		Send: func(to string, msg []byte) {
			x.mu.Lock()
			defer x.mu.Unlock()
			if e := x.nodes[to]; e != nil {
				go e.Receive(name, msg)
			}
		},
	})
	if err != nil {
		x.t.Fatal(err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.nodes[name], x.lists[name] = e, l
}

func (x *trio) close(name string) {
	x.mu.Lock()
	e := x.nodes[name]
	delete(x.nodes, name)
	x.mu.Unlock()
	if e != nil {
		if err := e.Close(); err != nil {
			x.t.Errorf("close %s: %v", name, err)
		}
	}
}

func (x *trio) begin() {
	ids := map[uint64]string{}
	for name, e := range x.nodes {
		id, fresh, err := e.ID(x.t.Context())
		if err != nil || !fresh {
			x.t.Fatalf("%s is new: %t, %v", name, fresh, err)
		}
		ids[id] = name
	}
	if err := x.nodes["a"].Begin(x.t.Context(), ids); err != nil {
		x.t.Fatal(err)
	}
}

// leader waits for a member that leads.
func (x *trio) leader() *Ensemble {
	x.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		for name, e := range x.nodes {
			l := x.lists[name]
			l.mu.Lock()
			leads := l.leads
			l.mu.Unlock()
			if leads {
				return e
			}
		}
	}
	x.t.Fatal("nobody leads")
	return nil
}

// propose has the leader, whoever that is, agree on an item.
func (x *trio) propose(item string) {
	x.t.Helper()
	for {
		_, err := x.leader().Propose(x.t.Context(), []byte(item))
		if err == nil {
			return
		}
		if !errors.Is(err, ErrNotLeader) && !errors.Is(err, ErrLost) {
			x.t.Fatal(err)
		}
	}
}

// agree waits until all members that run have the same items, and returns them without repetitions.
func (x *trio) agree(last string) []string {
	x.t.Helper()
	var all []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		all = nil
		same := true
		for name := range x.nodes {
			items := string(x.lists[name].Snapshot())
			all = append(all, items)
			same = same && items == all[0] && strings.HasSuffix(items, last)
		}
		if same {
			return slices.Compact(strings.Split(all[0], ","))
		}
	}
	x.t.Fatalf("they do not agree on %s: %v", last, all)
	return nil
}

func TestLossOfMembersAndDisks(t *testing.T) {
	x := newTrio(t)
	x.begin()
	x.propose("1")
	x.agree("1")

	// Two of three go on, and the third one learns what it has missed.
	x.close("b")
	x.propose("2")
	x.open("b")
	x.agree("2")

	// One that has lost its disk is nobody until it is admitted under its new number.
	x.close("c")
	x.dir["c"] = t.TempDir()
	x.open("c")
	id, fresh, err := x.nodes["c"].ID(t.Context())
	if err != nil || !fresh {
		t.Fatalf("new: %t, %v", fresh, err)
	}
	for deadline := time.Now().Add(20 * time.Second); fresh; {
		if err := x.leader().Admit(t.Context(), id, "c"); err != nil && !errors.Is(err, ErrNotLeader) {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatal("c is not taken in")
		}
		time.Sleep(10 * time.Millisecond)
		if _, fresh, err = x.nodes["c"].ID(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	x.agree("2")
	for end := time.Now().Add(20 * time.Second); x.nodes["b"].Changing() || x.nodes["c"].Changing(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the old member of c's name still counts")
		}
	}
	// It counts now: with the two others one by one.
	x.close("a")
	x.propose("3")
	x.agree("3")
	x.open("a")
	x.agree("3")

	// All at once.
	for name := range x.dir {
		x.close(name)
	}
	for name := range x.dir {
		x.open(name)
	}
	x.propose("4")
	if got, want := x.agree("4"), []string{"1", "2", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("agreed on %v", got)
	}
}

// A member without a majority agrees on nothing.
func TestMinority(t *testing.T) {
	x := newTrio(t)
	x.begin()
	x.propose("1")
	e := x.leader()
	for name, other := range x.nodes {
		if other != e {
			x.close(name)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := e.Propose(ctx, []byte("2")); !errors.Is(err, ErrLost) && !errors.Is(err, ErrNotLeader) {
		t.Errorf("a minority: %v", err)
	}
}

func TestSnapshots(t *testing.T) {
	x := newTrio(t)
	x.begin()
	x.propose("0")
	x.agree("0")
	x.close("c")
	for i := 1; i <= 280; i++ {
		x.propose(fmt.Sprint(i))
	}
	x.open("c") // what it lacks is no more in anybody's log
	last := fmt.Sprint(280)
	x.agree(last)
	x.close("a")
	x.open("a")
	if got := x.agree(last); len(got) != 281 {
		t.Errorf("%d items", len(got))
	}
}
