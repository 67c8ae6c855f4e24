package difftest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// unguided are operations that a guide does not follow: which of two ticks or notifications of one machine came is not in
// the trace.
var unguided = append([]OpKind{OpNotify, OpStart, OpEvery, OpStop, OpCancel, OpNow, OpAge}, testedOnly...)

// TestProductionReplays records runs of random programs in production, and has the tester do the same: each send, creation and
// halt in the order of the trace, each event taken before what its handler does. The tester must be able to, and must
// end with the same fields.
func TestProductionReplays(t *testing.T) {
	compared, events, drawn := 0, 0, 0
	for seed := range seeds(*programs) {
		p := Generate(seed)
		p.eachList(func(ops *[]*Op) {
			*ops = slices.DeleteFunc(*ops, func(o *Op) bool { return slices.Contains(unguided, o.Kind) })
		})
		for _, m := range p.Machines {
			m.Reject = false // whether the send came first, or the dequeue that would have made room, is not in the trace
		}
		c, err := compile(p)
		if err != nil {
			continue // refused by Define
		}
		for range 3 {
			log, end := recorded(t, c)
			if log == nil {
				continue
			}
			g, got := followed(p, c, log)
			if g.fault != "" || got != end {
				t.Fatalf("seed %d: %s\nproduction ends in %s\nthe tester in     %s\n%s\n%s", seed, g.fault, end, got,
					(&trace.Trace{Events: log}).Text(trace.TextOptions{Width: 140}), p)
			}
			if i := lastSend(log); i >= 0 {
				if g, _ := followed(p, c, slices.Delete(slices.Clone(log), i, i+1)); g.fault == "" {
					t.Fatalf("seed %d: nobody misses the send of step %d\n%s", seed, log[i].Step, p)
				}
			}
			compared++
			events += len(g.log)
			drawn += g.drawn
		}
	}
	t.Logf("%d runs with %d events and %d choices", compared, events, drawn)
	if *programs >= 400 && (compared < 300 || drawn < 20) {
		t.Errorf("too few runs say anything")
	}
}

