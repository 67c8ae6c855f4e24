package live

import (
	"context"
	"reflect"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
)

// Inbox bounds the inboxes of machines. Machines in a test can have the same bounds: see check.Inboxes. What is rejected is a
// dead letter.
type Inbox = ravel.Inbox

// bound is the state of a bounded inbox, under the machine's lock.
type bound struct {
	Inbox
	size int           // events that take room: those of an incarnation that is over take none
	room chan struct{} // closed when there is room; nil when nobody waits
}

func (s *System) boundOf(def string) *bound {
	in, ok := s.opts.Inboxes[def]
	if !ok {
		in = s.opts.Inbox
	}
	if in.Capacity == 0 {
		return nil
	}
	return &bound{Inbox: in}
}

// made makes room for n events; mu is held.
func (p *proc) made(n int) {
	b := p.bound
	if b == nil || n == 0 {
		return
	}
	b.size -= n
	if b.room != nil && b.size < b.Capacity {
		close(b.room)
		b.room = nil
	}
}

// put puts an event into the inbox, and has the machine run. It returns 0, or why it did not. What is sent from outside has
// no sender; a sender is run by the caller.
func (t *proc) put(ctx context.Context, from *proc, ev any) Reason {
	t.mu.Lock()
	if t.bound != nil && from != t && !machine.Urgent(ev) {
		if why := t.awaitRoom(ctx, from); why != 0 {
			return t.refuse(from, ev, why)
		}
	}
	if t.status != up {
		return t.refuse(from, ev, t.closed())
	}
	if n := t.fresh.Len(); n >= keepAtMost && n == t.fresh.Cap() {
		t.sys.spares.growQueue(&t.fresh)
	}
	en := machine.Entry{Ev: ev, Column: t.Def.Column(ev)}
	if t.sys.noted {
		t.fresh.Put(en, t.sys.note(from, t, ev))
	} else {
		t.fresh.Put(en, nil)
	}
	if t.bound != nil {
		t.bound.size++
	}
	run := !t.active && (t.wait == nil || t.wait.OfType(ev))
	if run {
		run = t.claim()
	}
	t.mu.Unlock()
	if run {
		t.sys.run(t, from)
	}
	return 0
}

// refuse does not put an event into the inbox. mu is held, and is not afterwards: what the flight recorder says of full inboxes, and
// of machines that are not there, has its place among what fills and empties them.
func (t *proc) refuse(from *proc, ev any, why Reason) Reason {
	t.sys.rec.refused(from, t, ev, why)
	t.mu.Unlock()
	return why
}

func init() { machine.DeclareUrgent(reflect.TypeFor[Failed]()) }

// closed says why the machine takes nothing; mu is held.
func (t *proc) closed() Reason {
	switch t.status {
	case reserved:
		return Unknown
	case down:
		return Down
	}
	if t.why == Stopped {
		return Stopped
	}
	return Halted
}

// claim makes an idle machine active; mu is held. It reports whether it needs a goroutine: one that waits has one.
func (t *proc) claim() bool {
	t.active = true
	t.sys.activity.begin(t)
	if t.wait == nil {
		return true
	}
	t.wait = nil
	t.wake <- struct{}{}
	return false
}

// rouse has the machine look at itself, whatever it waits for; mu is held.
func (t *proc) rouse() {
	if !t.active && t.claim() {
		go t.sys.work(t)
	}
}

// awaitRoom waits until a bounded inbox has room; mu is held before and after. An outside sender waits as long as its ctx
// allows.
func (t *proc) awaitRoom(ctx context.Context, from *proc) Reason {
	b := t.bound
	switch {
	case b.size < b.Capacity || t.status != up:
		return 0
	case b.Reject:
		return Full
	}
	patience := time.NewTimer(t.sys.opts.BlockedAfter) // for all of the wait: others may take what room there is again and again
	defer patience.Stop()
	for b.size >= b.Capacity && t.status == up {
		if b.room == nil {
			b.room = make(chan struct{})
		}
		room := b.room
		t.mu.Unlock()
		if from != nil {
			from.handOver() // what was sent before goes on meanwhile
		}
		why := t.sys.sleep(ctx, room, from.pauses(), patience.C, func() { t.sys.blocked(from, t) })
		if from.resumes() {
			why = Unsent
		}
		t.mu.Lock()
		if why != 0 {
			return why
		}
	}
	return 0
}

// pauses returns a channel that is closed when the machine is ended: then it does not wait for room any longer. Nobody ends
// who sends from outside.
func (p *proc) pauses() <-chan struct{} {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	pause := make(chan struct{})
	if p.cut.Load() {
		close(pause)
	} else {
		p.pause = pause
	}
	return pause
}

// resumes ends what pauses has begun. It reports whether the machine was ended meanwhile.
func (p *proc) resumes() bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause = nil
	return p.cut.Load()
}

// sleep waits for room, unless the sender is ended. It calls late when its patience is at an end.
func (s *System) sleep(ctx context.Context, room, ended <-chan struct{}, patience <-chan time.Time, late func()) Reason {
	for {
		select {
		case <-room:
			return 0
		case <-ended:
			return Unsent
		case <-s.killed:
			return Stopped
		case <-ctx.Done():
			return Full
		case <-patience:
			late()
		}
	}
}

// refill moves what has arrived into the inbox. It reports whether there was something for this incarnation.
func (p *proc) refill() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.moveIn() {
		return true
	}
	if r := p.sys.rec; r != nil {
		p.step = r.step() // if the default handler runs: what arrives from now on comes behind it
	}
	return false
}

// moveIn is refill with mu held. What has arrived since the incarnation was ended is for the next one.
func (p *proc) moveIn() bool {
	switch n := p.fresh.Len(); {
	case n == 0 || p.cut.Load():
		return false
	case p.In.Len() == 0:
		p.In, p.fresh = p.fresh, p.In
		p.scan = 0
	default:
		for i := range n {
			p.In.Put(*p.fresh.At(i), p.fresh.MetaAt(i))
		}
		p.fresh.Clear()
	}
	return true
}

// find returns the position of the event that the machine takes next, and drops those before it that the state ignores.
func (p *proc) find() (int, bool) {
	for {
		i, verb := p.Scan(p.scan)
		p.scan = i
		switch verb {
		case machine.Do:
			return i, true
		case machine.Defer:
			return 0, false
		}
		p.ignore(i)
	}
}

// remove takes an event out of the inbox. The flight recorder's note of that, nil if there is none, gets its place here: before
// anything that becomes possible by it, be it a send to the room that it leaves or the next tick of its timer.
func (p *proc) remove(i int, x *note) machine.Entry {
	en := p.In.Take(i)
	if i < p.scan {
		p.scan--
	}
	if en.Timer == 0 && p.bound == nil {
		if x != nil {
			p.sys.rec.removed(p, x)
		}
		return en
	}
	p.mu.Lock()
	if x != nil {
		p.sys.rec.removed(p, x)
	}
	if en.Timer != 0 {
		p.tickRead(en.Timer - 1)
	} else if !p.cut.Load() {
		p.made(1)
	}
	p.mu.Unlock()
	return en
}

// rest makes the machine idle, unless something has come up, which it reports: then what has arrived is in the inbox.
func (p *proc) rest() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.moveIn() || p.cut.Load() {
		return true
	}
	if p.large() {
		p.giveBack()
	}
	p.active = false
	p.sys.activity.end(p)
	return false
}
