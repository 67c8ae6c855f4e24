package live

import (
	"fmt"
	"reflect"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/trace"
)

// tries are the restarts of a machine within the present window.
type tries struct {
	since time.Time
	n     int
}

func (s *System) policyOf(def string) Policy {
	p, ok := s.opts.Policies[def]
	if !ok {
		p = s.opts.Policy
	}
	return p.withDefaults()
}

// failed does what the policy says; the handler is over and all that it had asked for before has been performed.
func (p *proc) failed(err error) {
	pol := p.sys.policyOf(p.Def.Name)
	d, n := pol.Directive, 0
	if d == Restart {
		if n = p.tried(pol.Window); n > pol.MaxRestarts {
			d = pol.Exhausted
		}
	}
	if p.sys.killing.Load() {
		d = Stop
	}
	if ev := p.Event; ev != nil {
		p.sys.deadLetter(DeadLetter{To: p.id(), Event: ev, Reason: Poison, Err: err})
	}
	f := Failed{Machine: p.id(), Name: p.shownAs(), Err: err, Directive: d, Restarts: n}
	p.sys.rec.failed(p, err)
	p.sys.failed(f)
	switch d {
	case Restart:
		p.tellCreator(f)
		p.again(pol, n, err)
	case Escalate:
		p.finish(down, Down)
		p.sys.ended(p, p.Def.Name, err)
		p.escalate(f)
	default:
		p.finish(gone, Halted)
		p.sys.ended(p, p.Def.Name, err)
		p.tellCreator(f)
	}
}

// tried counts a restart, and returns how many there were in the present window.
func (p *proc) tried(window time.Duration) int {
	now := time.Now()
	if p.tries == nil || now.Sub(p.tries.since) > window {
		p.tries = &tries{since: now}
	}
	p.tries.n++
	return p.tries.n
}

// again starts the next incarnation, with the inbox of the last one, after a pause.
func (p *proc) again(pol Policy, n int, why error) {
	p.handOver()
	pause := pol.MinBackoff
	for range min(n-1, 32) {
		pause = min(2*pause, pol.MaxBackoff)
	}
	p.mu.Lock()
	p.stopTimers()
	takeTicks(&p.In)
	takeTicks(&p.fresh)
	p.mu.Unlock()
	spec, err := p.sys.fresh(pol)
	if err != nil {
		p.sys.log.Error("ravel: a machine cannot be restarted", "machine", p.shownAs(), "err", err)
		p.finish(gone, Halted)
		p.sys.ended(p, p.Def.Name, err)
		return
	}
	if !p.sleep(pause) {
		return // ended meanwhile
	}
	p.sys.rec.simple(trace.Restarted, p)
	p.sys.ended(p, p.Def.Name, why)
	p.mu.Lock()
	q := p.In
	p.In = machine.Queue{}
	p.Event, p.Pending = nil, machine.Transition{}
	p.fill(spec)
	p.In = q
	p.recolumn(&p.In)
	p.recolumn(&p.fresh)
	p.mu.Unlock()
	p.sys.created(p, p.Def.Name)
}

// fresh makes the state of a restarted machine. What panics there is contained.
func (s *System) fresh(pol Policy) (spec machine.Spec, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the policy's Fresh panicked: %v", v)
		}
	}()
	spec = ravel.SpecOf(pol.Fresh())
	if spec.Def == nil {
		return spec, fmt.Errorf("the policy's Fresh returned the zero Machine")
	}
	return spec, nil
}

// sleep pauses for a while. It reports false if the machine was ended meanwhile.
func (p *proc) sleep(d time.Duration) bool {
	p.mu.Lock()
	if p.cut.Load() {
		p.mu.Unlock()
		return false
	}
	pause := make(chan struct{})
	p.pause = pause
	p.mu.Unlock()
	t := time.NewTimer(d)
	select {
	case <-t.C:
	case <-pause:
		t.Stop()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause = nil
	return !p.cut.Load()
}

var failedType = reflect.TypeFor[Failed]()

// tellCreator sends the failure to the creator, if it wants to know.
func (p *proc) tellCreator(f Failed) {
	if c := p.parent.Value(); c != nil {
		c.mu.Lock()
		wants := c.status == up && c.Def.ColumnOf(failedType) != machine.OtherColumn
		c.mu.Unlock()
		if !wants {
			return
		}
		if why := c.put(p.sys.background, p, f); why != 0 { // it has gone down since
			p.sys.deadLetter(DeadLetter{To: c.id(), From: p.id(), Event: f, Reason: why, recorded: true})
		}
	}
}

// escalate sends the failure to the creator, whether it wants to know or not; behind the last creator is the owner of the
// system.
func (p *proc) escalate(f Failed) {
	if c := p.parent.Value(); c != nil && c.put(p.sys.background, p, f) == 0 {
		return
	}
	p.sys.give(f)
}
