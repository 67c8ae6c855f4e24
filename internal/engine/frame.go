package engine

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/checkpoint"
	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// A frame is a saved state of the program between two steps. Frames form a stack: those of the states on the way to the
// present one, at most one for each number of choices made.
//
// What has not changed from one frame to the next is not saved again: a part points to the frame that has it. As frames are
// forgotten from the top, a part never outlives the frame that owns it. User memory is saved by its contents, and brought
// back in place (see package checkpoint), so whatever refers to it from elsewhere, a closure of the test's body say, stays
// right.
type frame struct {
	choices, picks, steps int
	alarm                 int
	now                   time.Duration
	last                  *strategy.Op
	ends                  int // see Program.Ends

	parts   []*savedMach // by slot
	mons    []*savedMonitor
	models  *savedModels
	timers  []timer
	faults  []fault
	enabled []*strategy.Op
	offered []*fault
	budgets []budget
	ops     int
	sum     digest.Digest
	budget  digest.Digest
	clock   bool

	own       []*savedMach // memory for parts, by slot
	ownMons   []*savedMonitor
	ownModels savedModels
}

// savedMach is what a frame keeps of a machine.
type savedMach struct {
	memory checkpoint.Image

	def     *machine.Def
	self    any
	ref     *machine.Ref
	guard   uint8
	state   int32
	below   []int32
	in      []machine.Entry
	inMeta  []machine.Meta
	out     []machine.Effect
	outMeta []machine.Meta

	op      strategy.Op
	name    string
	bound   ravel.Inbox
	status  status
	next    int
	scan    int
	creates int32
	values  int
	timers  []*timer
	faults  []*fault

	part  part
	hist  digest.Hasher
	told  bool
	cause digest.Digest
	base  digest.Digest
	ident digest.Hasher
	known digest.Digest
	stale bool
}

// savedMonitor is what a frame keeps of a monitor.
type savedMonitor struct {
	memory checkpoint.Image

	def         *machine.Def
	self        any
	guard       uint8
	state       int32
	name        string
	part        part
	hot         bool
	heat, since int
}

// savedModels is what a frame keeps of the models.
type savedModels struct {
	memory checkpoint.Image
	models []model
}

// save pushes a frame of the present state, or replaces the topmost one if no choice has been made since.
func (e *Engine) save() {
	if e.forced() || !e.savable() {
		return
	}
	n := len(e.frames)
	if n > 0 && e.frames[n-1].choices == len(e.choices) {
		n--
	}
	f := e.frameAt(n)
	if err := e.fillFrame(f); err != nil {
		e.cannotSave(err)
		return
	}
	e.back.Saved(n)
}

// forced reports whether the next step is known to be the only one, without a choice in it: then the state behind it, or an
// earlier one, will do.
func (e *Engine) forced() bool {
	if len(e.enabled) != 1 || len(e.offered) > 0 || e.cfg.Ordered {
		return false
	}
	switch e.enabled[0].Next.Kind {
	case strategy.Send, strategy.Create, strategy.TimerStart, strategy.Halt:
		return true
	}
	return false
}

// cannotSave gives up saving states for good.
func (e *Engine) cannotSave(why error) {
	e.unsaved, e.hopeless = why, true
	e.forget()
}

// lookForFrames gives up saving states of a program that never has one that can be saved: to keep fingerprints for nothing
// would make executions slower.
func (e *Engine) lookForFrames() {
	switch {
	case len(e.frames) > 0:
		e.barren = 0
	case e.back != nil:
		e.barren++
		e.hopeless = e.barren == barrenAtMost
	}
}

const barrenAtMost = 16

// forget forgets all frames, and saves no more in this execution.
func (e *Engine) forget() {
	e.back = nil
	e.frames = e.frames[:0]
}

// savable reports whether the present state can be saved. What cannot be is a handler that is suspended, and a function that
// has yet to run: nobody knows what it has captured.
func (e *Engine) savable() bool {
	if e.fp.env.Err != nil {
		e.cannotSave(e.fp.env.Err)
		return false
	}
	if e.confirm.on {
		return false
	}
	for _, m := range e.machs[:e.nmachs] {
		if m.co != nil {
			e.unsavable(m, "waits amid a handler")
			return false
		}
		if m.Def.Fn != nil && m.status <= created {
			e.unsavable(m, "is a plain function that has not run yet")
			return false
		}
	}
	return true
}

func (e *Engine) unsavable(m *mach, why string) {
	if e.unsaved == nil {
		e.unsaved = fmt.Errorf("%s %s", m.display(), why)
	}
}

// frameAt makes n the top of the stack.
func (e *Engine) frameAt(n int) *frame {
	if n == cap(e.frames) {
		e.frames = append(e.frames[:n], &frame{})
	}
	e.frames = e.frames[:n+1]
	if e.frames[n] == nil {
		e.frames[n] = &frame{}
	}
	return e.frames[n]
}

