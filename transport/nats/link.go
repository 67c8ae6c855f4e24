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
	n      *Node
	to     string
	id     uint64
	again  bool               // at least once
	reads  transport.Versions // of the receiver
	window int                // so many events may be under way

	mu      sync.Mutex
	flying  flights       // what is under way; the last ones wait to be sent
	waiting int           // how many those are
	unsent  []batch       // what they are written as
	spare   []byte        // for the next batch
	writing bool          // a goroutine sends what is unsent
	buf     []byte        // of who sends
	seq     uint64        // of the last event that was sent
	full    bool          // nothing more is sent: the node is being closed
	err     error         // why the link has ended, nil if it has not
	room    chan struct{} // closed when there may be room, if somebody waits for it
	idle    chan struct{} // closed when nothing is under way, if somebody waits for it

	lastHeard time.Time
	lastBeat  time.Time
	lastAgain time.Time     // when something was sent again, or confirmed
	pause     time.Duration // before it is sent again
}

// Before an event is sent again.
const (
	firstPause = 250 * time.Millisecond
	mostPause  = 2 * time.Second
)

var errEnded = errors.New("the link has ended")

// send takes an event, as soon as there is room for it, and sends it or has it sent.
func (l *link) send(ctx context.Context, from, to string, event any, m transport.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.awaitRoom(ctx); err != nil {
		return err
	}
	if !l.again && l.n.isDown.Load() {
		return l.n.down()
	}
	p, fl := parcel{from, to, m}, flight{from: from, to: to, event: event}
	if l.again {
		if fl.parcel = appendParcel(nil, &p); l.flying.len() == 0 {
			l.lastAgain, l.pause = time.Now(), firstPause
		}
	}
	l.pack(&p)
	l.flying.put(fl)
	l.waiting++
	switch {
	case l.writing:
	case l.flying.len() > atOnce:
		l.writing = true
		go l.write()
	default:
		return l.sendNow()
	}
	return nil
}

// sendNow sends the only event that is not sent yet; mu is held.
func (l *link) sendNow() error {
	b := l.unsent[0]
	l.unsent = l.unsent[:0]
	f := l.number(&b)
	err := l.post(&f)
	l.spare = b.parcels
	if l.posted(&f, err) {
		return nil
	}
	l.flying.pop()
	return err
}

// awaitRoom waits until another event may be under way; mu is held before and after.
func (l *link) awaitRoom(ctx context.Context) (err error) {
	for err == nil {
		switch {
		case l.full:
			return transport.ErrClosed
		case l.err != nil:
			return fmt.Errorf("%w: %w", errEnded, l.err)
		case l.flying.len() < l.window:
			return nil
		}
		if l.room == nil {
			l.room = make(chan struct{})
		}
		room := l.room
		l.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			err = fmt.Errorf("%d events are under way to node %s, as many as may be, since its machines do not take them: %w", l.window, l.to, context.Cause(ctx))
		}
		l.mu.Lock()
	}
	return err
}

// makeRoom has those look again who wait for room; mu is held.
func (l *link) makeRoom() {
	if l.room != nil {
		close(l.room)
		l.room = nil
	}
}

// heard takes what the receiver says.
func (l *link) heard(f *frame) {
	switch f.Kind {
	case strangeFrame:
		l.n.drop(l, transport.ErrRestarted)
		return
	case leaveFrame:
		l.confirm(0, f.Seq, nil)
		l.confirm(f.Seq+1, f.Until, transport.ErrRestarted)
		l.n.drop(l, fmt.Errorf("%w: node %s was closed, and has not handed this on", transport.ErrNoNode, l.to))
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
	var lost []flight
	l.mu.Lock()
	to := &lost
	if err == nil {
		to = nil
	}
	if l.flying.cut(first, last, to) > 0 {
		l.lastAgain, l.pause = time.Now(), firstPause
		l.makeRoom()
	}
	l.settle()
	l.mu.Unlock()
	l.report(lost, err)
}

// settle tells whoever waits that nothing is under way.
func (l *link) settle() {
	if l.idle != nil && l.flying.len() == 0 {
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
	again := l.due(now)
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
	l.sendAgain(again)
	if beat {
		l.n.tell(l.to, &frame{Kind: beatFrame, Again: l.again, Link: l.id, Seq: seq})
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
	lost := l.flying.take()
	l.unsent, l.waiting = nil, 0
	l.makeRoom()
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
	l.makeRoom()
}

// drain waits until nothing is under way.
func (l *link) drain(ctx context.Context) {
	l.mu.Lock()
	if l.flying.len() == 0 {
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
