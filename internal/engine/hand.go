package engine

import (
	"runtime"
	"runtime/debug"
	"time"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
)

// hand is a service goroutine of the session. It carries one handler at a time; a handler that waits keeps it.
type hand struct {
	c     *control
	id    int
	m     *mach // whose handler it carries; nil when it is free
	work  func()
	task  func() // what to do when the work is done, if it is no handler
	fresh bool   // it has not begun
	gone  bool   // it is ending
	leave bool   // it ends by our own Goexit
}

// free1 returns a hand that carries nothing.
func (c *control) free1() *hand {
	for _, h := range c.hands {
		if h.m == nil && !h.gone {
			return h
		}
	}
	h := &hand{c: c, fresh: true}
	h.id = c.session.Spawn(h.serve, true)
	c.hands = append(c.hands, h)
	return h
}

// release makes a hand free, when the handler is over.
func (c *control) release(h *hand) {
	h.m.hand = nil
	h.m, h.work, h.task = nil, nil, nil
}

// serve is what the goroutine of a hand runs.
func (h *hand) serve() {
	gocontrol.Mask(true)
	for !h.c.closing {
		h.guard()
		h.park()
	}
}

// park hands control back to the loop.
func (h *hand) park() {
	h.c.signal = h
	gocontrol.Park()
	if h.c.closing {
		runtime.Goexit()
	}
}

// guard runs the work and turns a panic or a Goexit of user code into a failure of the machine whose code it was.
func (h *hand) guard() {
	e := h.c.e
	returned := false
	defer func() {
		gocontrol.Mask(true)
		if returned || h.c.closing {
			return
		}
		if v := recover(); v != nil {
			if e.running == nil && e.listening == nil && e.lent == nil {
				panic(v) // a broken invariant of ours
			}
			e.userPanic(v, debug.Stack())
			return
		}
		if !h.leave {
			e.userGoexit()
		}
		h.gone = true
		h.c.signal = h
	}()
	gocontrol.Mask(false)
	h.work()
	gocontrol.Mask(true)
	returned = true
}

// onHand returns the hand that the calling goroutine is, nil if it is none.
func (e *Engine) onHand() *hand {
	if e.ctl == nil || !e.ctl.open && !e.ctl.closing {
		return nil
	}
	id := gocontrol.Current()
	if id < 0 {
		return nil
	}
	for _, h := range e.ctl.hands {
		if h.id == id {
			return h
		}
	}
	return nil
}

// onGoroutine returns the goroutine of the program that calls, nil if it is none of this execution.
func (e *Engine) onGoroutine() *goroutine {
	if e.ctl == nil || !e.ctl.open {
		return nil
	}
	id := gocontrol.Current()
	if id < 0 || e.onHand() != nil {
		return nil
	}
	return e.ctl.goroutine(id)
}

// leaveHand ends the handler that a hand carries, and the hand.
func (h *hand) leaveHand() {
	h.leave = true
	gocontrol.Mask(false) // deferred functions of the handler are user code
	runtime.Goexit()
}

// hosted is the Host of machines whose handlers run on hands: what it does is the engine's business, without scheduling
// points.
type hosted struct{ *mach }

func (h hosted) Fail(err error) {
	gocontrol.Mask(true)
	h.mach.Fail(err)
}

func (h hosted) Misplaced(call string) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	h.mach.Misplaced(call)
}

func (h hosted) Effected() {
	defer gocontrol.Mask(gocontrol.Mask(true))
	h.mach.Effected()
}

func (h hosted) Moved(from, to int32) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	h.mach.Moved(from, to)
}

func (h hosted) Choose(kind schedule.Kind, n int, fair bool) int {
	defer gocontrol.Mask(gocontrol.Mask(true))
	e := h.mach.e
	if e.ctl.free {
		e.choices = e.ctl.session.Decisions(e.choices)
	}
	return h.mach.Choose(kind, n, fair)
}

func (h hosted) Await(w *machine.Wait) any {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.Await(w)
}

func (h hosted) NewMachine(s machine.Spec) *machine.Ref {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.NewMachine(s)
}

func (h hosted) NewTimer(d time.Duration, periodic bool, ev any) int32 {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.NewTimer(d, periodic, ev)
}

func (h hosted) NewFault(budget int32, ev any) int32 {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.NewFault(budget, ev)
}

func (h hosted) NewBudget(name string, units int) int32 {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.NewBudget(name, units)
}

func (h hosted) NewModel(name string, model any) int32 {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.NewModel(name, model)
}

func (h hosted) ModelNamed(name string) (int32, any) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.ModelNamed(name)
}

func (h hosted) NewMonitor(def *machine.Def, self any) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	h.mach.NewMonitor(def, self)
}

func (h hosted) Now() time.Time {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.Now()
}

func (h hosted) Logf(format string, args []any) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	h.mach.Logf(format, args)
}

func (h hosted) Sometimes(name string, held bool) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	h.mach.Sometimes(name, held)
}

// Adopt lets a goroutine that code of the machine has started act in its name between its handlers.
func (h hosted) Adopt(call string) bool {
	m := h.mach
	if m.Guard&guardDead != 0 || m.status != alive || m.e.stop || m.e.onGoroutine() == nil {
		return false
	}
	switch call {
	case "Send", "Create", "Notify", "Bool", "Int", "FairBool", "FairInt", "Choose":
		m.e.ctl.adopted = append(m.e.ctl.adopted, m)
		gocontrol.Interrupt()
		return true
	}
	return false
}
