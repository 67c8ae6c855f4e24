package engine

import (
	"unsafe"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/trace"
)

// goExplainer finds out what operations of goroutines follow from, with Config.Explain: the edges that the Go memory model
// promises and the race detector sees, as far as the scheduling points tell. Events count from 1 here; 0 is none.
type goExplainer struct {
	spawned map[int]int // by goroutine: the event that started it
	woken   map[int]int // by goroutine: the event that woke it, until it goes on
	objects map[int]*syncObject
	blocked map[int]blockedAt
	did     doing
}

// doing is the operation of the present move.
type doing struct {
	event  int // the Did
	kind   gocontrol.Kind
	object int
	by     int   // 1 + the number of the goroutine
	again  bool  // it goes on with what it was blocked in, and has been counted
	locks  []int // the mutexes that it has given up while it waited for a condition
}

// blockedAt is where a goroutine waits.
type blockedAt struct {
	event  int
	kind   gocontrol.Kind
	object int
	locks  []int // mutexes that it has given up
}

// syncObject is what operations on one object leave for later ones.
type syncObject struct {
	released int   // the last operation that lets others go on: an Unlock, a store, a close, the first call of a Once, ...
	readers  []int // RUnlocks since the last Lock; Adds of a WaitGroup
	holder   int   // who has locked a mutex: 1 + the number of the goroutine; 0 for nobody
	sends    []int // of a channel, in their order
	receives []int // those that have got the value of the send at their place
	closed   bool
	channel  bool
}

func newGoExplainer() *goExplainer {
	return &goExplainer{spawned: map[int]int{}, woken: map[int]int{}, objects: map[int]*syncObject{}, blocked: map[int]blockedAt{}}
}

func (x *goExplainer) object(n int) *syncObject {
	o := x.objects[n]
	if o == nil {
		o = &syncObject{}
		x.objects[n] = o
	}
	return o
}

// begins notes what a goroutine does in the move that begins: the next event tells it.
func (c *control) begins(g *goroutine, p *gocontrol.Point) {
	x, e := c.history.why, c.e
	if x == nil {
		return
	}
	x.did = doing{event: e.happened() + 1, kind: p.Kind, object: p.Object, by: g.id + 1}
	if b, ok := x.blocked[g.id]; ok {
		x.did.again, x.did.locks = b.kind == p.Kind, b.locks
		delete(x.blocked, g.id)
	}
	e.why.follows(x.spawned[g.id])
	e.why.follows(x.woken[g.id])
	delete(x.spawned, g.id)
	delete(x.woken, g.id)
}

// blocks notes that a goroutine waits, which the last event tells. What it tried has come to nothing, but others may serve it:
// a sender that waits is the next one whose value is received.
func (c *control) blocks(g *goroutine, p *gocontrol.Point) {
	x := c.history.why
	if x == nil {
		return
	}
	b := blockedAt{event: c.e.happened(), kind: p.Kind, object: p.Object}
	if p.Kind == gocontrol.CondWait {
		for n, o := range x.objects {
			if o.holder == g.id+1 {
				o.released, o.holder = b.event, 0
				b.locks = append(b.locks, n)
			}
		}
	}
	x.blocked[g.id] = b
	if p.Kind == gocontrol.Send && p.Object > 0 && !x.did.again {
		o := x.object(p.Object)
		c.meets(o, p.Object, 0)
		o.sends = append(o.sends, c.e.happened())
	}
	x.did = doing{}
}

// wakes notes that the last event woke a goroutine, and what passed between the two.
func (c *control) wakes(id int) {
	x := c.history.why
	if x == nil {
		return
	}
	b, ok := x.blocked[id]
	if !ok {
		return // it has yielded, and could have gone on by itself
	}
	x.woken[id] = c.e.happened()
	if x.did.event == 0 {
		return
	}
	object := x.did.object
	if object == 0 {
		object = b.object // of a select, which has served somebody
	}
	sends := x.did.kind == gocontrol.Send || x.did.kind == gocontrol.Select && b.kind == gocontrol.Recv
	receives := x.did.kind == gocontrol.Recv || x.did.kind == gocontrol.Select && b.kind == gocontrol.Send
	switch o := x.object(object); {
	case object == 0 && x.did.kind == gocontrol.Select && b.kind == gocontrol.Select:
		c.edge(b.event) // on a channel that nobody knows, which most likely has no room
	case sends || receives:
		c.meets(o, object, 0)
		c.serves(o, object, b, sends)
	}
	if x.did.kind == gocontrol.Select {
		x.did.again = true // it is known what it came to
	}
}

// serves notes that the present operation on a channel served who was blocked in another one: it has sent, or received.
func (c *control) serves(o *syncObject, object int, b blockedAt, sends bool) {
	x := c.history.why
	switch {
	case sends: // its value goes to who is woken
		o.receives = append(o.receives, b.event)
		if x.did.kind == gocontrol.Select {
			o.sends = append(o.sends, x.did.event)
		}
		if c.capacity(object) == 0 {
			c.edge(b.event) // the receive began before the send was over
		}
	default:
		if b.kind == gocontrol.Select {
			o.sends = append(o.sends, b.event)
		}
		if n := len(o.receives); x.did.kind == gocontrol.Select && n < len(o.sends) {
			c.edge(o.sends[n])
			o.receives = append(o.receives, x.did.event)
		}
	}
}

