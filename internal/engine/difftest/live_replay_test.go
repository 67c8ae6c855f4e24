package difftest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/trace"
)

// unguided are operations that a guide does not follow: which of two ticks or notifications of one machine came is not in
// the trace.
var unguided = append([]OpKind{OpNotify, OpStart, OpEvery, OpStop, OpCancel, OpNow, OpAge}, testedOnly...)

// TestProductionReplays records runs of random programs in production, and has the tester do the same: each send, creation and
// halt in the order of the trace, each event taken before what its handler does. The tester must be able to, each send must
// have the same fate, to be delivered, lost or rejected by a full inbox, and the machines must end with the same fields.
func TestProductionReplays(t *testing.T) {
	compared, events, drawn, rejected := 0, 0, 0, 0
	for p, seed := range guided(*programs) {
		c, err := compile(p)
		if err != nil {
			continue // refused by Define
		}
		for range 3 {
			log, end := recorded(t, c)
			if log == nil {
				continue
			}
			g, got, sends := followed(p, c, log)
			want := fates(log)
			if g.fault == "" && !slices.Equal(sends, want) {
				g.fault = fmt.Sprintf("of the sends in production became\n%s\nand in the tester\n%s", strings.Join(want, "\n"), strings.Join(sends, "\n"))
			}
			if g.fault != "" || got != end {
				t.Fatalf("seed %d: %s\nproduction ends in %s\nthe tester in     %s\n%s\n%s", seed, g.fault, end, got,
					(&trace.Trace{Events: log}).Text(trace.TextOptions{Width: 140}), p)
			}
			for _, ev := range log {
				if ev.Kind == trace.Lost && ev.To == trace.Full {
					rejected++
				}
			}
			if i := lastSend(log); i >= 0 {
				if g, _, _ := followed(p, c, slices.Delete(slices.Clone(log), i, i+1)); g.fault == "" {
					t.Fatalf("seed %d: nobody misses the send of step %d\n%s", seed, log[i].Step, p)
				}
			}
			compared++
			events += len(g.log)
			drawn += g.drawn
		}
	}
	t.Logf("%d runs with %d events, %d choices, and %d sends that full inboxes rejected", compared, events, drawn, rejected)
	if *programs >= 400 && (compared < 300 || drawn < 20 || rejected < 20) {
		t.Errorf("too few runs say anything")
	}
}

// guided yields random programs that a guide can follow, and their seeds; those with bounded inboxes a second time, with inboxes that
// reject.
func guided(n uint64) iter.Seq2[*Program, uint64] {
	return func(yield func(*Program, uint64) bool) {
		for seed := range seeds(n) {
			p := Generate(seed)
			p.eachList(func(ops *[]*Op) {
				*ops = slices.DeleteFunc(*ops, func(o *Op) bool { return slices.Contains(unguided, o.Kind) })
			})
			if !yield(p, seed) {
				return
			}
			if seed&Bounds == 0 {
				continue
			}
			for _, m := range p.Machines {
				m.Reject = m.Room > 0
			}
			if !yield(p, seed) {
				return
			}
		}
	}
}

// followed has the tester do what a trace says, and returns how that ends, and the fates of the sends.
func followed(p *Program, c *compiled, log []trace.Event) (*guide, string, []string) {
	g := newGuide(log, p.inboxes())
	e := engine.New()
	defer e.Close()
	x := c.run()
	x.live = true
	cfg := p.config()
	cfg.Record = true
	o := e.Run(cfg, g, engine.Program{Body: x.body})
	g.finish()
	return g, x.end(o.Err), fates(o.Events)
}

// fates says in turn what became of each send, but for those to the root, which stays in the tester and halts in production.
func fates(events []trace.Event) (list []string) {
	t := newTree()
	for i := range events {
		switch ev := &events[i]; ev.Kind {
		case trace.Created:
			t.created(ev)
		case trace.Sent, trace.Lost:
			if t.paths[ev.Peer] == "r" {
				continue
			}
			list = append(list, fmt.Sprintf("%s sends %s to %s: %v %s", t.paths[ev.Who], ev.Type, t.paths[ev.Peer], ev.Kind, ev.To))
		}
	}
	return list
}

// tree is who has created whom, in a trace.
type tree struct {
	paths map[string]string // of machines by their names
	kids  map[string]int    // how many there are, by the path of who has created them
}

func newTree() *tree { return &tree{paths: map[string]string{"test": "r"}, kids: map[string]int{}} }

// created notes a new machine; the first one was created by nobody.
func (t *tree) created(ev *trace.Event) {
	if by, ok := t.paths[ev.Who]; ok {
		t.paths[ev.Peer] = fmt.Sprintf("%s.%d", by, t.kids[by])
		t.kids[by]++
	}
}

// lastSend returns the index of the last send by a machine, -1 if there is none.
func lastSend(log []trace.Event) int {
	for i, ev := range slices.Backward(log) {
		if ev.Kind == trace.Sent || ev.Kind == trace.Lost {
			return i
		}
	}
	return -1
}

// endless takes a program that handles very much, or creates very many machines, for one that does not end.
type endless struct {
	firstFailure
	handled atomic.Int32
}

func (e *endless) Handled(*live.Handling) { e.count() }

// Handling gives others a turn, now and then, while a machine takes an event.
func (e *endless) Handling(*live.Handling) {
	if rand.IntN(2) == 0 {
		runtime.Gosched()
	}
}

func (e *endless) Started(ravel.ID, string) { e.count() }

func (e *endless) count() {
	if e.handled.Add(1) == 1000 {
		e.fails(errors.New("the program does not end"))
	}
}

// recorded runs a program in production, and returns what happened; nil if a machine has failed, or it does not end.
func recorded(t *testing.T, c *compiled) (events []trace.Event, end string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		x := c.run()
		x.live = true
		f := &endless{firstFailure: firstFailure{first: make(chan error, 1)}}
		s, err := live.New(live.Options{Observer: f, Logger: slog.New(slog.DiscardHandler), Record: 1 << 12, Inboxes: c.p.inboxes()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Go("test", x.body); err != nil {
			t.Fatal(err)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		select {
		case <-time.After(time.Minute):
			synctest.Wait()
			if tr, err := s.Trace(); err != nil {
				t.Error(err)
			} else if len(tr.Events) < 1<<12 {
				events, end = tr.Events, x.end(nil)
			}
		case <-f.first:
		}
		_ = s.Stop(over)
	})
	return events, end
}
