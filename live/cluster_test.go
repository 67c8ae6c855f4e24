package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/transport"
)

// wire joins transports that hand events on at once, as JSON.
type wire struct {
	codec *transport.Registry

	mu    sync.Mutex
	nodes map[string]*wired
	names map[string]string
}

// wired is the end of a wire at a node.
type wired struct {
	*wire
	node   string
	handle transport.Handler
}

func (w *wired) Node() string { return w.node }
func (w *wired) Serve(h transport.Handler) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.handle = h
	return nil
}

func (w *wired) Host(_ context.Context, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.names[name] != "" {
		return transport.ErrDuplicate
	}
	w.names[name] = w.node
	return nil
}

func (w *wired) Unhost(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.names, name)
}

func (w *wired) Send(_ context.Context, from string, to transport.Address, event any) error {
	m, err := w.codec.Encode(event, w.codec.Reads())
	if err != nil {
		return err
	}
	if event, err = w.codec.Decode(m); err != nil {
		return err
	}
	w.mu.Lock()
	if to.Node == "" {
		to.Node = w.names[to.Name]
	}
	n := w.nodes[to.Node]
	w.mu.Unlock()
	if n == nil {
		return transport.ErrNoNode
	}
	return n.handle(transport.Address{Node: w.node, Name: from}, to, event)
}

func (w *wired) Close(context.Context) error { return nil }

func (w *wire) node(name string) *wired {
	w.nodes[name] = &wired{wire: w, node: name}
	return w.nodes[name]
}

func newWire() *wire {
	w := &wire{codec: &transport.Registry{}, nodes: map[string]*wired{}, names: map[string]string{}}
	transport.MustRegister(w.codec, "question", transport.JSON[question](1))
	transport.MustRegister(w.codec, "answer", transport.JSON[*answer](1))
	return w
}

type question struct {
	N    int
	From ravel.ID
}

type answer struct {
	N    int
	By   ravel.ID
	Also map[ravel.ID][]ravel.ID
	Any  any
}

// doubling answers twice what it is asked.
func doubling(c *ravel.Context) {
	for {
		q := ravel.Receive[question](c)
		c.Send(q.From, &answer{N: 2 * q.N, By: c.Self(), Also: map[ravel.ID][]ravel.ID{q.From: {c.Self(), {}}}})
	}
}

// cluster is two systems on one wire.
func cluster(t *testing.T) (a, b *live.System, ma, mb *live.Member, letters chan live.DeadLetter) {
	t.Helper()
	letters = make(chan live.DeadLetter, 16)
	w := newWire()
	join := func(node string) (*live.System, *live.Member) {
		s, err := live.New(live.Options{Name: node, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), DeadLetters: func(d live.DeadLetter) { letters <- d }})
		if err != nil {
			t.Fatal(err)
		}
		m, err := live.Join(s, w.node(node))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			s.Stop(ctx)
		})
		return s, m
	}
	a, ma = join("a")
	b, mb = join("b")
	return a, b, ma, mb, letters
}

// TestRemoteMachines asks a machine of another node, which answers to the ID in the question.
func TestRemoteMachines(t *testing.T) {
	a, b, ma, mb, _ := cluster(t)
	srv, err := b.Go("Server", doubling)
	if err != nil {
		t.Fatal(err)
	}
	if err := mb.Host(t.Context(), "doubling", srv); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"b/Server", "b/doubling", "doubling"} {
		to, err := ma.Remote(address)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := ma.Remote(address); again != to {
			t.Errorf("%s has two IDs", address)
		}
		got := make(chan *answer, 1)
		self := make(chan ravel.ID, 1)
		if _, err := a.Go("Client", func(c *ravel.Context) {
			self <- c.Self()
			c.Send(to, question{21, c.Self()})
			got <- ravel.Receive[*answer](c)
		}); err != nil {
			t.Fatal(err)
		}
		ans, me := <-got, <-self
		server, _ := ma.Remote("b/Server")
		want := &answer{N: 42, By: server, Also: map[ravel.ID][]ravel.ID{me: {server, {}}}}
		if !reflect.DeepEqual(ans, want) {
			t.Errorf("%s: %+v, want %+v", address, ans, want)
		}
	}
	if own, _ := mb.Remote("b/Server"); own != srv {
		t.Error("the ID of a machine of the same node is another one")
	}
}

