package difftest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
)

// A sketch is a random program in the library's own terms, for what Program has not: a body that waits until nothing can
// move, several models, monitors and budgets, and machines that register or look for them.
type sketch struct {
	handlers [][][]stroke // by actor and event
	funcs    [][]stroke
	root     []stroke
	cfg      engine.Config
}

// stroke is an operation with its operands.
type stroke struct {
	kind strokeKind
	n, v int
}

type strokeKind int

const (
	strokeSend strokeKind = iota
	strokeNotify
	strokeWrite
	strokeRead
	strokeFind // the model of an actor, by its name
	strokeModel
	strokeMonitor
	strokeBool
	strokeYield
	strokeAfter
	strokeCancel
	strokeNow
	strokeOffer
	strokeCrash
	strokeRestart
	strokeQuiet // only in the body
	strokeKinds
)

const sketchEvents = 4 // two that are sent, a tick and a fault

// newSketch returns the sketch of a seed.
func newSketch(seed uint64) *sketch {
	r := rand.New(rand.NewPCG(seed, 0x5ce7c4))
	s := &sketch{cfg: engine.Config{MaxSteps: maxSteps, Threshold: 1 << 30, Fingerprint: true}}
	var kinds []strokeKind // each sketch is about a few things
	for len(kinds) < 4 {
		kinds = append(kinds, strokeKind(r.IntN(int(strokeQuiet))))
	}
	if s.cfg.Ordered = r.IntN(3) == 0; s.cfg.Ordered {
		s.cfg.EarlyTimers = r.IntN(2)
	}
	strokes := func(most int) (ops []stroke) {
		for range r.IntN(most + 1) {
			kind := strokeSend
			if r.IntN(3) > 0 {
				kind = kinds[r.IntN(len(kinds))]
			}
			ops = append(ops, stroke{kind, r.IntN(3), r.IntN(2)})
		}
		return ops
	}
	for range 1 + r.IntN(2) {
		var hs [][]stroke
		for range sketchEvents {
			hs = append(hs, strokes(2))
		}
		s.handlers = append(s.handlers, hs)
	}
	for range r.IntN(3) {
		s.funcs = append(s.funcs, strokes(2))
	}
	for range 1 + r.IntN(2) {
		s.root = append(s.root, append(strokes(2), stroke{kind: strokeQuiet})...)
	}
	s.root = append(s.root, strokes(1)...)
	return s
}

// drawing is an execution of a sketch.
type drawing struct {
	s      *sketch
	ids    []ravel.ID
	shared ravel.ModelRef
	notes  *tape
	actors []*drawer
	heard  [2]*tape
}

// tape is what was written to it, in order. It is a model.
type tape struct{ text string }

func (t *tape) Apply(op any) { t.text += op.(string) }

// drawer is a machine of a sketch.
type drawer struct {
	d     *drawing `ravel:"-"`
	name  string
	actor int
	fuel  int
	seen  string
	timer ravel.Timer
	timed bool
	own   *tape
}

type (
	sketched struct{ v int }
	again    struct{ v int }
	ticked   struct{}
	struck   struct{}
	told0    struct{ who string }
	told1    struct{ who string }
)

var drawerMachine *ravel.Definition[drawer] // its handlers refer to it

func init() {
	drawerMachine = ravel.Define[drawer]("Drawer", ravel.Start("Drawing",
		ravel.On(func(a *drawer, c *ravel.Context, e sketched) { a.handle(c, 0, e.v) }),
		ravel.On(func(a *drawer, c *ravel.Context, e again) { a.handle(c, 1, e.v) }),
		ravel.On(func(a *drawer, c *ravel.Context, _ ticked) { a.handle(c, 2, 0) }),
		ravel.On(func(a *drawer, c *ravel.Context, _ struck) { a.handle(c, 3, 0) })))
}

var listeners = [2]*ravel.MonitorDefinition[tape]{
	ravel.DefineMonitor[tape]("Zero", ravel.Warm("Listening", ravel.On(func(t *tape, c *ravel.MonitorContext, n told0) { t.text += n.who }))),
	ravel.DefineMonitor[tape]("One", ravel.Warm("Listening", ravel.On(func(t *tape, c *ravel.MonitorContext, n told1) { t.text += n.who }))),
}

func (a *drawer) handle(c *ravel.Context, event, v int) {
	a.seen += fmt.Sprintf("|%d.%d", event, v)
	if a.fuel == 0 {
		return
	}
	a.fuel--
	a.run(c, a.d.s.handlers[a.actor][event], event == 3)
}

