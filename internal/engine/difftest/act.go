package difftest

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
)

// body is the root machine's handler.
func (x *run) body(c *ravel.Context) {
	p := x.c.p
	if x.c.monitor != nil {
		c.Monitor(x.c.monitor.New(&watcher{}))
	}
	if !x.live {
		x.disk = &disk{}
		x.diskRef = c.Model("disk", x.disk)
	}
	root := x.actor(ravel.ID{})
	root.V, root.fn, root.path = rootFields, true, "r"
	x.enter(c.Self(), root)
	for i := range p.Static {
		x.ids = append(x.ids, root.create(c, i, i+1))
	}
	root.runBody(c, p.Root)
}

func (x *run) actor(parent ravel.ID) *actor {
	return &actor{x: x, Fuel: startFuel, Parent: parent}
}

// make prepares a machine that parent starts.
func (a *actor) make(c *ravel.Context, def, v int) (ravel.Machine, *actor) {
	x := a.x
	if d := x.c.defs[def]; d != nil {
		b := x.actor(c.Self())
		b.V = [2]int{v, v}
		return d.New(b), b
	}
	// What a function captures has no fingerprint: it starts alike whoever starts it.
	b := x.actor(ravel.ID{})
	b.fn = true
	b.past = append([]string{"of the creator:"}, a.past...)
	ops := x.c.p.Machines[def].Func
	return ravel.Func(fmt.Sprintf("M%d", def), func(c *ravel.Context) {
		x.enter(c.Self(), b)
		b.runBody(c, ops)
	}), b
}

func (a *actor) create(c *ravel.Context, def, v int) ravel.ID {
	m, b := a.make(c, def, v)
	b.path = fmt.Sprintf("%s.%d", a.path, a.kids)
	a.kids++
	id := c.Create(m)
	a.x.enter(id, b)
	return id
}

// enter notes whose state an actor is.
func (x *run) enter(id ravel.ID, a *actor) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.actors[ravel.RefOf(id)] = a
}

// ticked is what every handler of a tick does first: without fuel no timer goes on.
func (a *actor) ticked(c *ravel.Context) {
	if a.spend() {
		return
	}
	for i, used := range a.Used {
		if used {
			c.StopTimer(a.Timer[i])
		}
	}
}

// spend takes a unit of fuel.
func (a *actor) spend() bool {
	if a.Fuel == 0 {
		return false
	}
	a.Fuel--
	return true
}

func (a *actor) runBody(c *ravel.Context, ops []*Op) {
	_, p := openEvent(c.Event())
	a.live = locals{from: p.From, event: c.Event()}
	if a.x.history && (a.fn || a.past == nil) {
		a.past = append(a.past, a.fields(a.x.viewer(a.x.engine)).String(), showEvent(c.Event()))
	}
	a.list(c, ops)
	a.live = locals{}
}

func (a *actor) get(v int) int {
	if v == Local {
		return a.live.local
	}
	return a.V[v]
}

func (a *actor) set(v, n int) {
	if v == Local {
		a.live.local = n
	} else {
		a.V[v] = n
	}
}

// learn sets a variable to what the runtime said.
func (a *actor) learn(v, n int) {
	a.told(fmt.Sprint(n))
	a.set(v, n)
}

// told keeps what the runtime said.
func (a *actor) told(what string) {
	if a.x.history {
		a.past = append(a.past, what)
	}
}

func (a *actor) now(c *ravel.Context) time.Time {
	t := c.Now()
	a.x.clock.Store(true)
	a.told(t.String())
	return t
}

func (a *actor) list(c *ravel.Context, ops []*Op) {
	for _, o := range ops {
		a.do(c, o)
	}
}