// followed has the tester do what a trace says, and returns how that ends.
func followed(p *Program, c *compiled, log []trace.Event) (*guide, string) {
	g := newGuide(log, p.inboxes())
	e := engine.New()
	defer e.Close()
	x := c.run()
	x.live = true
	o := e.Run(p.config(), g, engine.Program{Body: x.body})
	g.finish()
	return g, x.end(o.Err)
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

// entry is an event of the trace that the tester is to do.
type entry struct {
	step   int
	who    string // path in the tree of creations
	takes  bool   // starts or takes an event
	idle   bool   // runs the default handler
	frees  bool   // takes an event out of a bounded inbox
	effect strategy.ActionKind
}

// guide is a strategy that follows a trace. A handler that has no effect that others see is joined with what its machine does
// next, so that an event is taken as late as possible: right before the first effect of its handler. Out of a bounded inbox it
// is taken in its turn.
type guide struct {
	log     []entry
	next    int
	bounded map[string]bool // has a bounded inbox
	pending map[string]bool // has an event to take that is behind next
	early   map[string]int  // events taken that are not behind next
	values  map[string][]int
	fault   string
	drawn   int
}

func newGuide(events []trace.Event, bounds map[string]live.Inbox) *guide {
	g := &guide{bounded: map[string]bool{}, pending: map[string]bool{}, early: map[string]int{}, values: map[string][]int{}}
	paths, kids := map[string]string{"test": "r"}, map[string]int{}
	for i := range events {
		ev := &events[i]
		en := entry{step: ev.Step, who: paths[ev.Who]}
		switch ev.Kind {
		case trace.Created:
			if ev.Who == "outside" {
				continue
			}
			paths[ev.Peer] = fmt.Sprintf("%s.%d", en.who, kids[en.who])
			kids[en.who]++
			en.effect = strategy.Create
		case trace.Began:
			name, _, _ := strings.Cut(ev.Who, "#")
			g.bounded[en.who] = bounds[name].Capacity > 0
			en.takes = true
		case trace.Took:
			en.frees = g.bounded[en.who]
			en.takes = !en.frees
		case trace.Dropped:
			if en.frees = g.bounded[en.who] && ev.To == "ignored"; !en.frees {
				continue
			}
		case trace.TookDefault:
			en.idle = true
		case trace.Sent, trace.Lost:
			en.effect = strategy.Send
		case trace.Halted:
			if en.who == "r" {
				continue // the tester's root stays
			}
			en.effect = strategy.Halt
		case trace.Chose:
			v, err := strconv.Atoi(ev.Value)
			if ev.Value == "true" {
				v, err = 1, nil
			} else if ev.Value == "false" {
				v, err = 0, nil
			}
			if err != nil {
				g.fault = err.Error()
			}
			g.values[en.who] = append(g.values[en.who], v)
			continue
		default:
			continue
		}
		g.log = append(g.log, en)
	}
	return g
}

func pathOf(o *strategy.Op) string {
	if o.Creator == nil {
		return "r"
	}
	return fmt.Sprintf("%s.%d", pathOf(o.Creator), o.Nth)
}

// pass goes past the events that need not be taken yet.
func (g *guide) pass() {
	for ; g.next < len(g.log) && g.log[g.next].takes; g.next++ {
		switch who := g.log[g.next].who; {
		case g.early[who] > 0:
			g.early[who]--
		case g.pending[who]:
			return // the one before has to be taken now
		default:
			g.pending[who] = true
		}
	}
}

func (g *guide) Start(strategy.Execution) bool { return g.fault == "" }

func (g *guide) Pick(ops []*strategy.Op) int {
	g.pass()
	if g.next == len(g.log) || g.fault != "" {
		return 0
	}
	want := g.log[g.next].who
	i := slices.IndexFunc(ops, func(o *strategy.Op) bool { return pathOf(o) == want })
	if i < 0 {
		g.fault = fmt.Sprintf("in step %d %s cannot move in the tester", g.log[g.next].step, want)
		return 0
	}
	return i
}

func (g *guide) Value(v strategy.Value) int {
	list := g.values[pathOf(v.Op)]
	if len(list) == 0 || list[0] >= v.N {
		g.fault = fmt.Sprintf("%s chooses out of %d, which it did not in production", pathOf(v.Op), v.N)
		return 0
	}
	g.values[pathOf(v.Op)] = list[1:]
	g.drawn++
	return list[0]
}

func (g *guide) Enabled(*strategy.Op)  {}
func (g *guide) Disabled(*strategy.Op) {}

func (g *guide) Executed(o *strategy.Op, did []strategy.Action) {
	who := pathOf(o)
	for _, a := range did {
		switch a.Kind {
		case strategy.Start, strategy.Dequeue:
			if a.Kind == strategy.Dequeue && g.bounded[who] {
				g.expect(who, "an event taken by", func(e entry) bool { return e.frees })
			} else if g.pending[who] {
				g.pending[who] = false
			} else {
				g.early[who]++
			}
		case strategy.DefaultRun:
			g.expect(who, "the default handler of", func(e entry) bool { return e.idle })
		case strategy.Send, strategy.Create, strategy.Halt:
			g.expect(who, map[strategy.ActionKind]string{strategy.Send: "a send", strategy.Create: "a creation", strategy.Halt: "a halt"}[a.Kind]+" of", func(e entry) bool { return e.effect == a.Kind && !e.takes && !e.idle && !e.frees })
		}
	}
}

// finish finds out whether all of the trace was followed.
func (g *guide) finish() {
	g.pass()
	for who, p := range g.pending {
		if p && g.fault == "" {
			g.fault = who + " takes an event more in production"
		}
	}
	for who, n := range g.early {
		if n > 0 && g.fault == "" {
			g.fault = who + " takes an event more in the tester"
		}
	}
	if g.fault == "" && g.next < len(g.log) {
		g.fault = fmt.Sprintf("the tester has come to rest before step %d", g.log[g.next].step)
	}
}

// expect compares what was done with the next entry.
func (g *guide) expect(who, what string, is func(entry) bool) {
	g.pass()
	switch {
	case g.fault != "":
	case g.next == len(g.log):
		g.fault = fmt.Sprintf("%s %s in the tester, where nothing more happens in production", what, who)
	case g.log[g.next].who != who || !is(g.log[g.next]):
		g.fault = fmt.Sprintf("%s %s in the tester, and not step %d", what, who, g.log[g.next].step)
	default:
		g.next++
	}
}
