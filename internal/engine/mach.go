package engine

import (
	"strconv"
	"unsafe"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

const (
	guardDead = machine.GuardDead
	guardIdle = machine.GuardIdle
)

// status is where a machine is in its life.
type status uint8

const (
	reserved status = iota // its creator has asked for it; the create effect has not been performed
	created                // it has not started
	alive
	halted
	crashed
)

// op is the engine's side of an operation. Exactly one of m, t, f and g is set, but for the clock, which has none.
type op struct {
	strategy.Op
	pos int32 // in enabled, -1 when it is not there
	m   *mach
	t   *timer
	f   *fault
	g   *goroutine

	on    bool // of a goroutine, or a handler amid a move: the strategy knows that it can move
	stamp int
}

// opOf returns the op that a strategy.Op is embedded in. Every strategy.Op that the engine hands out, but the end, is the
// first field of an op.
func opOf(o *strategy.Op) *op { return (*op)(unsafe.Pointer(o)) }

// mach is a machine under control.
type mach struct {
	machine.Instance
	op     op
	e      *Engine
	name   string
	body   func(c *ravel.Context) // of the root
	status status

	outh int // head of the outbox
	next int // index of the event it would take; -1: none
	scan int // so many events at the head of the inbox are known to be deferred in the present states

	wait *machine.Wait // what the suspended handler waits for; nil when none is suspended
	co   *coro         // the suspended coroutine
	hand *hand         // what carries its handler, with goroutines
	got  any           // the event that ends the wait

	waits   int     // step in which the wait began
	waitsAt uintptr // line of the call that waits, when recording

	noisy   bool  // the running handler did what others could observe: its dequeue is a step of its own
	midway  bool  // its handler is amid a move of its hand, with goroutines
	gos     int32 // goroutines that its handlers have created
	atomic  bool  // a fault runs: all its effects belong to this step
	creates int32
	values  int      // data choices made, for names
	cycle   int      // position in the values of fair choices during a fair suffix
	numbers []uint32 // of the events in the inbox, in the order of their arrival from 1, for a Reducer
	arrived uint32
	timers  []*timer
	faults  []*fault

	part  part
	hist  digest.Hasher // what a handler that may be suspended has learned, when fingerprinting and told
	told  bool
	cause digest.Digest // of the event that the handler began with
	base  digest.Digest // of the fields that the handler began with
	ident digest.Hasher // that has absorbed the canonical ID and the definition
	known digest.Digest // digest of the fields when they were last computed
	stale bool          // the fields may have changed since

	saved *savedMach // that it is equal to, if it has not changed since it was saved

	bound  ravel.Inbox // of its inbox; looked at only if some inbox may have one
	heldAt int         // step since which its next effect waits for room, 0 if it does not
	freed  int         // the event, from 1, that has made the room for which its next effect waited, when recording; or 0
}

// newMach reserves a machine.
func (e *Engine) newMach(ref *machine.Ref, s machine.Spec) *mach {
	if e.nmachs == len(e.machs) {
		m := &mach{e: e}
		m.Ctx = ravel.NewContext(&m.Instance)
		m.op.m = m
		e.machs = append(e.machs, m)
	}
	m := e.machs[e.nmachs]
	m.Host = m
	if e.cfg.Goroutines {
		m.Host = hosted{m}
	}
	ref.Slot, ref.Epoch = int32(e.nmachs), e.epoch
	e.nmachs++
	m.status, m.creates, m.values, m.cycle, m.gos = reserved, 0, 0, 0, 0
	m.part, m.saved = part{}, nil
	if e.limited {
		e.bind(m, ref, s.Def)
	}
	m.timers, m.faults = m.timers[:0], m.faults[:0]
	m.numbers, m.arrived = m.numbers[:0], 0
	e.fill(m, ref, s)
	return m
}

// fill gives a machine its behaviour, at its creation and at each restart.
func (e *Engine) fill(m *mach, ref *machine.Ref, s machine.Spec) {
	m.Reset(s.Def, s.Self, ref)
	m.Cover = e.coverOf(m.Cover, s.Def)
	if e.careful || e.cfg.Goroutines {
		m.Guard |= machine.GuardCareful
	}
	m.name = s.Name
	if m.name == "" {
		m.name = s.Def.Name
	}
	m.outh, m.next, m.scan = 0, -1, 0
	m.wait, m.co, m.got, m.waitsAt = nil, nil, nil, 0
	m.hand, m.midway = nil, false
	m.noisy, m.atomic = false, false
	m.stale = true
	if e.cfg.Fingerprint {
		h := digest.NewHasher(kindKey)
		h.String(s.Def.Name)
		m.ident = digest.NewHasher(machKey)
		m.ident.Digest(ref.Canon.Add(h.Sum()))
		m.told, m.cause, m.known, m.base = false, digest.Digest{}, digest.Digest{}, digest.Digest{}
	}
}

// appear makes a reserved machine an operation.
func (e *Engine) appear(m *mach, creator *op) {
	m.status = created
	o := &m.op
	o.Op = strategy.Op{Kind: strategy.Machine, Index: len(e.ops), Nth: int(m.Ref.Nth), Name: m.name}
	if creator != nil {
		o.Creator = &creator.Op
	}
	o.pos, o.on = -1, false
	e.ops = append(e.ops, o)
	e.refresh(m)
}

// lookup returns the machine of an ID; nil if it never existed in this execution, or is only reserved.
func (e *Engine) lookup(r *machine.Ref) *mach {
	if r.Epoch != e.epoch || uint32(r.Slot) >= uint32(e.nmachs) {
		return nil
	}
	m := e.machs[r.Slot]
	if m.Ref != r || m.status == reserved {
		return nil
	}
	return m
}

// refresh brings the enabled set in line with what the machine can do.
func (e *Engine) refresh(m *mach) {
	var act strategy.Action
	act.Object = strategy.Object(m.op.Index)
	on := true
	switch {
	case m.outh < len(m.Out):
		act = e.effectAction(m, &m.Out[m.outh])
		on = !e.limited || e.mayFlush(m)
	case m.status == alive && m.Guard&guardDead == 0:
		switch {
		case m.wait != nil:
			act, on = e.waitAction(m)
		case m.next >= 0:
			act.Kind, act.Event = strategy.Dequeue, m.nextNumber()
		case m.Def.HasDefault && m.Standing(machine.DefaultColumn) == machine.Do:
			act.Kind = strategy.DefaultRun
		default:
			on = false
		}
	case m.status == created:
		act.Kind = strategy.Start
	default:
		on = false
	}
	if m.midway && m.outh == len(m.Out) {
		e.set(&m.op, false) // its hand moves
		return
	}
	m.op.Next = act
	e.set(&m.op, on)
}

// set puts an operation into the enabled set or takes it out.
func (e *Engine) set(o *op, on bool) {
	if on != (o.pos >= 0) {
		e.change(o, on)
	}
}

func (e *Engine) change(o *op, on bool) {
	if on {
		o.pos = int32(len(e.enabled))
		e.enabled = append(e.enabled, &o.Op)
		e.observe(o, true)
		return
	}
	n := len(e.enabled) - 1
	last := e.enabled[n]
	e.enabled[o.pos] = last
	opOf(last).pos = o.pos
	e.enabled = e.enabled[:n]
	o.pos = -1
	e.observe(o, false)
}

// observe tells the strategy that an operation has become able to move, or is not any more.
func (e *Engine) observe(o *op, on bool) {
	if e.obs == nil {
		return
	}
	if e.cfg.Goroutines { // a machine can move because of its effects, or of the goroutine that carries its handler
		if o.on == on {
			return
		}
		o.on = on
	}
	if on {
		e.obs.Enabled(&o.Op)
	} else {
		e.obs.Disabled(&o.Op)
	}
}

func (e *Engine) effectAction(m *mach, ef *machine.Effect) strategy.Action {
	own := strategy.Object(m.op.Index)
	switch ef.Kind {
	case machine.Send:
		return strategy.Action{Kind: strategy.Send, Object: e.inboxOf(ef.To, own)}
	case machine.Create:
		return strategy.Action{Kind: strategy.Create, Object: own}
	case machine.Crash, machine.Restart:
		return strategy.Action{Kind: strategy.Crash, Object: e.inboxOf(ef.To, own)}
	case machine.TimerStart:
		return strategy.Action{Kind: strategy.TimerStart, Object: own}
	case machine.TimerStop:
		return strategy.Action{Kind: strategy.TimerStop, Object: strategy.TimerObject(m.timers[ef.N].op.Index)}
	case machine.Write:
		return strategy.Action{Kind: strategy.Write, Object: strategy.ModelObject(int(ef.N))}
	case machine.Offer, machine.Withdraw:
		return strategy.Action{Kind: strategy.Create, Object: strategy.BudgetObject(int(m.faults[ef.N].budget))}
	}
	return strategy.Action{Kind: strategy.Halt, Object: own}
}

// inboxOf names a machine's inbox; a machine that does not exist is the sender's own trouble.
func (e *Engine) inboxOf(r *machine.Ref, own strategy.Object) strategy.Object {
	if t := e.lookup(r); t != nil {
		return strategy.Object(t.op.Index)
	}
	return own
}

func (e *Engine) waitAction(m *mach) (strategy.Action, bool) {
	own := strategy.Object(m.op.Index)
	switch m.wait.Kind {
	case machine.WaitReceive, machine.WaitNext:
		return strategy.Action{Kind: strategy.Dequeue, Object: own, Event: m.nextNumber()}, m.next >= 0
	case machine.WaitStop:
		return strategy.Action{Kind: strategy.TimerStop, Object: strategy.TimerObject(m.timers[m.wait.N].op.Index)}, true
	case machine.WaitRead:
		return strategy.Action{Kind: strategy.Read, Object: strategy.ModelObject(int(m.wait.N))}, true
	case machine.WaitYield:
		return strategy.Action{Kind: strategy.Resume, Object: own}, true
	}
	return strategy.Action{Kind: strategy.Resume, Object: own}, false // WaitQuiet: see quiescent
}

func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	return name + "#" + strconv.Itoa(n)
}
