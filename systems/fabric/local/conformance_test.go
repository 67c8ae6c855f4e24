package local_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

// witness collects what replicas have seen of their platform, in words that are the same on every platform.
type witness struct {
	mu    sync.Mutex
	facts map[string]bool
	calls map[service.ReplicaID][]string // of the lifecycle
	ended []string                       // lifecycles of replicas of platforms that are over
	wrong []string
}

func newWitness() *witness {
	return &witness{facts: map[string]bool{}, calls: map[service.ReplicaID][]string{}}
}

func (w *witness) saw(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.facts[fmt.Sprintf(format, args...)] = true
}

func (w *witness) fail(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// call notes a call of the lifecycle, and what came before it.
func (w *witness) call(id service.ReplicaID, name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := "nothing"
	if c := w.calls[id]; len(c) > 0 {
		before = c[len(c)-1]
	}
	w.facts[name+" behind "+before] = true
	w.calls[id] = append(w.calls[id], name)
}

// over ends a platform: another one gives out the same IDs.
func (w *witness) over() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		w.ended = append(w.ended, strings.Join(c, ","))
	}
	clear(w.calls)
}

// lifecycle is the order that package service promises. A process that is killed, or a test that ends, may end it
// anywhere.
var lifecycle = regexp.MustCompile(`^Open(,idle secondary(,Restore(,active secondary)?)?)?((,primary(,Run)?)?(,active secondary)?)*(,Close|,Abort)?$`)

// prober is a replica that looks around.
type prober struct {
	w       *witness
	p       service.Partition
	id      service.ReplicaID
	role    service.Role
	seen    []string
	last    service.LSN
	epoch   service.Epoch
	over    bool
	running bool
}

func (w *witness) factory(info service.Info) service.Replica {
	if info.Partition != probed || info.Partitions != 1 {
		w.fail("info %+v", info)
	}
	return &prober{w: w, id: info.Replica}
}

var probed = service.PartitionID{Service: "probe"}

// ask tries what depends on the moment.
func (s *prober) ask(when string) {
	s.w.saw("%s: the role is %v", when, s.p.Role())
	s.w.saw("%s: storage is %v", when, s.p.Storage())
	if s.p.Access() == service.AccessGranted {
		s.w.saw("%s: access is granted", when)
		return
	}
	s.w.saw("%s: access is %v", when, s.p.Access())
	n, err := s.p.Replicate(context.Background(), []byte("never"))
	s.w.saw("%s: Replicate returns %d, %v", when, n, err)
}

func (s *prober) Open(ctx context.Context, p service.Partition) error {
	s.p = p
	s.w.call(s.id, "Open")
	s.ask("Open")
	if p.Info().Replica != s.id {
		s.w.fail("replica %d is told that it is %d", s.id, p.Info().Replica)
	}
	return p.Yield(ctx)
}

func (s *prober) ChangeRole(ctx context.Context, e service.Epoch, r service.Role) error {
	s.w.call(s.id, r.String())
	if s.running && r != service.RolePrimary {
		s.w.fail("replica %d becomes %v while Run goes on", s.id, r)
	}
	if e.Compare(s.epoch) < 0 {
		s.w.fail("replica %d: ChangeRole with epoch %v behind %v", s.id, e, s.epoch)
	}
	s.role, s.epoch = r, e
	s.ask("ChangeRole to " + r.String())
	s.w.saw("ChangeRole to %v: the epoch is zero: %t", r, e == service.Epoch{})
	return s.p.Yield(ctx)
}

func (s *prober) Close(context.Context) error {
	s.w.call(s.id, "Close")
	if s.running || s.over {
		s.w.fail("Close while Run goes on: %t, behind the end: %t", s.running, s.over)
	}
	s.over = true
	return nil
}

func (s *prober) Abort() {
	s.w.call(s.id, "Abort")
	if s.over {
		s.w.fail("Abort behind the end")
	}
	s.over = true
	n, err := s.p.Replicate(context.Background(), nil)
	s.w.saw("Abort: Replicate returns %d, %v, access is %v", n, err, s.p.Access())
}

func (s *prober) Run(ctx context.Context) error {
	s.w.call(s.id, "Run")
	s.running = true
	defer func() { s.running = false }()
	for range 3 {
		if err := s.p.Sleep(ctx, 1e6); err != nil {
			s.w.saw("Run ends: %v", err)
			break
		}
	}
	return nil
}

func (s *prober) Apply(ctx context.Context, op service.Op) error {
	if op.LSN != s.last+1 {
		s.w.fail("replica %d: operation %d behind %d", s.id, op.LSN, s.last)
	}
	s.w.saw("Apply as %v", s.role)
	s.last = op.LSN
	s.seen = append(s.seen, string(op.Data))
	return s.p.Yield(ctx)
}

func (s *prober) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	s.w.saw("Snapshot as %v", s.role)
	pieces := append([]string{fmt.Sprint(s.last)}, s.seen...)
	return func(yield func([]byte, error) bool) {
		for _, x := range pieces {
			if !yield([]byte(x), nil) {
				return
			}
		}
	}
}