func (a *actor) do(c *ravel.Context, o *Op) {
	switch o.Kind {
	case OpSet:
		a.set(o.Var, o.N)
	case OpInc:
		a.set(o.Var, (a.get(o.Var)+1)%4)
	case OpMix:
		_, p := openEvent(c.Event())
		a.set(o.Var, (2*a.get(o.Var)+1+p.V)%5)
	case OpLoad:
		_, p := openEvent(c.Event())
		a.set(o.Var, p.V)
	case OpIf:
		if a.get(o.Var) == o.N {
			a.list(c, o.Body)
		} else {
			a.list(c, o.Else)
		}
	case OpLoop:
		a.loop(c, o)
	case OpBool:
		v := 0
		if c.Bool() {
			v = 1
		}
		a.learn(o.Var, v)
	case OpInt:
		a.learn(o.Var, c.Int(o.N))
	case OpNotify:
		if o.Ev == 0 {
			c.Notify(note0{a.get(o.Var)})
		} else {
			c.Notify(note1{a.get(o.Var)})
		}
	case OpAssert:
		c.Assert(a.get(o.Var) != o.N, "op %d", o.ID)
	case OpNow:
		a.At = a.now(c)
	case OpAge:
		v := 0
		if !a.now(c).Equal(a.At) {
			v = 1
		}
		a.learn(o.Var, v)
	case OpWrite:
		c.Write(a.x.diskRef, a.get(o.Var))
	case OpWithdraw:
		if a.Offers {
			c.WithdrawFault(a.Fault)
		}
	case OpStop:
		if a.Used[o.N] {
			c.StopTimer(a.Timer[o.N])
		}
	case OpHalt:
		c.Halt()
	case OpLeave:
		if !a.spend() {
			c.Halt()
		} else {
			c.Goto(stateName(o.N))
		}
	case OpReceive, OpNext, OpYield, OpCancel, OpRead:
		a.wait(c, o)
	default:
		if a.spend() {
			a.costly(c, o)
		}
	}
}

func (a *actor) loop(c *ravel.Context, o *Op) {
	at := len(a.live.loops)
	a.live.loops = append(a.live.loops, o.N)
	for range o.N {
		a.live.loops[at]--
		a.list(c, o.Body)
	}
	a.live.loops = a.live.loops[:at]
}

func (a *actor) wait(c *ravel.Context, o *Op) {
	a.live.at = o.ID
	switch o.Kind {
	case OpReceive:
		if o.N < 0 {
			a.got(o, kinds[o.Ev].receive(c))
		} else {
			a.got(o, kinds[o.Ev].where(c, o.N))
		}
	case OpNext:
		a.got(o, ravel.Next(c))
	case OpYield:
		c.Yield()
		a.told("goes on")
	case OpRead:
		c.Read(a.x.diskRef)
		a.learn(o.Var, a.x.disk.V)
	case OpCancel:
		v := 0
		if a.Used[o.N] && c.CancelTimer(a.Timer[o.N]) {
			v = 1
		}
		a.learn(o.Var, v)
	}
	a.live.at = 0
}

func (a *actor) got(o *Op, ev any) {
	_, p := openEvent(ev)
	a.live.from = p.From
	a.told(showEvent(ev))
	a.set(o.Var, p.V)
}

func (a *actor) target(c *ravel.Context, to int) ravel.ID {
	switch to {
	case ToSelf:
		return c.Self()
	case ToParent:
		return a.Parent
	case ToKid:
		return a.Kid
	case ToSender:
		return a.live.from
	}
	return a.x.ids[to]
}

// costly does what costs fuel.
func (a *actor) costly(c *ravel.Context, o *Op) {
	load := payload{a.get(o.Var), c.Self()}
	switch o.Kind {
	case OpSend:
		if to := a.target(c, o.To); !to.IsZero() {
			c.Send(to, kinds[o.Ev].make(load))
		}
	case OpCrash:
		if to := a.target(c, o.To); !to.IsZero() {
			c.Crash(to)
		}
	case OpRestart:
		if to := a.target(c, o.To); !to.IsZero() {
			m, _ := a.make(c, o.N, load.V)
			c.Restart(to, m)
		}
	case OpCreate:
		a.Kid = a.create(c, o.N, load.V)
	case OpGoto:
		c.Goto(stateName(o.N))
	case OpPush:
		c.Push(stateName(o.N))
	case OpPop:
		c.Pop()
	case OpRaise:
		c.Raise(kinds[o.Ev].make(load))
	case OpStart, OpEvery:
		a.startTimer(c, o, tick(load))
	case OpOffer:
		a.Fault, a.Offers = c.OfferFault(c.Budget("faults", a.x.c.p.Units), boom(load)), true
	}
}

func (a *actor) startTimer(c *ravel.Context, o *Op, ev tick) {
	if a.Used[o.N] {
		return
	}
	a.Used[o.N] = true
	d := time.Duration(o.To) * time.Millisecond
	if o.Kind == OpStart {
		a.Timer[o.N] = c.After(d, ev)
	} else {
		a.Timer[o.N] = c.Every(d, ev)
	}
}