func TestRemoteDeadLetters(t *testing.T) {
	a, b, ma, _, letters := cluster(t)
	for address, want := range map[string]error{"b/Nobody": transport.ErrNoMachine, "c/Server": transport.ErrNoNode, "nobody": transport.ErrNoNode, "a/Gone": transport.ErrNoMachine} {
		to, err := ma.Remote(address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Go("Client", func(c *ravel.Context) { c.Send(to, question{N: 1}) }); err != nil {
			t.Fatal(err)
		}
		if d := <-letters; d.Reason != live.Undelivered || !errors.Is(d.Err, want) || d.To != to || !strings.HasPrefix(d.From.String(), "Client") {
			t.Errorf("%s: %+v", address, d)
		}
	}
	a.Undelivered(transport.Undelivered{To: transport.Address{Node: "b", Name: "Server"}, N: 3, Err: transport.ErrLost})
	if d := <-letters; !errors.Is(d.Err, transport.ErrLost) || d.To.String() != "b/Server" {
		t.Errorf("%+v", d)
	}
	_ = b
}

func TestClusterMistakes(t *testing.T) {
	a, b, ma, mb, _ := cluster(t)
	if _, err := live.Join(a, newWire().node("x")); err == nil || !strings.Contains(err.Error(), "joined a transport before") {
		t.Error(err)
	}
	srv, err := b.Go("Server", doubling)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		m    *live.Member
		name string
		id   ravel.ID
		want string
	}{
		"of another system":  {ma, "x", srv, "no machine of this system"},
		"zero":               {ma, "x", ravel.ID{}, "zero ID"},
		"name that is shown": {mb, "Server", another(t, b), "shown under it"},
	} {
		if err := c.m.Host(t.Context(), c.name, c.id); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := mb.Host(t.Context(), "x", srv); err != nil {
		t.Fatal(err)
	}
	if err := mb.Host(t.Context(), "x", srv); !errors.Is(err, transport.ErrDuplicate) {
		t.Error(err)
	}
	if err := ma.Host(t.Context(), "x", another(t, a)); !errors.Is(err, transport.ErrDuplicate) {
		t.Error(err)
	}
	for _, address := range []string{"", "a.b/c", "n/"} {
		if _, err := ma.Remote(address); err == nil {
			t.Errorf("%q is an address", address)
		}
	}
	alone, err := live.New(live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Stop(t.Context())
	if _, err := json.Marshal(question{From: another(t, alone)}); err == nil || !strings.Contains(err.Error(), "live.Join") {
		t.Errorf("an ID that nobody can reach: %v", err)
	}
	outside := alone.Remote("outside", func(ravel.ID, any) error { return nil })
	if _, err := json.Marshal(outside); err == nil || !strings.Contains(err.Error(), "this one only") {
		t.Errorf("an ID that nobody can reach: %v", err)
	}
}

// another returns a machine that waits.
func another(t *testing.T, s *live.System) ravel.ID {
	t.Helper()
	id, err := s.Go("Other", doubling)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A member remembers the machines of other nodes whose IDs somebody has, and no others: those of each session, say, would be too
// many in the end.
func TestForgottenRemotes(t *testing.T) {
	_, _, m, _, _ := cluster(t)
	remote := func(address string) ravel.ID {
		id, err := m.Remote(address)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	kept := remote("b/Kept")
	for i := range 1000 {
		remote(fmt.Sprint("b/Session#", i+2))
	}
	for deadline := time.Now().Add(30 * time.Second); live.Remotes(m) > 1; time.Sleep(time.Millisecond) {
		if runtime.GC(); time.Now().After(deadline) {
			t.Fatalf("%d machines are remembered", live.Remotes(m))
		}
	}
	if again := remote("b/Kept"); again != kept {
		t.Errorf("%v has another ID than before", again)
	}
}
