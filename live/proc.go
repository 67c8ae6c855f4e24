package live

import (
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/trace"
)

const (
	guardIdle = machine.GuardIdle
	guardDead = machine.GuardDead
)

// status is where a machine is in its life.
type status uint8

const (
	reserved status = iota // its creator has asked for it; the create effect has not been performed
	up                     // takes part, started or not
	down                   // has crashed, or has failed and may be restarted
	gone                   // has halted
)

// proc is a machine of a System.
//
// At most one goroutine at a time runs a machine, its owner: what is in owned is the owner's. An idle machine has none;
// whoever finds it idle under mu and makes it active starts one.
type proc struct {
	owned
	_ [(cacheLine - unsafe.Sizeof(owned{})%cacheLine) % cacheLine]byte // who sends disturbs the owner no more than it must

	mu     sync.Mutex
	status status
	active bool          // has an owner
	why    Reason        // why the incarnation is over
	fresh  machine.Queue // has arrived, and the owner has not seen it
	bound  *bound        // nil: the inbox is unbounded
	wait   *machine.Wait // what the owner waits for, without being active
	wake   chan struct{}
	reborn *machine.Spec // the next incarnation
	pause  chan struct{} // closed when the incarnation is ended amid a pause before a restart, or a wait for room
}

const cacheLine = 64 // bytes

// owned is the part of a machine that its owner works on.
type owned struct {
	machine.Instance
	sys *System
	ref machine.Ref
	kin *family
	nth uint32 // of the machines of its name, from 1

	ntimer   int32
	scan     int  // so many events at the head of the inbox are known to be deferred in the present states
	outh     int  // head of the outbox
	begun    bool // its start has run
	matching bool // a predicate runs
	exits    bool // its goroutine ends by our own Goexit
	fault    error
	now      time.Time // what Now has returned in the running handler
	handed   *proc     // that is active and has no goroutine yet: the owner's goes on with it
	crew     *crew     // others that were made active before that one; nil: there are none
	timers   map[int32]*timer
	parent   weak.Pointer[proc] // its creator; a machine that is gone is nobody's supervisor
	tries    *tries
	step     uint64 // of the running handler, for the flight recorder
	watch    *Handling

	cut atomic.Bool // the incarnation that the owner runs is over, whatever it still does
}

// family is all machines of one name.
type family struct {
	name    string
	count   atomic.Uint32
	mu      sync.Mutex
	members map[uint32]*proc
}

func (s *System) family(name string) *family {
	if f, ok := s.families.Load(name); ok {
		return f.(*family)
	}
	f, _ := s.families.LoadOrStore(name, &family{name: name, members: map[uint32]*proc{}})
	return f.(*family)
}

// reserve makes a machine that nobody can reach yet.
func (s *System) reserve(spec machine.Spec, parent *proc) *proc {
	name := spec.Name
	if name == "" {
		name = spec.Def.Name
	}
	p := &proc{owned: owned{sys: s, kin: s.family(name)}}
	p.nth = p.kin.count.Add(1)
	p.ref = machine.NewRef(s.numbers.Add(1), p)
	p.Ctx, p.Host, p.Grow = ravel.NewContext(&p.Instance), p, s.growOutbox
	p.bound = s.boundOf(spec.Def.Name)
	if parent != nil {
		p.parent = weak.Make(parent)
	}
	p.Reset(spec.Def, spec.Self, &p.ref)
	return p
}

// appear makes a reserved machine take part. It reports false if the system is over.
func (p *proc) appear(by *proc) bool {
	p.mu.Lock() // who finds it by its name from now on sends when it is up
	defer p.mu.Unlock()
	p.kin.mu.Lock()
	over := p.sys.killing.Load()
	if !over {
		p.kin.members[p.nth] = p
	}
	p.kin.mu.Unlock()
	if over {
		return false
	}
	p.status, p.active = up, true
	p.sys.rec.created(by, p)
	p.sys.activity.begin(p)
	return true
}

// DisplayName implements machine.Namer.
func (p *proc) DisplayName(*machine.Ref) string { return numbered(p.kin.name, p.nth) }

func (p *proc) id() ravel.ID { return ravel.IDOf(&p.ref) }

