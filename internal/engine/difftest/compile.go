package difftest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/machine"
)

// payload is what every event carries.
type payload struct {
	V    int
	From ravel.ID
}

type (
	e0   payload
	e1   payload
	e2   payload
	tick payload
	boom payload
)

// kind is what the compiler needs of an event's type.
type kind struct {
	make    func(p payload) any
	open    func(ev any) (payload, bool)
	on      func(h func(a *actor, c *ravel.Context)) ravel.Clause
	verbs   map[Verb]func(to ravel.State) ravel.Clause
	deaf    func() ravel.Clause
	receive func(c *ravel.Context) any
	where   func(c *ravel.Context, v int) any
}

func kindOf[E ~struct {
	V    int
	From ravel.ID
}]() kind {
	return kind{
		make: func(p payload) any { return E(p) },
		open: func(ev any) (payload, bool) { e, ok := ev.(E); return payload(e), ok },
		on: func(h func(*actor, *ravel.Context)) ravel.Clause {
			return ravel.On(func(a *actor, c *ravel.Context, _ E) { h(a, c) })
		},
		verbs:   verbsOf[E](),
		deaf:    ravel.NoInherit[E],
		receive: func(c *ravel.Context) any { return ravel.Receive[E](c) },
		where: func(c *ravel.Context, v int) any {
			return ravel.ReceiveWhere(c, func(e E) bool { return payload(e).V == v })
		},
	}
}

func verbsOf[E any]() map[Verb]func(to ravel.State) ravel.Clause {
	return map[Verb]func(to ravel.State) ravel.Clause{
		Goto:   ravel.Goto[E],
		Push:   ravel.Push[E],
		Pop:    func(ravel.State) ravel.Clause { return ravel.Pop[E]() },
		HaltOn: func(ravel.State) ravel.Clause { return ravel.HaltOn[E]() },
		Defer:  func(ravel.State) ravel.Clause { return ravel.Defer[E]() },
		Ignore: func(ravel.State) ravel.Clause { return ravel.Ignore[E]() },
	}
}

// kinds are the events by number.
var kinds = [numEvents]kind{
	E0: kindOf[e0](), E1: kindOf[e1](), E2: kindOf[e2](), Tick: kindOf[tick](), Boom: kindOf[boom](),
	Wildcard: {on: onAny, verbs: verbsOf[any](), deaf: ravel.NoInherit[any]},
}

func onAny(h func(*actor, *ravel.Context)) ravel.Clause {
	return ravel.On(func(a *actor, c *ravel.Context, _ any) { h(a, c) })
}

// openEvent returns the number and the payload of an event; -1 if it is none of ours.
func openEvent(ev any) (int, payload) {
	for i, k := range kinds[:Wildcard] {
		if p, ok := k.open(ev); ok {
			return i, p
		}
	}
	return -1, payload{}
}

type (
	note0 struct{ V int }
	note1 struct{ V int }
)

// actor is the state of a machine.
type actor struct {
	V      [2]int
	Fuel   int
	At     time.Time
	Parent ravel.ID
	Kid    ravel.ID
	Timer  [2]ravel.Timer
	Used   [2]bool
	Fault  ravel.Fault
	Offers bool

	x    *run     `ravel:"-"`
	live locals   `ravel:"-"` // of the function that runs or waits
	past []string `ravel:"-"` // what the running handler has learned
	fn   bool     `ravel:"-"` // a plain function
	path string   `ravel:"-"` // in the tree of creations: "r" is the root, "r.1" the second machine that it created
	kids int      `ravel:"-"`
}

// locals are what a running function knows beyond the fields.
type locals struct {
	local int
	from  ravel.ID
	event any
	at    int   // ID of the operation that waits
	loops []int // rounds left, outer loops first
}

// disk is the shared model.
type disk struct{ V int }

func (d *disk) Apply(op any) { d.V = (2*d.V + op.(int)) % 5 }

type watcher struct{ Heard int }

// compiled is a program as definitions of the real thing.
type compiled struct {
	p       *Program
	defs    []*ravel.Definition[actor] // nil for functions
	monitor *ravel.MonitorDefinition[watcher]
}

