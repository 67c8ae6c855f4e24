package nats

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/ravelgo/ravel/transport"
)

// inbox is what one other node sends, at the node that receives. Its events are handed on one after the other.
type inbox struct {
	n    *Node
	from string

	mu     sync.Mutex
	queue  []frame
	busy   bool          // one is being handed on
	wake   chan struct{} // has an entry if something may have come
	ending bool
	window int // how much the sender may have under way

	// Of the present link:
	link    uint64
	next    uint64 // the number that the next event has
	handled uint64 // all events up to this one have been handed on, refused or missed
	said    uint64 // what the sender was told of that
}

// open begins a link: what arrives next has number 1. What is queued of an earlier one is handed on before.
func (in *inbox) open(link uint64, window int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.link != link { // a greeting may arrive twice
		in.link, in.next, in.handled, in.said, in.window = link, 1, 0, 0, window
	}
}

// take gets a frame of the sender. It returns false if that is not of the present link.
func (in *inbox) take(f *frame) bool {
	in.mu.Lock()
	if f.Link != in.link || in.ending {
		in.mu.Unlock()
		return f.Kind == byeFrame
	}
	var missed *frame
	answer := f.Kind == beatFrame
	switch {
	case f.Kind == dataFrame && (f.Seq < in.next || f.Again && f.Seq > in.next):
		answer = true // it has arrived before, or one before it is still to be sent again
	case f.Kind == dataFrame:
		missed = in.miss(f.Seq - 1)
		in.next = f.Seq + 1
		f.Data = slices.Clone(f.Data) // it is the client's
		in.queue = append(in.queue, *f)
		in.rouse()
	case !f.Again:
		missed = in.miss(f.Seq)
	}
	if len(in.queue) == 0 && !in.busy {
		in.handled = in.next - 1
	}
	ack := frame{Kind: ackFrame, Link: in.link, Seq: in.handled}
	if f.Kind == byeFrame {
		in.link = 0
	}
	in.mu.Unlock()
	if missed != nil {
		in.tellMissed(missed)
	}
	if answer {
		in.n.tell(in.from, &ack)
	}
	return true
}

// miss gives up what has not arrived up to that number; nil if there is nothing.
func (in *inbox) miss(until uint64) *frame {
	if until < in.next {
		return nil
	}
	f := &frame{Kind: missedFrame, Link: in.link, Seq: in.next, Until: until}
	in.next = until + 1
	return f
}

// tellMissed tells both sides of what did not arrive. Only the sender knows what it was.
func (in *inbox) tellMissed(f *frame) {
	in.n.tell(in.from, f)
	in.n.cfg.Undelivered(transport.Undelivered{
		From: transport.Address{Node: in.from}, To: transport.Address{Node: in.n.cfg.Node}, N: f.Until - f.Seq + 1, Err: transport.ErrLost,
	})
}

func (in *inbox) rouse() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// end lets the goroutine of the inbox end when it has handed on what is queued. It returns the link, which the node takes no
// part in any more.
func (in *inbox) end() (link uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.ending = true
	in.rouse()
	return in.link
}

// run hands on what arrives, until the end.
func (in *inbox) run(h transport.Handler) {
	for {
		f, ok := in.first()
		if !ok {
			return
		}
		err := in.deliver(h, &f)
		in.mu.Lock()
		in.busy = false
		present := in.link == f.Link
		ack := frame{Kind: ackFrame, Link: f.Link, Seq: f.Seq}
		say := false
		if present {
			in.handled = max(in.handled, f.Seq)
			say = len(in.queue) == 0 || in.handled-in.said >= uint64(max(1, in.window/4))
			if say {
				in.said = in.handled
			}
		}
		in.mu.Unlock()
		if err != nil && present {
			in.n.tell(in.from, &frame{Kind: refusedFrame, Link: f.Link, Seq: f.Seq, Code: refusalCode(err), Text: cut(err.Error())})
		}
		if say {
			in.n.tell(in.from, &ack)
		}
	}
}

// first waits for what is to be handed on next. It returns false when there is nothing more to come.
func (in *inbox) first() (f frame, ok bool) {
	for {
		in.mu.Lock()
		if len(in.queue) > 0 {
			f, in.busy = in.queue[0], true
			in.queue[0] = frame{}
			if in.queue = in.queue[1:]; len(in.queue) == 0 {
				in.queue = nil
			}
			in.mu.Unlock()
			return f, true
		}
		ending := in.ending
		in.mu.Unlock()
		if ending {
			return frame{}, false
		}
		<-in.wake
	}
}

// deliver hands on one event. An event that cannot be read is this node's to report as well: nobody here has seen it.
func (in *inbox) deliver(h transport.Handler, f *frame) (err error) {
	from, to := transport.Address{Node: in.from, Name: f.Sender}, transport.Address{Node: in.n.cfg.Node, Name: f.To}
	event, err := in.n.cfg.Codec.Decode(f.Message)
	if err != nil {
		in.n.cfg.Undelivered(transport.Undelivered{From: from, To: to, N: 1, Err: err})
		return err
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the handler panicked: %v", v)
			in.n.cfg.Log.Error("the handler of what other nodes send panicked", "panic", v, "from", from.String(), "to", to.String(), "stack", string(debug.Stack()))
		}
	}()
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
