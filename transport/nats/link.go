package nats

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ravelgo/ravel/transport"
)

// link is one direction of what two nodes have to say to each other, at the node that sends.
type link struct {
	n     *Node
	to    string
	id    uint64
	reads transport.Versions // of the receiver
	room  chan struct{}      // holds an entry for each event under way

	mu     sync.Mutex
	flying []flight // what is under way, in the order of Seq, without gaps
	seq    uint64   // of the last event
	full   bool     // nothing more is sent: the node is being closed
	err    error    // why the link has ended, nil if it has not
	ended  chan struct{}
	idle   chan struct{} // closed when nothing is under way, if somebody waits for it

	lastHeard time.Time
	lastBeat  time.Time
	lastAgain time.Time     // when something was sent again, or confirmed
	pause     time.Duration // before it is sent again
}

// flight is an event under way.
type flight struct {
	seq   uint64
	frame []byte // nil if it is not sent again
	from  string
	to    string
	event any
}

// Before an event is sent again.
const (
	firstPause = 250 * time.Millisecond
	mostPause  = 2 * time.Second
)

// Send implements transport.Transport.
func (n *Node) Send(ctx context.Context, from string, to transport.Address, event any) error {
	if len(to.Name) > transport.MaxName || len(from) > transport.MaxName || to.Name == "" {
		return fmt.Errorf("nats: send to %q from %q: names of machines have 1 to %d bytes", to.Name, from, transport.MaxName)
	}
	for again := false; ; again = true {
		err := n.send(ctx, from, to, event)
		if err == nil {
			return nil
		}
		if again || !errors.Is(err, errEnded) || ctx.Err() != nil {
			return fmt.Errorf("nats: %T to %v: %w", event, to, err)
		}
		// The link ended while the event waited for room: the next greeting says how things are now.
	}
}

func (n *Node) send(ctx context.Context, from string, to transport.Address, event any) error {
	l, err := n.way(ctx, to)
	if err != nil {
		return err
	}
	m, err := n.cfg.Codec.Encode(event, l.reads)
	if err != nil {
		return err
	}
	if most := n.conn.MaxPayload() - 1024; int64(len(m.Data)) > most {
		return fmt.Errorf("the event has %d bytes: the NATS server takes %d", len(m.Data), most)
	}
	select {
	case l.room <- struct{}{}:
	case <-l.ended:
		return errEnded
	case <-n.stop.Done():
		return transport.ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("%d events are under way to the node, as many as may be: %w", cap(l.room), context.Cause(ctx))
	}
	return l.send(from, to.Name, event, m)
}

// way returns the link to where a machine is. A node that hosted it may be gone, and another one may have it now.
func (n *Node) way(ctx context.Context, to transport.Address) (*link, error) {
	if to.Node != "" {
		return n.link(ctx, to.Node)
	}
	for again := false; ; again = true {
		node, err := n.find(ctx, to.Name)
		if err != nil {
			return nil, err
		}
		l, err := n.link(ctx, node)
		if again || !errors.Is(err, transport.ErrNoNode) {
			return l, err
		}
		n.forget(to.Name, node)
	}
}

var errEnded = errors.New("the link has ended")

// send gives the event a number and sends it. Room for it is taken; it is given back on an error.
func (l *link) send(from, to string, event any, m transport.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.full:
		<-l.room
		return transport.ErrClosed
	case l.err != nil:
		<-l.room
		return errEnded
	}
	again := l.n.cfg.Delivery == transport.AtLeastOnce
	f := frame{Kind: dataFrame, Again: again, From: l.n.cfg.Node, Link: l.id, Seq: l.seq + 1, Sender: from, To: to, Message: m}
	fl := flight{seq: f.Seq, from: from, to: to, event: event}
	b := f.encode()
	err := l.n.publish(l.to, b)
	if again {
		if fl.frame = b; len(l.flying) == 0 {
			l.lastAgain, l.pause = time.Now(), firstPause
		}
		err = nil
	}
	if err != nil {
		<-l.room
		return err
	}
	l.seq = f.Seq
	l.flying = append(l.flying, fl)
	return nil
}

