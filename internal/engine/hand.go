package engine

import (
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
)

// hand is a service goroutine of the session. It carries one handler at a time; a handler that waits keeps it.
type hand struct {
	c     *control
	id    int
	m     *mach // whose handler it carries; nil when it is free
	first *mach // whose handler it has carried first
	work  func()
	task  func() // what to do when the work is done, if it is no handler
	fresh bool   // it has not begun
	gone  bool   // it is ending
	leave bool   // it ends by our own Goexit
	lost  bool   // its machine has crashed: only deferred functions are left of the handler

	several bool // it has carried handlers of others than first
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
		if h.lost {
			return
		}
		if h.c.closing { // the handler was between two moves when the execution ended, and has come to its end since
			gocontrol.Mask(false) // see guard
			return
		}
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
		v := recover()
		switch {
		case h.lost:
			gocontrol.Mask(false) // see below
			return
		case h.leave: // a deferred function of a handler that has failed may panic: the first failure counts
		case v != nil:
			e.runs(h)
			e.userPanic(v, debug.Stack())
			return
		default:
			e.runs(h)
			e.userGoexit()
		}
		h.gone = true
		h.c.signal = h
		gocontrol.Mask(false) // the last that this goroutine does: the race detector learns that the engine goes on behind it
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

// runs notes whose handler the calling hand carries, unless it is about to run other code on the handler's behalf.
func (e *Engine) runs(h *hand) {
	if h != nil && h.m != nil && e.listening == nil && e.lent == nil {
		e.running = h.m
	}
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
	if g := e.ctl.goroutine(id); g != nil {
		return g
	}
	return &goroutine{id: id} // the session has not told of it yet
}

// callerName names the goroutine g, which calls.
func (g *goroutine) callerName() string {
	at := placeOf(g.at)
	if g.at == 0 {
		at = callerCreated()
	}
	return failure.GoroutineName(g.id, "", at)
}

// callerCreated returns the go statement of the calling goroutine, which only its stack tells.
func callerCreated() (p failure.Place) {
	buf := make([]byte, 1<<12)
	n := runtime.Stack(buf, false)
	for ; n == len(buf); n = runtime.Stack(buf, false) {
		buf = make([]byte, 2*len(buf))
	}
	_, by, _ := strings.Cut(string(buf[:n]), "\ncreated by ")
	by, at, _ := strings.Cut(by, "\n\t")
	p.Func, _, _ = strings.Cut(by, " in goroutine ")
	at, _, _ = strings.Cut(at, " +0x")
	if i := strings.LastIndexByte(at, ':'); i > 0 {
		p.File = at[:i]
		p.Line, _ = strconv.Atoi(strings.TrimSpace(at[i+1:]))
	}
	return p
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
	m := h.mach
	e := m.e
	if g := e.onGoroutine(); g != nil {
		if g.lost != m {
			e.failGoroutine(g, e.explain(m, err))
		}
		gocontrol.Mask(false)
		return
	}
	if x := e.onHand(); x != nil && x.lost {
		gocontrol.Mask(false)
		return
	}
	m.Fail(err)
}

func (h hosted) Misplaced(call string) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	m := h.mach
	e := m.e
	switch g := e.onGoroutine(); {
	case m.Guard&guardDead != 0 || m.status > alive:
	case g != nil && g.lost == m:
	case g != nil:
		e.refuse(g, m, call)
	case e.onHand() != nil && e.onHand().lost:
	default:
		m.Misplaced(call)
	}
}

// Own implements machine.Adopter.
func (h hosted) Own(call string) bool {
	defer gocontrol.Mask(gocontrol.Mask(true))
	m := h.mach
	e := m.e
	if x := e.onHand(); x != nil {
		if x != m.hand && !x.lost {
			e.runs(x)
			e.strayCall(m, call)
		}
		return x == m.hand
	}
	g := e.onGoroutine()
	switch {
	case g == nil:
	case g.lost == m:
		return false
	case !adoptable(call):
		e.refuse(g, m, call)
	}
	return true
}

// Enter implements machine.Adopter.
func (h hosted) Enter() (leave func()) {
	was := gocontrol.Mask(true)
	return func() { gocontrol.Mask(was) }
}

// adoptable reports whether goroutines may make a call in the name of a machine.
func adoptable(call string) bool {
	switch call {
	case "Send", "Create", "Notify", "Bool", "Int", "FairBool", "FairInt", "Choose":
		return true
	}
	return false
}

// refuse fails a goroutine for a call that only handlers may make.
func (e *Engine) refuse(g *goroutine, m *mach, call string) {
	err := &failure.Misuse{
		Site: failure.Site{Place: userPlace()}, Subject: call,
		Text: call + " on the Context of " + m.display() + " by a goroutine: in the name of a machine a goroutine may send, create, choose, notify and assert",
		Fix:  "let the goroutine send an event to the machine, whose handler makes the call",
	}
	if e.ctl.stage != working {
		err.Text = call + " on the Context of " + m.display() + " by a goroutine in AtEnd or Cleanup: the execution is over; assert, but do not act"
		err.Fix = ""
	}
	e.failGoroutine(g, err)
}

// Effected is called for every effect: it is performed before the next Go operation, so the engine is needed there.
func (h hosted) Effected() {
	defer gocontrol.Mask(gocontrol.Mask(true))
	gocontrol.Interrupt()
	if h.mach.e.careful {
		h.mach.Effected()
	}
}

func (h hosted) Caller() uintptr {
	defer gocontrol.Mask(gocontrol.Mask(true))
	return h.mach.Caller()
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
	g := m.e.onGoroutine()
	if g == nil || !adoptable(call) || g.lost == m || m.e.ctl.stage != working {
		return false
	}
	was := gocontrol.Mask(false)                    // see Enter
	gocontrol.At(gocontrol.Send, unsafe.Pointer(m)) // others see what is done here
	gocontrol.Mask(was)
	defer gocontrol.Mask(gocontrol.Mask(true))
	if m.Guard&guardDead != 0 || m.status != alive || m.e.stop {
		return false
	}
	m.e.ctl.adopted = append(m.e.ctl.adopted, m)
	gocontrol.Interrupt()
	return true
}
