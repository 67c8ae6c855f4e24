package engine

import (
	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

const (
	kindKey  = 0x6b696e64
	machKey  = 0x6d616368
	timerKey = 0x74696d65
	monKey   = 0x6d6f6e69
	modelKey = 0x6d6f6465
	budgKey  = 0x62756467
	histKey  = 0x68697374
)

// part is what one component contributes to the fingerprint.
type part struct {
	sum   digest.Digest
	stale bool // listed in fingerprint.dirty
}

// fingerprint is the sum mod 2^128 of what the components contribute: a step recomputes only those it touched.
type fingerprint struct {
	sum     digest.Digest
	env     digest.Env // time relative to the execution's clock
	still   digest.Env // time as it is: for payloads, which do not change while time passes
	dirty   []*mach
	timers  []*timer
	mons    []*monitor
	models  bool
	budgets bool
	moved   bool // the clock has advanced or a model has changed: everything that refers to them may have
	clock   bool // somebody has read the clock
	budget  digest.Digest
	reach   digest.Reach
	shared  *digest.Shared
}

func (f *fingerprint) reset() {
	f.sum, f.budget = digest.Digest{}, digest.Digest{}
	f.env.Now = epochOf
	f.dirty, f.timers, f.mons = f.dirty[:0], f.timers[:0], f.mons[:0]
	f.models, f.budgets, f.moved, f.clock = false, true, false, false
	f.env.Err, f.env.Locked, f.still.Err, f.still.Locked = nil, nil, nil, nil
	f.shared = nil
}

// touch notes that a machine has changed.
func (e *Engine) touch(m *mach) {
	m.saved = nil
	e.rehash(m)
}

// rehash notes that a machine has to be hashed again; whether it has changed shows then.
func (e *Engine) rehash(m *mach) {
	if !m.part.stale {
		m.part.stale = true
		e.fp.dirty = append(e.fp.dirty, m)
	}
}

func (e *Engine) touchTimer(t *timer) {
	if !t.part.stale {
		t.part.stale = true
		e.fp.timers = append(e.fp.timers, t)
	}
}

func (e *Engine) touchMonitor(mo *monitor) {
	mo.saved = nil
	if !mo.part.stale {
		mo.part.stale = true
		e.fp.mons = append(e.fp.mons, mo)
	}
}

func (p *part) replace(f *fingerprint, d digest.Digest) {
	f.sum = f.sum.Sub(p.sum).Add(d)
	p.sum, p.stale = d, false
}

// fingerprintStep brings the fingerprint up to date after a step of m.
func (e *Engine) fingerprintStep(m *mach) {
	f := &e.fp
	e.touch(m)
	if f.moved {
		e.touchAll()
	}
	for _, m := range f.dirty {
		d := e.machDigest(m)
		if d != m.part.sum {
			m.saved = nil
		}
		m.part.replace(f, d)
	}
	for _, t := range f.timers {
		t.part.replace(f, e.timerDigest(t))
	}
	for _, mo := range f.mons {
		mo.part.replace(f, e.monitorDigest(mo))
	}
	f.dirty, f.timers, f.mons = f.dirty[:0], f.timers[:0], f.mons[:0]
	if f.models {
		e.modelDigests()
	}
	if f.budgets {
		e.budgetDigest()
	}
	if e.cfg.Lasso {
		e.lasso.step(e)
	}
}

// watch does at the end of a step what only some executions want.
func (e *Engine) watch(m *mach) {
	if e.cfg.Fingerprint {
		e.fingerprintStep(m)
		if e.visit != nil {
			e.showState()
		}
		if e.back != nil && !e.stop {
			e.save()
		}
	}
	if e.cfg.Reach && e.fp.shared == nil && (e.steps < 64 || e.steps%64 == 0) {
		e.lookForSharing()
	}
}

// showState shows the strategy the state, and ends the execution if the strategy has seen it before. A fair suffix is
// not cut: it passes through states that others have seen.
func (e *Engine) showState() {
	if e.fp.env.Err == nil && !e.confirm.on && !e.visit.Visit(strategy.State{e.fp.sum.Hi, e.fp.sum.Lo}) {
		e.pruned, e.stop = true, true
	}
}

func (e *Engine) touchAll() {
	e.fp.moved = false
	for _, m := range e.machs[:e.nmachs] {
		if m.status != reserved {
			m.stale = true
			e.rehash(m)
		}
	}
	for _, t := range e.timers[:e.ntimers] {
		e.touchTimer(t)
	}
	for _, mo := range e.mons[:e.nmons] {
		e.touchMonitor(mo)
	}
	e.fp.models = true
}

func (e *Engine) machDigest(m *mach) digest.Digest {
	live := m.status == alive || m.status == created
	head := digest.Digest{Hi: uint64(m.status) | uint64(m.Guard&guardDead)<<8 | uint64(uint32(m.creates))<<32}
	if live {
		// The lengths only tell where one list ends and the next begins, so it does not matter that they may overflow.
		head.Lo = uint64(uint16(m.State)) | uint64(len(m.Below))<<16 | uint64(m.In.Len())<<32 | uint64(len(m.Out)-m.outh)<<48
	}
	h := m.ident
	h.Digest(head)
	if m.bound.Capacity > 0 { // it is that of who was created under this ID, who may have been restarted as another
		h.Digest(digest.Digest{Hi: uint64(m.bound.Capacity), Lo: b2u(m.bound.Reject)})
	}
	if n := len(m.timers) | len(m.faults); n > 0 {
		h.Digest(digest.Digest{Hi: uint64(len(m.timers)), Lo: uint64(len(m.faults))})
	}
	if live {
		e.liveDigest(m, &h)
	}
	return h.Sum()
}

func (e *Engine) liveDigest(m *mach, h *digest.Hasher) {
	env := &e.fp.env
	for _, s := range m.Below {
		h.Word(uint64(s))
	}
	if m.Self != nil {
		if m.stale {
			m.known = env.Value(m.Self)
			m.stale = false
		}
		h.Digest(m.known)
	}
	if m.wait != nil {
		h.Word(uint64(m.wait.Kind) + 1)
		h.String(m.wait.Types)
	}
	if m.wait != nil || m.Def.Fn != nil && m.status == created { // a plain function that has returned remembers nothing
		h.Digest(m.history().Sum())
		if e.fp.clock {
			h.Word(uint64(e.now))
		}
	}
	for _, f := range m.faults {
		if f.offered {
			e.faultDigest(f, h)
		}
	}
	for i := 0; i < m.In.Len(); i++ {
		en, meta := m.In.At(i), m.In.MetaAt(i)
		h.Digest(e.eventDigest(en.Ev, meta))
		if en.Timer != 0 {
			h.Word(uint64(en.Timer))
		}
	}
	for i := m.outh; i < len(m.Out); i++ {
		e.effectDigest(m, &m.Out[i], &m.OutMeta[i], h)
	}
}

// eventDigest is what an event on its way adds: the digest of when it was sent, unless time has changed it since.
func (e *Engine) eventDigest(ev any, meta *machine.Meta) digest.Digest {
	if meta.Timed {
		return e.fp.env.Value(ev)
	}
	return meta.Digest
}

func (e *Engine) effectDigest(m *mach, ef *machine.Effect, meta *machine.Meta, h *digest.Hasher) {
	h.Word(uint64(ef.Kind) | uint64(uint32(ef.N))<<32)
	if ef.To != nil {
		h.Digest(ef.To.Canon)
	}
	switch ef.Kind {
	case machine.Send:
		h.Digest(e.eventDigest(ef.Ev, meta))
	case machine.Create:
		t := e.machs[ef.To.Slot]
		h.String(t.Def.Name)
		h.Digest(e.fp.env.Value(t.Self))
	case machine.Restart:
		s := ef.Ev.(*machine.Spec)
		h.String(s.Def.Name)
		h.Digest(e.fp.env.Value(s.Self))
	case machine.TimerStart:
		e.hashTimer(m.timers[ef.N], h)
	case machine.Offer:
		e.faultDigest(m.faults[ef.N], h)
	case machine.Failure:
		h.String(ef.Ev.(error).Error())
	default:
		h.Digest(e.fp.env.Value(ef.Ev))
	}
}

func (e *Engine) timerDigest(t *timer) digest.Digest {
	if !t.armed && !t.unread {
		return digest.Digest{}
	}
	h := digest.NewHasher(timerKey)
	h.Digest(t.owner.Ref.Canon)
	h.Word(uint64(t.n) | b2u(t.armed)<<32 | b2u(t.unread)<<33)
	left := t.deadline - e.now
	if !e.cfg.Ordered || !t.armed {
		left = max(0, left) // how long it is overdue matters only to the order of deadlines
	}
	h.Word(uint64(left))
	e.hashTimer(t, &h)
	return h.Sum()
}

// hashTimer absorbs what its owner asked for.
func (e *Engine) hashTimer(t *timer, h *digest.Hasher) {
	h.Word(uint64(t.period)<<1 | b2u(t.every))
	e.fp.env.Hash(h, t.ev)
}

func (e *Engine) faultDigest(f *fault, h *digest.Hasher) {
	h.Word(uint64(f.n))
	h.String(e.budgets[f.budget].name)
	e.fp.env.Hash(h, f.ev)
}

func (e *Engine) monitorDigest(mo *monitor) digest.Digest {
	h := digest.NewHasher(monKey)
	h.String(mo.name)
	h.Word(uint64(mo.State))
	h.Digest(e.fp.env.Value(mo.Self))
	return h.Sum()
}

func (e *Engine) modelDigests() {
	e.fp.models = false
	for i := range e.models {
		mo := &e.models[i]
		h := digest.NewHasher(modelKey)
		h.String(mo.name)
		h.Digest(e.fp.env.Value(mo.m))
		mo.part.replace(&e.fp, h.Sum())
	}
}

func (e *Engine) budgetDigest() {
	f := &e.fp
	f.budgets = false
	f.sum = f.sum.Sub(f.budget)
	f.budget = digest.Digest{}
	for _, b := range e.budgets {
		h := digest.NewHasher(budgKey)
		h.String(b.name)
		h.Word(uint64(b.units))
		f.budget = f.budget.Add(h.Sum())
	}
	f.sum = f.sum.Add(f.budget)
}

// learn adds what the framework told a running handler to its history: the handler is a function of its start and of these.
func (e *Engine) learn(m *mach, v any) {
	if e.cfg.Fingerprint {
		m.history().Digest(e.fp.still.Value(v))
	}
}

// readClock notes that machines may know what time it is: what a suspended handler knows of it is fixed, so its distance
// from now belongs to the state.
func (e *Engine) readClock(m *mach) {
	if !e.fp.clock {
		e.fp.clock, e.fp.moved = true, true
	}
	e.learn(m, e.now)
}

// inherit gives the history of the handler that creates a plain function to the function, which may have captured
// anything that its creator knows.
func (e *Engine) inherit(from, to *mach) {
	if e.cfg.Fingerprint && to.Def.Fn != nil {
		to.history().Digest(from.history().Sum())
	}
}

// restartHistory begins the history of a handler with the digest of its event. A plain function is one handler from its
// start to its end. Most handlers learn nothing, so the hasher is only made when one does.
func (e *Engine) restartHistory(m *mach, event digest.Digest) {
	if m.Def.Fn != nil {
		m.history().Digest(event)
		return
	}
	m.told, m.cause, m.base = false, event, m.known
}

// history returns the hasher of what the running handler has learned.
func (m *mach) history() *digest.Hasher {
	if !m.told {
		m.told = true
		m.hist = digest.NewHasher(histKey)
		m.hist.Digest(m.base)
		m.hist.Digest(m.cause)
	}
	return &m.hist
}

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
