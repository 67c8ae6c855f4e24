package difftest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

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
	t := newTree()
	for i := range events {
		ev := &events[i]
		en := entry{step: ev.Step, who: t.paths[ev.Who]}
		switch ev.Kind {
		case trace.Created:
			if ev.Who == "outside" {
				continue
			}
			t.created(ev)
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
