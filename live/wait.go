package live

import (
	"runtime"

	"github.com/ravelgo/ravel/internal/machine"
)

// Await performs what the handler has asked for so far, and holds its goroutine until what it waits for has come.
func (p *proc) Await(w *machine.Wait) any {
	p.flush()
	p.handOver()
	p.stay()
	var got any
	switch w.Kind {
	case machine.WaitReceive, machine.WaitNext:
		got = p.receive(w)
	case machine.WaitYield:
		runtime.Gosched()
	case machine.WaitStop:
		w.OK = p.cancel(w.N)
	case machine.WaitQuiet:
		p.Fail(&machine.UsageError{Text: "waits until nothing else can move: only a test can tell; send an event when the work is done"})
	}
	if got == nil { // who has taken an event has it, as if the end had come a moment later
		p.stay()
	}
	p.now = noTime
	return got
}

// stay ends the handler if its incarnation is over, or an effect of it could not be performed.
func (p *proc) stay() {
	if p.cut.Load() || p.fault != nil {
		p.exit()
	}
}

// receive takes the first event that ends the wait.
func (p *proc) receive(w *machine.Wait) any {
	for from := 0; ; {
		for i := from; i < p.In.Len(); i++ {
			if p.matches(w, p.In.At(i).Ev) {
				return p.received(i)
			}
		}
		from = p.In.Len()
		if p.refill() {
			continue // behind what has been looked at: refill appends
		}
		p.park(w)
		p.stay()
	}
}

// matches runs the predicate of a wait, which may not act.
func (p *proc) matches(w *machine.Wait, ev any) bool {
	if !w.OfType(ev) || w.Match == nil {
		return w.OfType(ev)
	}
	p.Guard |= guardIdle
	p.matching = true
	ok := w.Match(ev)
	p.matching = false
	p.Guard &^= guardIdle
	return ok
}

func (p *proc) received(i int) any {
	return p.removeNoted(i).Ev
}

// park waits until something comes that may end the wait.
func (p *proc) park(w *machine.Wait) {
	if p.wake == nil {
		p.mu.Lock()
		p.wake = make(chan struct{}, 1)
		p.mu.Unlock()
	}
	p.mu.Lock()
	if p.fresh.Len() > 0 || p.cut.Load() {
		p.mu.Unlock()
		return
	}
	p.wait, p.active = w, false
	p.mu.Unlock()
	p.sys.activity.end(p)
	<-p.wake
}