// run does what the strokes say; nothing waits in a fault.
func (a *drawer) run(c *ravel.Context, ops []stroke, atomic bool) {
	d := a.d
	note := func(v any) { a.seen += fmt.Sprint(" ", v) }
	for _, o := range ops {
		peer := d.ids[o.n%len(d.ids)]
		switch o.kind {
		case strokeSend:
			if o.v == 0 {
				c.Send(peer, sketched{o.n})
			} else {
				c.Send(peer, again{o.n})
			}
		case strokeNotify:
			if o.v == 0 {
				c.Notify(told0{a.name})
			} else {
				c.Notify(told1{a.name})
			}
		case strokeWrite:
			c.Write(d.shared, a.name)
		case strokeRead:
			if !atomic {
				c.Read(d.shared)
				note(d.notes.text)
			}
		case strokeFind:
			if _, m, ok := c.ModelNamed(fmt.Sprint("tape ", o.n)); ok {
				note(m.(*tape).text)
			} else {
				note("none")
			}
		case strokeModel:
			c.Write(c.Model("tape "+a.name, a.own), fmt.Sprint(o.v))
		case strokeMonitor:
			if d.heard[1] == nil && a.name == "root" {
				d.heard[1] = &tape{}
				c.Monitor(listeners[1].New(d.heard[1]))
			}
		case strokeBool:
			note(c.Bool())
		case strokeYield:
			if !atomic {
				c.Yield()
			}
		case strokeAfter:
			if !a.timed && a.actor >= 0 {
				a.timed = true
				a.timer = c.After(time.Duration(1+o.n)*time.Millisecond, ticked{})
			}
		case strokeCancel:
			if a.timed && !atomic {
				note(c.CancelTimer(a.timer))
			}
		case strokeNow:
			note(c.Now().Nanosecond())
		case strokeOffer:
			if a.actor >= 0 {
				c.OfferFault(c.Budget(fmt.Sprint("budget ", o.v), 1), struck{})
			}
		case strokeCrash:
			if o.v == 0 {
				c.Crash(peer)
			} else {
				d.restart(c, peer, o.n)
			}
		case strokeRestart:
			d.restart(c, peer, o.n)
		case strokeQuiet:
			ravel.AwaitQuiet(c)
		}
	}
}

// restart brings a machine down and up again.
func (d *drawing) restart(c *ravel.Context, id ravel.ID, n int) {
	actor := n % len(d.ids)
	c.Crash(id)
	c.Restart(id, drawerMachine.New(d.drawer(fmt.Sprint(actor), actor)))
}

func (d *drawing) drawer(name string, actor int) *drawer {
	a := &drawer{d: d, name: name, actor: actor, fuel: 2, own: &tape{}}
	d.actors = append(d.actors, a)
	return a
}

func (d *drawing) body(c *ravel.Context) {
	*d = drawing{s: d.s, notes: &tape{}}
	d.heard[0] = &tape{}
	c.Monitor(listeners[0].New(d.heard[0]))
	d.shared = c.Model("notes", d.notes)
	for i := range d.s.handlers {
		d.ids = append(d.ids, c.Create(drawerMachine.New(d.drawer(fmt.Sprint(i), i)).Named(fmt.Sprint(i))))
	}
	for i, ops := range d.s.funcs {
		a := d.drawer(fmt.Sprint("f", i), -1)
		c.Go(a.name, func(c *ravel.Context) { a.run(c, ops, false) })
	}
	d.drawer("root", -1).run(c, d.s.root, false)
}

// end is what can be seen in the end. What a crashed machine has seen cannot.
func (d *drawing) end(e *engine.Engine, err error) string {
	if err != nil {
		return "failure: " + err.Error()
	}
	var lines []string
	v := e.View()
	for i := range v.Machines {
		m := &v.Machines[i]
		if a, ok := m.Self.(*drawer); ok && m.Status != "crashed" && m.Status != "reserved" {
			lines = append(lines, fmt.Sprintf("%v %s fuel %d: %s, writes %q", rawPath(m.Ref), m.Status, a.fuel, a.seen, a.own.text))
		}
	}
	for _, a := range d.actors {
		if a.actor < 0 {
			lines = append(lines, a.name+": "+a.seen)
		}
	}
	for i, t := range d.heard {
		if t != nil {
			lines = append(lines, fmt.Sprintf("monitor %d: %s", i, t.text))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\nnotes " + d.notes.text
}
