package live

import (
	"time"

	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/trace"
)

// timer is a timer of a machine; its fields are under the machine's lock.
type timer struct {
	p        *proc
	n        int32
	ev       any
	every    bool
	period   time.Duration
	deadline time.Time
	t        *time.Timer
	armed    bool
	unread   bool
}

// NewTimer reserves a timer.
func (p *proc) NewTimer(d time.Duration, periodic bool, ev any) int32 {
	if p.timers == nil {
		p.timers = map[int32]*timer{}
	}
	p.ntimer++
	p.timers[p.ntimer] = &timer{p: p, n: p.ntimer, ev: ev, every: periodic, period: d}
	return p.ntimer
}

func (p *proc) arm(n int32) {
	t := p.timers[n]
	p.sys.rec.timer(trace.TimerArmed, t)
	p.mu.Lock()
	defer p.mu.Unlock()
	t.armed = true
	t.deadline = time.Now().Add(t.period)
	t.t = time.AfterFunc(t.period, t.fire)
}

// fire puts the timer's event into its owner's inbox. A timer that was stopped in the meantime, one of an incarnation that is
// over, and any timer of a system that is stopping, does not.
func (t *timer) fire() {
	p := t.p
	p.mu.Lock()
	if !t.armed || t.unread || p.status != up || p.cut.Load() || p.sys.closing.Load() {
		p.mu.Unlock()
		return
	}
	t.unread = true
	if t.every {
		t.deadline = time.Now().Add(t.period)
	} else {
		t.armed = false
	}
	en := machine.Entry{Ev: t.ev, Column: p.Def.Column(t.ev), Timer: t.n + 1}
	if p.sys.noted {
		p.fresh.Put(en, p.sys.tick(t))
	} else {
		p.fresh.Put(en, nil)
	}
	run := !p.active && (p.wait == nil || p.wait.OfType(t.ev)) && p.claim()
	p.mu.Unlock()
	if run {
		go p.sys.work(p)
	}
}

// tickRead lets a periodic timer fire again; one that has fired for good is forgotten. mu is held.
func (p *proc) tickRead(n int32) {
	t := p.timers[n]
	if t == nil {
		return
	}
	t.unread = false
	if t.armed {
		t.t.Reset(max(0, time.Until(t.deadline)))
	} else {
		delete(p.timers, n)
	}
}

// stopTimer stops a timer and takes back its unread tick.
func (p *proc) stopTimer(n int32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.timers[n]
	if t == nil {
		return
	}
	p.sys.rec.timer(trace.TimerStopped, t)
	t.disarm()
	if t.unread && !takeTick(&p.In, n) {
		takeTick(&p.fresh, n)
	}
	p.scan = 0
	delete(p.timers, n)
}

// cancel stops a timer and reports whether it did so before it fired. An unread tick stays.
func (p *proc) cancel(n int32) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.timers[n]
	if t == nil {
		return false
	}
	early := t.armed && !t.unread
	p.sys.rec.timer(trace.TimerStopped, t)
	t.disarm()
	if !t.unread {
		delete(p.timers, n)
	}
	return early
}

// stopTimers forgets all timers; mu is held.
func (p *proc) stopTimers() {
	for _, t := range p.timers {
		t.disarm()
	}
	p.timers = nil
}

func (t *timer) disarm() {
	t.armed = false
	if t.t != nil {
		t.t.Stop()
	}
}

// takeTick takes a timer's tick out of a queue.
func takeTick(q *machine.Queue, n int32) bool {
	for i := range q.Len() {
		if q.At(i).Timer == n+1 {
			q.Take(i)
			return true
		}
	}
	return false
}

// takeTicks takes the ticks of all timers out of a queue.
func takeTicks(q *machine.Queue) {
	for i := 0; i < q.Len(); {
		if q.At(i).Timer != 0 {
			q.Take(i)
		} else {
			i++
		}
	}
}