func (s *prober) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	s.w.call(s.id, "Restore")
	s.seen, s.last = nil, -1
	for x, err := range pieces {
		switch {
		case err != nil:
			s.w.saw("Restore is cut off: %v", err)
			return err
		case s.last < 0:
			_, _ = fmt.Sscan(string(x), &s.last)
		default:
			s.seen = append(s.seen, string(x))
		}
	}
	if int(s.last) != len(s.seen) {
		s.w.fail("replica %d: the snapshot of %d has %d operations", s.id, s.last, len(s.seen))
	}
	return nil
}

// Serve replicates an item, and answers its place in the log and in the state.
func (s *prober) Serve(ctx context.Context, req []byte) ([]byte, error) {
	if string(req) == "bad" {
		return nil, errors.New("a bad request")
	}
	n, err := s.p.Replicate(ctx, req)
	if err != nil {
		s.w.saw("Serve: Replicate returns an LSN: %t, and %v", n != 0, err)
		return nil, err
	}
	if s.last < n || s.seen[n-1] != string(req) {
		s.w.fail("Replicate of %s returns %d, and the state has %v", req, n, s.seen)
	}
	many := 0
	for range 4 {
		s.p.Go(func(ctx context.Context) {
			_, err := s.p.Replicate(ctx, []byte("more"))
			s.w.saw("four at once, and a window of 2: %v", err)
			many++
		})
	}
	for many < 4 && ctx.Err() == nil {
		_ = s.p.Yield(ctx)
	}
	_, err = s.p.Call(ctx, service.PartitionID{Service: "nobody"}, nil)
	s.w.saw("a service that is not there has %d partitions, and a call returns ErrNoPrimary: %t", s.p.Partitions("nobody"), errors.Is(err, service.ErrNoPrimary))
	_, err = s.p.Call(ctx, probed, []byte("bad"))
	var refused *service.ServeError
	if errors.As(err, &refused) { // it may not have been served at all
		s.w.saw("a call that fails returns %T of %v: %s", err, refused.Partition, refused.Text)
	}
	return fmt.Append(nil, n), nil
}

// modelled lets the service run on the model, in many ways.
func modelled(t *testing.T, w *witness, cfg fabric.Config, n uint64) {
	t.Helper()
	cfg.Services = []fabric.Service{{Name: probed.Service, New: w.factory, Window: 2}}
	r, err := check.Explore("conformance", check.Config{Schedules: n, Steps: 4000, NoShrink: true, Workers: 1, Strategy: "portfolio"}, func(t *check.T) {
		w.over()
		f := fabric.New(t.Root(), cfg)
		t.Go("client", func(c *ravel.Context) {
			caller := f.Caller(c)
			for i := range 3 {
				_, _ = caller.Call(context.Background(), probed, fmt.Append(nil, i))
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure != nil {
		t.Fatal(r.Failure.Err)
	}
}

// What a service sees of the processes is something that the model shows it as well: so what the model explores covers
// what happens. The same replica runs on both, with a crash, a swap and a node that is cut off.
func TestConformance(t *testing.T) {
	model, real := newWitness(), newWitness()
	for _, cfg := range []fabric.Config{
		{}, {Crashes: 1, Restarts: 1}, {Suspicions: 1}, {Swaps: 1}, {Swaps: 1, Suspicions: 1, Crashes: 1, Restarts: 1},
	} {
		modelled(t, model, cfg, 150)
	}

	c := localtest.Start(t, local.Service{Name: probed.Service, New: real.factory, Window: 2})
	cl := c.Client()
	c.Stable(probed, 3)
	serve := func() {
		for i := range 3 {
			until(t, cl, probed, fmt.Sprint(i))
		}
	}
	serve()
	if err := cl.Swap(t.Context(), probed, ""); err != nil {
		t.Fatal(err)
	}
	serve()
	name := c.Stable(probed, 3).Primary
	c.Isolate(name, true)
	c.Stable(probed, 2)
	c.Isolate(name, false)
	c.Stable(probed, 3)
	serve()
	name = c.Stable(probed, 3).Primary
	c.Stop(name)
	c.Stable(probed, 2)
	c.Start(name)
	c.Stable(probed, 3)
	serve()
	for name := range c.Dirs {
		c.Stop(name)
	}

	for what, w := range map[string]*witness{"model": model, "processes": real} {
		w.over()
		if len(w.wrong) > 0 {
			t.Errorf("%s: %v", what, w.wrong[:min(10, len(w.wrong))])
		}
		for _, calls := range w.ended {
			if calls != "" && !lifecycle.MatchString(calls) {
				t.Errorf("%s: calls of a replica: %s", what, calls)
			}
		}
	}
	for _, fact := range slices.Sorted(maps.Keys(real.facts)) {
		if !model.facts[fact] {
			t.Errorf("only on processes: %s", fact)
		}
	}
	both := 0
	for _, fact := range slices.Sorted(maps.Keys(model.facts)) {
		if real.facts[fact] {
			both++
			t.Log("both: ", fact)
		} else {
			t.Log("model: ", fact)
		}
	}
	if both < 30 {
		t.Errorf("they have %d facts in common: that is too few to mean much", both)
	}
}
