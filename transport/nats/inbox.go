package nats

import (
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/ravelgo/ravel/transport"
)

// inbox is what one other node sends, at the node that receives. Its events are handed on one after the other.
//
// What the sender is told it is told with mu held, so that it hears of a loss or a refusal before it hears of anything that
// confirms what was sent behind.
type inbox struct {
	n    *Node
	from string
	gone chan struct{} // closed when nothing is handed on any more

	mu     sync.Mutex
	queue  []delivery
	busy   bool          // some of a batch is still to be handed on
	wake   chan struct{} // has an entry if something may have come
	ending bool          // nothing is taken any more
	silent int           // so many ticks of the clock have gone by since it has heard of the sender
	left   bool          // nothing more is handed on, and the sender was told
	window int           // how much the sender may have under way

	// Of the present link:
	link    uint64
	next    uint64 // the number that the next event has
	handled uint64 // all events up to this one have been handed on, refused or missed
	said    uint64 // what the sender was told of that
}

// delivery is what has come in one message.
type delivery struct {
	link    uint64
	seq     uint64 // of the first event
	n, skip uint64 // so many events, behind so many that have arrived before
	parcels []byte
}

// open begins a link: what arrives next has number 1. What is queued of an earlier one is handed on before.
func (in *inbox) open(link uint64, window int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.silent = 0
	if in.link != link { // a greeting may arrive twice
		in.link, in.next, in.handled, in.said, in.window = link, 1, 0, 0, window
	}
}

// take gets a frame of the sender. It returns false if that is not of the present link.
func (in *inbox) take(f *frame) bool {
	lost, known := in.accept(f)
	if lost > 0 {
		in.n.cfg.Undelivered(transport.Undelivered{
			From: transport.Address{Node: in.from}, To: transport.Address{Node: in.n.cfg.Node}, N: lost, Err: transport.ErrLost,
		})
	}
	return known
}

// accept is take, and returns how many events are known to be lost from now on. Only the sender knows which.
func (in *inbox) accept(f *frame) (lost uint64, known bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.silent = 0
	switch {
	case f.Link != in.link:
		return 0, f.Kind == byeFrame
	case in.left:
		in.tellLeft()
		return 0, true
	case in.ending:
		return 0, true // the sender is told when it is known how far it has come
	}
	answer := f.Kind == beatFrame
	switch {
	case f.Kind == dataFrame && (f.Seq+f.N <= in.next || f.Again && f.Seq > in.next):
		answer = true // it has arrived before, or one before it is still to be sent again
	case f.Kind == dataFrame:
		lost = in.miss(f.Seq - 1)
		skip := in.next - f.Seq
		in.queue = append(in.queue, delivery{link: f.Link, seq: in.next, n: f.N - skip, skip: skip, parcels: f.Parcels})
		in.next = f.Seq + f.N
		in.rouse()
	case !f.Again:
		lost = in.miss(f.Seq)
	}
	if len(in.queue) == 0 && !in.busy {
		in.handled = in.next - 1
	}
	if answer {
		in.ack()
	}
	if f.Kind == byeFrame {
		in.link = 0
	}
	return lost, true
}

// miss gives up what has not arrived up to that number, and returns how much that is; mu is held.
func (in *inbox) miss(until uint64) (n uint64) {
	if until < in.next {
		return 0
	}
	n = until + 1 - in.next
	in.n.tell(in.from, &frame{Kind: missedFrame, Link: in.link, Seq: in.next, Until: until})
	in.next = until + 1
	return n
}

// ack tells how far it is; mu is held.
func (in *inbox) ack() {
	in.said = in.handled
	in.n.tell(in.from, &frame{Kind: ackFrame, Link: in.link, Seq: in.handled})
}

func (in *inbox) rouse() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// end takes nothing more. What is queued is handed on.
func (in *inbox) end() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.ending = true
	in.rouse()
}

// tick is called four times in a beat. It reports whether the inbox is of no use any more: its sender has left, or has been silent
// for as many ticks as it is waited for, and everything has been handed on. Then nothing is taken any more.
func (in *inbox) tick(most int) (over bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.silent++
	if in.busy || len(in.queue) > 0 || in.link != 0 && in.silent < most {
		return false
	}
	in.ending = true
	in.rouse()
	return true
}

// leave hands on nothing more, and tells the sender how far it has come. It returns how much of what has arrived is left.
func (in *inbox) leave() (dropped uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.left = true
	in.rouse()
	if in.link != 0 {
		in.tellLeft()
	}
	return in.next - 1 - in.handled
}

// tellLeft tells the sender how far it has come; mu is held.
func (in *inbox) tellLeft() {
	until := in.handled
	if in.busy {
		until++ // nobody waits for the handler
	}
	in.n.tell(in.from, &frame{Kind: leaveFrame, Link: in.link, Seq: in.handled, Until: until})
}

// run hands on what arrives, until the end.
func (in *inbox) run(h transport.Handler) {
	defer close(in.gone)
	var p parcel
	for {
		b, ok := in.first()
		if !ok {
			return
		}
		r := reader{b: b.parcels}
		for range b.skip {
			r.skip()
		}
		for seq := b.seq; seq < b.seq+b.n; seq++ {
			r.parcel(&p)
			if !in.handedOn(&b, seq, in.deliver(h, &p)) {
				return
			}
		}
	}
}

// handedOn notes that the machine has an event, or that it is refused. It returns false if nothing more is to be handed on.
func (in *inbox) handedOn(b *delivery, seq uint64, err error) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.busy = seq+1 < b.seq+b.n
	if in.left {
		return false // the sender was told that this one may have been handed on or not
	}
	if b.link != in.link {
		return true // nobody waits for an answer
	}
	if err != nil {
		in.n.tell(in.from, &frame{Kind: refusedFrame, Link: b.link, Seq: seq, Code: refusalCode(err), Text: cut(err.Error())})
	}
	in.handled = max(in.handled, seq)
	if !in.busy && len(in.queue) == 0 || in.handled-in.said >= uint64(max(1, in.window/4)) {
		in.ack()
	}
	return true
}

// first waits for what is to be handed on next. It returns false when there is nothing more to come.
func (in *inbox) first() (b delivery, ok bool) {
	for {
		in.mu.Lock()
		if len(in.queue) > 0 && !in.left {
			b, in.busy = in.queue[0], true
			in.queue[0] = delivery{}
			if in.queue = in.queue[1:]; len(in.queue) == 0 {
				in.queue = nil
			}
			in.mu.Unlock()
			return b, true
		}
		ending := in.ending
		in.mu.Unlock()
		if ending {
			return delivery{}, false
		}
		<-in.wake
	}
}

// deliver hands on one event. An event that cannot be read is this node's to report as well: nobody here has seen it.
func (in *inbox) deliver(h transport.Handler, p *parcel) (err error) {
	from, to := transport.Address{Node: in.from, Name: p.Sender}, transport.Address{Node: in.n.cfg.Node, Name: p.To}
	doing := "reading it"
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s panicked: %v", doing, v)
			in.n.cfg.Log.Error("what another node has sent made its receiver panic", "doing", doing, "panic", v, "type", p.Type, "from", from.String(), "to", to.String(), "stack", string(debug.Stack()))
		}
	}()
	event, err := in.n.cfg.Codec.Decode(p.Message)
	if err != nil {
		in.n.cfg.Undelivered(transport.Undelivered{From: from, To: to, N: 1, Err: err})
		return err
	}
	doing = "the handler"
	return h(from, to, event)
}

// cut bounds a text that travels.
func cut(s string) string {
	const most = 1000
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