// edge lets the operation of the present move follow from an event.
func (c *control) edge(from int) {
	if at := c.history.why.did.event; from > 0 && from < at && at <= len(c.e.rec.events) {
		ev := &c.e.rec.events[at-1]
		ev.After = ascending(append(ev.After, from-1))
	}
}

// happens applies what the operation of the present move means for its object. It has been done.
func (c *control) happens() {
	x := c.history.why
	if x == nil || x.did.event == 0 {
		return
	}
	d := x.did
	defer func() { x.did = doing{} }()
	if d.kind == gocontrol.Select && !d.again {
		c.selects(d)
	}
	if d.object == 0 {
		return
	}
	o := x.object(d.object)
	switch d.kind {
	case gocontrol.Lock:
		c.acquire(o)
	case gocontrol.TryLock:
		if o.holder == 0 {
			c.acquire(o)
		}
	case gocontrol.Unlock:
		o.released, o.holder = d.event, 0
	case gocontrol.CondWait: // it has got the mutex again
		for _, n := range d.locks {
			c.acquire(x.object(n))
		}
	case gocontrol.RLock:
		c.edge(o.released)
	case gocontrol.TryRLock:
		if o.holder == 0 {
			c.edge(o.released)
		}
	case gocontrol.RUnlock, gocontrol.WaitGroupAdd:
		o.readers = append(o.readers, d.event)
	case gocontrol.WaitGroupWait:
		c.edges(o.readers)
	case gocontrol.AtomicLoad, gocontrol.MapLoad, gocontrol.ContextErr:
		c.edge(o.released)
	case gocontrol.AtomicStore, gocontrol.ContextCancel:
		o.released = d.event
	case gocontrol.AtomicUpdate, gocontrol.MapUpdate:
		c.edge(o.released)
		o.released = d.event
	case gocontrol.OnceDo:
		if o.released == 0 {
			o.released = d.event
		}
		c.edge(o.released)
	case gocontrol.Close:
		o.released, o.closed, o.channel = d.event, true, true
	case gocontrol.Send:
		c.sends(o, d)
	case gocontrol.Recv:
		c.receives(o, d)
	}
}

// acquire follows from who has released a mutex last: its last holder, and all readers since.
func (c *control) acquire(o *syncObject) {
	c.edge(o.released)
	c.edges(o.readers)
	o.readers, o.holder = o.readers[:0], c.history.why.did.by
}

func (c *control) edges(list []int) {
	for _, from := range list {
		c.edge(from)
	}
}

// meets notes a channel that goroutines have not sent to or received from before, and what selects have put into it.
func (c *control) meets(o *syncObject, object, by int) {
	if !o.channel {
		o.channel = true
		o.sends = make([]int, max(0, len(c.channel(object))-by))
	}
}

// sends: the n-th send on a channel of capacity k is done behind the receive number n-k.
func (c *control) sends(o *syncObject, d doing) {
	c.meets(o, d.object, 1)
	if d.again {
		return // counted when it blocked; who has received has woken it
	}
	if k := c.capacity(d.object); k > 0 && len(o.sends) >= k && len(o.sends)-k < len(o.receives) {
		c.edge(o.receives[len(o.sends)-k])
	}
	if !o.closed {
		o.sends = append(o.sends, d.event)
	}
}

// receives: the n-th receive follows from the n-th send, or from the close if there is none.
func (c *control) receives(o *syncObject, d doing) {
	c.meets(o, d.object, -1)
	switch n := len(o.receives); {
	case d.again: // counted when it was served
	case n < len(o.sends):
		c.edge(o.sends[n])
		o.receives = append(o.receives, d.event)
	case o.closed:
		c.edge(o.released)
	}
}

// selects finds out what a select has done that has served nobody who waited: there is a value more or less in a channel. One
// that has found a channel closed, or nothing to do, leaves no trace.
func (c *control) selects(d doing) {
	for n, o := range c.history.why.objects {
		ch := c.channel(n)
		if !o.channel || cap(ch) == 0 {
			continue
		}
		switch len(ch) - (len(o.sends) - len(o.receives)) {
		case -1:
			c.receives(o, d)
		case 1:
			c.sends(o, d)
		}
	}
}

// channel returns a channel by its number as an object, to look at its size and length.
func (c *control) channel(object int) chan struct{} {
	if object < 1 || object > len(c.kept) {
		return nil
	}
	p := c.kept[object-1]
	return *(*chan struct{})(unsafe.Pointer(&p)) // a channel is a pointer to what p leads to
}

func (c *control) capacity(object int) int { return cap(c.channel(object)) }

// stackOf is how a goroutine came to where it stands.
func (c *control) stackOf(id int) []failure.Place {
	if c.history.why == nil {
		return nil
	}
	list := c.session.Stack(id).Places()
	return list[:min(len(list), trace.MaxStack)]
}