// run is one execution.
type run struct {
	c       *compiled
	ids     []ravel.ID
	disk    *disk
	diskRef ravel.ModelRef
	mu      sync.Mutex // of actors, as production runs machines side by side
	actors  map[*machine.Ref]*actor
	live    bool           // in production: there are no models
	clock   atomic.Bool    // somebody has asked for the time
	history bool           // keep actor.past
	engine  *engine.Engine // with history
}

func stateName(i int) ravel.State { return ravel.State(fmt.Sprintf("S%d", i)) }

func compile(p *Program) (*compiled, error) {
	c := &compiled{p: p}
	for i, m := range p.Machines {
		if m.Func != nil {
			c.defs = append(c.defs, nil)
			continue
		}
		d, err := ravel.TryDefine[actor](fmt.Sprintf("M%d", i), m.compile()...)
		if err != nil {
			return nil, err
		}
		c.defs = append(c.defs, d)
	}
	if p.Monitor != nil {
		d, err := ravel.TryDefineMonitor[watcher]("Watcher", p.Monitor.compile()...)
		if err != nil {
			return nil, err
		}
		c.monitor = d
	}
	return c, nil
}

func (m *MachineDef) compile() []ravel.StateClause {
	var states []ravel.StateClause
	for i, s := range m.States {
		if i == 0 {
			states = append(states, ravel.Start(stateName(i), s.compile()...))
		} else {
			states = append(states, ravel.In(stateName(i), s.compile()...))
		}
	}
	return states
}

func (s *StateDef) compile() []ravel.Clause {
	var cs []ravel.Clause
	if b := s.Entry; b != nil {
		cs = append(cs, ravel.Entry(func(a *actor, c *ravel.Context) { a.runBody(c, b.Ops) }))
	}
	if b := s.Exit; b != nil {
		cs = append(cs, ravel.Exit(func(a *actor, c *ravel.Context) { a.runBody(c, b.Ops) }))
	}
	if b := s.Default; b != nil {
		cs = append(cs, ravel.OnDefault(func(a *actor, c *ravel.Context) { a.runBody(c, b.Ops) }))
	}
	for i := range s.On {
		cl, k := s.On[i], kinds[i]
		switch cl.Verb {
		case None:
		case Do:
			b := cl.Body
			cs = append(cs, k.on(func(a *actor, c *ravel.Context) {
				if i == Tick {
					a.ticked(c)
				}
				a.runBody(c, b.Ops)
			}))
		default:
			cs = append(cs, k.verbs[cl.Verb](stateName(cl.To)))
		}
		if cl.NoInherit {
			cs = append(cs, k.deaf())
		}
	}
	return cs
}

func (m *MonitorDef) compile() []ravel.StateClause {
	var states []ravel.StateClause
	for i, s := range m.States {
		cs := noteClauses[note0](s.On[0], func(n note0) int { return n.V })
		cs = append(cs, noteClauses[note1](s.On[1], func(n note1) int { return n.V })...)
		word := map[Temperature]func(ravel.State, ...ravel.Clause) ravel.StateClause{Warm: ravel.Warm, Cold: ravel.Cold, Hot: ravel.Hot}[s.Temperature]
		states = append(states, word(stateName(i), cs...))
	}
	return states
}

func noteClauses[N any](cl MonitorClause, value func(N) int) []ravel.Clause {
	switch cl.Verb {
	case Do:
		return []ravel.Clause{ravel.On(func(w *watcher, c *ravel.MonitorContext, n N) {
			w.Heard = (2*w.Heard + 1 + value(n)) % 7
			c.Assert(cl.Limit == 0 || w.Heard != cl.Limit, "limit %d", cl.Limit)
			if cl.To >= 0 {
				c.Goto(stateName(cl.To))
			}
		})}
	case Goto:
		return []ravel.Clause{ravel.Goto[N](stateName(cl.To))}
	case Ignore:
		return []ravel.Clause{ravel.Ignore[N]()}
	}
	return nil
}