// heard takes what the receiver says.
func (l *link) heard(f *frame) {
	switch f.Kind {
	case strangeFrame:
		l.n.drop(l, transport.ErrRestarted)
		return
	case missedFrame:
		l.confirm(f.Seq, f.Until, transport.ErrLost)
	case refusedFrame:
		l.confirm(f.Seq, f.Seq, f.refusal())
	case ackFrame:
		l.confirm(0, f.Seq, nil)
	}
	l.mu.Lock()
	l.lastHeard = time.Now()
	l.mu.Unlock()
}

// confirm takes the events from first to last out of what is under way; err is why they did not arrive, nil if they did.
func (l *link) confirm(first, last uint64, err error) {
	l.mu.Lock()
	kept := l.flying[:0]
	var lost []flight
	for _, fl := range l.flying {
		if fl.seq < first || fl.seq > last {
			kept = append(kept, fl)
			continue
		}
		<-l.room
		if err != nil {
			lost = append(lost, fl)
		}
	}
	if len(kept) < len(l.flying) {
		l.lastAgain, l.pause = time.Now(), firstPause
	}
	clear(l.flying[len(kept):])
	l.flying = kept
	l.settle()
	l.mu.Unlock()
	l.report(lost, err)
}

// settle tells whoever waits that nothing is under way.
func (l *link) settle() {
	if l.idle != nil && len(l.flying) == 0 {
		close(l.idle)
		l.idle = nil
	}
}

func (l *link) report(lost []flight, err error) {
	for _, fl := range lost {
		l.n.cfg.Undelivered(transport.Undelivered{
			From: transport.Address{Node: l.n.cfg.Node, Name: fl.from}, To: transport.Address{Node: l.to, Name: fl.to}, Event: fl.event, N: 1, Err: err,
		})
		if errors.Is(err, transport.ErrNoMachine) {
			l.n.forget(fl.to, l.to)
		}
	}
}

// tick is called four times in a beat.
func (l *link) tick(now time.Time) {
	l.mu.Lock()
	silent := now.Sub(l.lastHeard)
	var again [][]byte
	if len(l.flying) > 0 && now.Sub(l.lastAgain) >= l.pause {
		for _, fl := range l.flying {
			if fl.frame != nil {
				again = append(again, fl.frame)
			}
		}
		l.lastAgain, l.pause = now, min(2*l.pause, mostPause)
	}
	beat := now.Sub(l.lastBeat) >= l.n.cfg.Beat
	if beat {
		l.lastBeat = now
	}
	seq := l.seq
	l.mu.Unlock()
	if silent >= l.n.cfg.GiveUp {
		l.n.drop(l, fmt.Errorf("%w: node %s has been silent for %v", transport.ErrNoNode, l.to, silent.Round(time.Millisecond)))
		return
	}
	for _, b := range again {
		l.n.publish(l.to, b)
	}
	if beat {
		l.n.tell(l.to, &frame{Kind: beatFrame, Again: l.n.cfg.Delivery == transport.AtLeastOnce, Link: l.id, Seq: seq})
	}
}

// end takes the link out of use and reports what is under way. It returns how much that is.
func (l *link) end(err error) uint64 {
	l.mu.Lock()
	if l.err != nil {
		l.mu.Unlock()
		return 0
	}
	l.err = err
	close(l.ended)
	lost := l.flying
	l.flying = nil
	for range lost {
		<-l.room
	}
	l.settle()
	l.mu.Unlock()
	l.report(lost, err)
	return uint64(len(lost))
}

// shut takes no more events.
func (l *link) shut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.full = true
}

// drain waits until nothing is under way.
func (l *link) drain(ctx context.Context) {
	l.mu.Lock()
	if len(l.flying) == 0 {
		l.mu.Unlock()
		return
	}
	if l.idle == nil {
		l.idle = make(chan struct{})
	}
	idle := l.idle
	l.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

func (l *link) last() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seq
}

// drop ends a link and takes it off the list, so that the next event begins with a greeting.
func (n *Node) drop(l *link, err error) {
	n.mu.Lock()
	if n.links[l.to] == l {
		delete(n.links, l.to)
	}
	n.mu.Unlock()
	if left := l.end(err); left > 0 {
		n.cfg.Log.Warn("a link has ended", "to", l.to, "unconfirmed", left, "error", err)
	}
}