func (e *Engine) fillFrame(f *frame) error {
	f.choices, f.picks, f.steps, f.alarm = len(e.choices), e.picks, e.steps, e.alarm
	f.now, f.last, f.ops = e.now, e.last, len(e.ops)
	f.sum, f.budget, f.clock = e.fp.sum, e.fp.budget, e.fp.clock
	if e.prog.Ends != nil {
		f.ends = e.prog.Ends()
	}
	f.parts = f.parts[:0]
	for i, m := range e.machs[:e.nmachs] {
		if m.saved == nil {
			if i >= len(f.own) {
				f.own = append(f.own, make([]*savedMach, i+1-len(f.own))...)
			}
			if f.own[i] == nil {
				f.own[i] = &savedMach{}
			}
			if err := e.saveMach(m, f.own[i]); err != nil {
				return err
			}
			m.saved = f.own[i]
		}
		f.parts = append(f.parts, m.saved)
	}
	if err := e.saveMonitors(f); err != nil {
		return err
	}
	if e.savedModels == nil || len(e.savedModels.models) != len(e.models) {
		if err := e.saveModels(&f.ownModels); err != nil {
			return err
		}
		e.savedModels = &f.ownModels
	}
	f.models = e.savedModels
	f.timers, f.faults = f.timers[:0], f.faults[:0]
	for _, t := range e.timers[:e.ntimers] {
		f.timers = append(f.timers, *t)
	}
	for _, x := range e.faults[:e.nfaults] {
		f.faults = append(f.faults, *x)
	}
	f.enabled = append(f.enabled[:0], e.enabled...)
	f.offered = append(f.offered[:0], e.offered...)
	f.budgets = append(f.budgets[:0], e.budgets...)
	return nil
}

func (e *Engine) saveMach(m *mach, s *savedMach) error {
	s.def, s.self, s.ref, s.guard, s.state = m.Def, m.Self, m.Ref, m.Guard, m.State
	s.below = append(s.below[:0], m.Below...)
	s.in, s.inMeta = m.In.Append(s.in[:0], s.inMeta[:0])
	s.out = append(s.out[:0], m.Out[m.outh:]...)
	s.outMeta = append(s.outMeta[:0], m.OutMeta[min(m.outh, len(m.OutMeta)):]...)
	s.op, s.name, s.bound, s.status = m.op.Op, m.name, m.bound, m.status
	s.next, s.scan, s.creates, s.values = m.next, m.scan, m.creates, m.values
	s.timers, s.faults = append(s.timers[:0], m.timers...), append(s.faults[:0], m.faults...)
	s.part, s.known, s.stale, s.ident = m.part, m.known, m.stale, m.ident
	s.hist, s.told, s.cause, s.base = m.hist, m.told, m.cause, m.base
	return e.saver.Save(&s.memory, e.rootsOf(m)...)
}

// rootsOf lists what leads to user memory of a machine.
func (e *Engine) rootsOf(m *mach) []any {
	roots := append(e.roots[:0], m.Self)
	for i := range m.In.Len() {
		roots = append(roots, m.In.At(i).Ev)
	}
	for i := m.outh; i < len(m.Out); i++ {
		switch ef := &m.Out[i]; ef.Kind {
		case machine.Send, machine.Write, machine.Notify:
			roots = append(roots, ef.Ev)
		case machine.Restart:
			roots = append(roots, ef.Ev.(*machine.Spec).Self)
		}
	}
	for _, t := range m.timers {
		roots = append(roots, t.ev)
	}
	for _, f := range m.faults {
		roots = append(roots, f.ev)
	}
	e.roots = roots
	return roots
}

func (e *Engine) saveMonitors(f *frame) error {
	f.mons = f.mons[:0]
	for i, mo := range e.mons[:e.nmons] {
		if mo.saved == nil {
			if i >= len(f.ownMons) {
				f.ownMons = append(f.ownMons, make([]*savedMonitor, i+1-len(f.ownMons))...)
			}
			if f.ownMons[i] == nil {
				f.ownMons[i] = &savedMonitor{}
			}
			s := f.ownMons[i]
			s.def, s.self, s.guard, s.state, s.name = mo.Def, mo.Self, mo.Guard, mo.State, mo.name
			s.part, s.hot, s.heat, s.since = mo.part, mo.hot, mo.heat, mo.since
			e.roots = append(e.roots[:0], mo.Self)
			if err := e.saver.Save(&s.memory, e.roots...); err != nil {
				return err
			}
			mo.saved = s
		}
		f.mons = append(f.mons, mo.saved)
	}
	return nil
}

func (e *Engine) saveModels(s *savedModels) error {
	s.models = append(s.models[:0], e.models...)
	e.roots = e.roots[:0]
	for i := range e.models {
		e.roots = append(e.roots, e.models[i].m)
	}
	return e.saver.Save(&s.memory, e.roots...)
}
