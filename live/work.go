package live

import (
	"runtime"
	"runtime/debug"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
)

// run gives a machine that was made active a goroutine: that of the machine which made it so, once that one has nothing else to
// do. Then a machine that answers another one costs no goroutine and no switch. If more are made active, a crew runs the others.
func (s *System) run(t, by *proc) {
	if by == nil {
		go s.work(t)
		return
	}
	if by.handed != nil {
		by.join(by.handed)
	}
	by.handed = t
}

// work runs a machine until it is idle, then the one that it has handed over, and so on. A handler that ends the goroutine is
// contained: the machine goes on on another one.
func (s *System) work(p *proc) {
	over := false
	defer func() {
		if over {
			return
		}
		p.contain(recover(), placeOfPanic(), debug.Stack())
		go s.work(p)
	}()
	for next := p; next != nil; {
		p = next
		next = p.turn()
	}
	over = true
}

// turn runs a machine until it is idle, and returns another one to be run.
func (p *proc) turn() *proc {
	for {
		if p.outh < len(p.Out) {
			p.flush()
		}
		if err := p.fault; err != nil {
			p.fault = nil
			p.failed(err)
			continue
		}
		if p.cut.Load() {
			if next, again := p.leave(p.bury); !again {
				return next
			}
			continue
		}
		if p.begun {
			if i, ok := p.find(); ok {
				p.handOver()
				p.take(i)
				continue
			}
			if !p.hasDefault() {
				if next, again := p.leave(p.rest); !again {
					return next
				}
				continue
			}
			if p.refill() || p.cut.Load() {
				continue
			}
		}
		p.handOver()
		if p.begun {
			p.idle()
			runtime.Gosched()
		} else {
			p.begin()
		}
	}
}

// leave gives the machine up by rest or bury, and returns the machine that is to be run next. Another goroutine may own
// this one from then on; again says that it is still the caller's.
func (p *proc) leave(by func() bool) (next *proc, again bool) {
	if p.crew != nil {
		p.sendCrew()
	}
	next, p.handed = p.handed, nil
	if by() {
		p.handed = next
		return nil, true
	}
	return next, false
}

// handOver lets other goroutines run the machines that this one would run next.
func (p *proc) handOver() {
	t := p.handed
	p.handed = nil
	switch {
	case p.crew == nil && t != nil:
		go p.sys.work(t)
	case p.crew != nil && t != nil:
		p.join(t)
	}
	if p.crew != nil {
		p.sendCrew()
	}
}

func (p *proc) hasDefault() bool {
	return p.Def.HasDefault && p.Standing(machine.DefaultColumn) == machine.Do
}

// begin runs the start state's entry, or the whole of a plain function.
func (p *proc) begin() {
	p.begun = true
	p.sys.rec.began(p)
	p.enters(nil, nil)
	if p.Def.Fn == nil {
		p.Start()
	} else {
		p.Def.Fn(p.Ctx)
		p.Out = append(p.Out, machine.Effect{Kind: machine.HaltSelf})
	}
	p.leaves(nil)
}

// take runs the handler of an event.
func (p *proc) take(i int) {
	if p.sys.noted {
		p.takeNoted(i)
		return
	}
	en := p.remove(i, nil)
	p.Guard &^= guardIdle
	p.now = noTime
	p.Handle(en.Ev, en.Column)
	p.Guard |= guardIdle
}

// takeNoted is take for those who watch.
func (p *proc) takeNoted(i int) {
	var meta *machine.Meta
	if m := p.In.MetaAt(i); m != nil {
		was := *m
		meta = &was
	}
	en := p.removeNoted(i)
	p.enters(&en, meta)
	p.Handle(en.Ev, en.Column)
	p.leaves(nil)
}

// idle runs the default handler.
func (p *proc) idle() {
	p.sys.rec.tookDefault(p)
	p.enters(&machine.Entry{}, nil)
	p.Handle(nil, machine.DefaultColumn)
	p.leaves(nil)
}

// contain turns the end of a goroutine into a failure of the machine whose code ended it.
func (p *proc) contain(v any, at failure.Place, stack []byte) {
	switch {
	case v != nil && !p.exits && isMisuse(v):
		p.fail(v.(error))
	case v != nil && !p.exits:
		p.fail(&failure.Panic{Site: p.site(at), Value: v, Stack: userStack(stack)})
	case p.exits: // our own Goexit; a panic of a deferred function on the way does not count
	case p.Guard&guardIdle == 0 || p.matching:
		p.fail(&failure.Exit{Site: p.site(failure.Place{}), Call: "runtime.Goexit()", Stack: userStack(stack)})
	}
	unwound := p.exits
	p.exits, p.matching = false, false
	if p.fault == nil && unwound {
		p.leaves(nil)
	}
	if p.fault != nil {
		p.Guard |= guardDead
		p.Out = append(p.Out, machine.Effect{Kind: machine.Failure, Ev: p.fault})
		p.leaves(p.fault)
		p.fault = nil
	}
	p.Guard |= guardIdle
	p.Pending = machine.Transition{}
}

// fail notes why the machine fails; the first failure counts.
func (p *proc) fail(err error) {
	if p.fault == nil {
		p.fault = err
	}
	p.Guard |= guardDead
}

// exit ends the handler: its deferred functions run, and its Context does nothing.
func (p *proc) exit() {
	p.Guard |= guardDead
	p.exits = true
	runtime.Goexit()
}

// isMisuse reports whether code has panicked because of what it did to a Context: see stray.
func isMisuse(v any) bool {
	_, ok := v.(*failure.Misuse)
	return ok
}
