package nats

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel/transport"
)

// A message for each event costs many times what the event does: the client, the server and the receiver look at each of them,
// and each is confirmed. So events that are sent while others are under way wait for the goroutine that writes, which
// puts into one message what has come together by the time that it runs. Nothing is held back: it begins at once.

const (
	mostParcels = 32 << 10 // bytes of parcels in one message, unless one alone has more, or the server takes less
	atOnce      = 2        // so many events may be under way, and the next one is sent by its sender, which saves a switch
)

// mostParcels is how many bytes of parcels a message may have.
func (n *Node) mostParcels() int { return int(min(mostParcels, n.mostData.Load())) }

// batch is what goes into one message.
type batch struct {
	n       int
	parcels []byte
}

// pack puts an event behind those that are not sent yet; mu is held.
func (l *link) pack(p *parcel) {
	last := len(l.unsent) - 1
	if last < 0 || len(l.unsent[last].parcels)+len(p.Data)+3*transport.MaxName > l.n.mostParcels() {
		l.unsent = append(l.unsent, batch{parcels: l.spare[:0]})
		l.spare = nil
		last++
	}
	b := &l.unsent[last]
	b.n++
	b.parcels = appendParcel(b.parcels, p)
}

// write sends what is not sent yet, until there is nothing.
func (l *link) write() {
	l.mu.Lock()
	for len(l.unsent) > 0 && l.err == nil {
		b := l.unsent[0]
		l.unsent = append(l.unsent[:0], l.unsent[1:]...)
		f := l.number(&b)
		l.mu.Unlock()
		err := l.post(&f)
		l.mu.Lock()
		l.spare = b.parcels
		if l.posted(&f, err) {
			continue
		}
		l.mu.Unlock()
		l.confirm(f.Seq, f.Seq+f.N-1, err)
		l.mu.Lock()
	}
	l.writing = false
	l.mu.Unlock()
}

// number gives the first events that are not sent their numbers, and returns their frame; mu is held.
func (l *link) number(b *batch) frame {
	f := frame{Kind: dataFrame, Again: l.again, From: l.n.cfg.Node, Link: l.id, Seq: l.seq + 1, N: uint64(b.n), Parcels: b.parcels}
	waiting := l.flying.all()[l.flying.len()-l.waiting:]
	for i := range waiting[:b.n] {
		waiting[i].seq = f.Seq + uint64(i)
	}
	l.waiting -= b.n
	return f
}

// post sends a data frame. One goroutine at a time does, so that the events stay in order.
func (l *link) post(f *frame) error {
	l.buf = f.append(l.buf[:0])
	err := l.n.publish(l.to, l.buf)
	if cap(l.buf) > 2*mostParcels {
		l.buf = nil
	}
	return err
}

// posted notes that a frame was sent; mu is held. It reports false if its events will not be: then the next ones have their
// numbers, so that their receiver misses nothing.
func (l *link) posted(f *frame, err error) bool {
	if err != nil && !l.again {
		return false
	}
	l.seq = f.Seq + f.N - 1
	return true
}

// sendAgain sends everything under way that was sent before.
func (l *link) sendAgain(all []flight) {
	for len(all) > 0 {
		f := frame{Kind: dataFrame, Again: true, From: l.n.cfg.Node, Link: l.id, Seq: all[0].seq}
		for len(all) > 0 && all[0].seq == f.Seq+f.N && (f.N == 0 || len(f.Parcels)+len(all[0].parcel) <= l.n.mostParcels()) {
			f.Parcels = append(f.Parcels, all[0].parcel...)
			f.N++
			all = all[1:]
		}
		if err := l.n.publish(l.to, f.append(nil)); err != nil {
			return // the next time
		}
	}
}

// due returns what is to be sent again now; mu is held.
func (l *link) due(now time.Time) (again []flight) {
	if !l.again || l.flying.len() == 0 || now.Sub(l.lastAgain) < l.pause {
		return nil
	}
	for _, fl := range l.flying.all() {
		if fl.seq != 0 && fl.seq <= l.seq {
			again = append(again, fl)
		}
	}
	l.lastAgain, l.pause = now, min(2*l.pause, mostPause)
	return again
}

// down is the error of what cannot be sent without a connection.
func (n *Node) down() error {
	return fmt.Errorf("%w to a NATS server: the client tries again and again, see Config.Status", transport.ErrDisconnected)
}