func numbered(name string, n uint32) string {
	if n == 1 {
		return name
	}
	return name + "#" + strconv.FormatUint(uint64(n), 10)
}

// finish ends the incarnation from within: the owner halts, or has failed.
func (p *proc) finish(s status, why Reason) {
	p.mu.Lock()
	if p.status == up {
		p.status, p.why = s, why
	}
	if s == gone {
		p.sys.rec.simple(trace.Halted, p)
	}
	late := p.seize()
	p.mu.Unlock()
	p.lose(&late, why)
}

// end ends the incarnation from outside; by is who crashes it. It reports whether there was one that took part.
func (p *proc) end(s status, why Reason, by *proc) bool {
	p.mu.Lock()
	was := p.status
	if was == gone || was == down && s == down {
		p.mu.Unlock()
		return false
	}
	p.status, p.why, p.reborn = s, why, nil
	if by != nil {
		p.sys.rec.crashed(p, by)
	}
	late := p.seize()
	if p.pause != nil {
		close(p.pause)
		p.pause = nil
	}
	p.rouse()
	p.mu.Unlock()
	p.lose(&late, why)
	return was == up
}

// seize cuts the incarnation off and takes what has arrived. All of its inbox takes no room from now on, although the owner may
// be busy for a while yet: that is the next one's. mu is held.
func (p *proc) seize() machine.Queue {
	q := p.fresh
	p.fresh = machine.Queue{}
	if p.bound != nil {
		p.made(p.bound.size)
	}
	p.cut.Store(true)
	return q
}

// bury leaves nothing of an incarnation that is over. It reports whether there is another one, which the owner runs.
func (p *proc) bury() (again bool) {
	p.Guard = guardIdle
	p.mu.Lock()
	why := p.why
	q := p.In
	p.In = machine.Queue{}
	p.stopTimers()
	p.mu.Unlock()
	p.lose(&q, why)
	p.unperformed()
	p.Event, p.fault, p.Pending = nil, nil, machine.Transition{}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reborn != nil {
		spec := *p.reborn
		p.reborn = nil
		p.cut.Store(false)
		p.fill(spec)
		p.recolumn(&p.fresh)
		return true
	}
	if p.status == gone {
		p.kin.mu.Lock()
		delete(p.kin.members, p.nth)
		p.kin.mu.Unlock()
		p.Self, p.Below, p.Out, p.OutMeta, p.tries, p.watch = nil, nil, nil, nil, nil, nil
	}
	p.active = false
	p.sys.activity.end(p)
	return false
}

// definition is the name of the machine's definition, for those who do not own it.
func (p *proc) definition() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Def.Name
}

// recolumn fits what has arrived for one incarnation to the definition of the next; mu is held.
func (p *proc) recolumn(q *machine.Queue) {
	for i := range q.Len() {
		en := q.At(i)
		en.Column = p.Def.Column(en.Ev)
	}
}

// fill gives a machine its next incarnation; mu is held, as others look at the definition.
func (p *proc) fill(spec machine.Spec) {
	p.Reset(spec.Def, spec.Self, &p.ref)
	p.scan, p.outh, p.begun, p.exits, p.fault = 0, 0, false, false, nil
}

// unperformed drops the effects that a machine that is over has not performed.
func (p *proc) unperformed() {
	for ; p.outh < len(p.Out); p.outh++ {
		if ef := &p.Out[p.outh]; ef.Kind == machine.Send {
			p.sys.deadLetter(DeadLetter{To: ravel.IDOf(ef.To), From: p.id(), Event: ef.Ev, Reason: Unsent})
		}
	}
	p.trim()
}

// lose tells of the events of an inbox that nobody will take.
func (p *proc) lose(q *machine.Queue, why Reason) {
	for i := range q.Len() {
		if en := q.At(i); en.Timer == 0 {
			p.sys.deadLetter(DeadLetter{To: p.id(), From: senderAt(q, i), Event: en.Ev, Reason: why, left: true})
		}
	}
}

func senderAt(q *machine.Queue, i int) ravel.ID {
	if m := q.MetaAt(i); m != nil {
		return ravel.IDOf(m.From)
	}
	return ravel.ID{}
}
