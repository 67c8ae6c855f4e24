package wire

import (
	"bufio"
	"context"
	"net"
	"sync"
	"time"
)

// link is a connection to somebody, as often as it takes.
type link struct {
	n   *Net
	to  place
	out chan frame

	mu    sync.Mutex
	down  time.Time // until then nobody is there
	seq   uint64
	calls map[uint64]chan frame // that wait; a frame of kind message says that the connection ended
}

func (l *link) send(f frame) {
	select {
	case l.out <- f:
	default: // too many wait
	}
}

func (l *link) call(ctx context.Context, k Kind, body []byte) ([]byte, error) {
	l.mu.Lock()
	if time.Now().Before(l.down) {
		l.mu.Unlock()
		return nil, ErrUnreachable
	}
	l.seq++
	seq, ch := l.seq, make(chan frame, 1)
	l.calls[seq] = ch
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.calls, seq)
		l.mu.Unlock()
	}()
	select {
	case l.out <- frame{what: call, kind: k, seq: seq, body: body}:
	case <-ctx.Done():
		return nil, ErrUnreachable
	case <-l.n.ctx.Done():
		return nil, ErrClosed
	}
	select {
	case f := <-ch:
		switch {
		case f.what == answer:
			return f.body, nil
		case f.what == failure:
			return nil, &Failure{string(f.body)}
		case f.seq == 0:
			return nil, ErrUnreachable
		}
		return nil, ErrLost
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.n.ctx.Done():
		return nil, ErrClosed
	}
}

// run opens a connection whenever there is something to send.
func (l *link) run() {
	for {
		select {
		case f := <-l.out:
			l.talk(f)
		case <-l.n.ctx.Done():
			return
		}
	}
}

// fail ends all calls that wait. Those of which nothing was sent are told so.
func (l *link) fail(sent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for seq, ch := range l.calls {
		delete(l.calls, seq)
		f := frame{what: message}
		if sent {
			f.seq = seq
		}
		ch <- f
	}
}

// talk holds one connection, from its first frame to its end.
func (l *link) talk(first frame) {
	ctx, cancel := context.WithTimeout(l.n.ctx, dialTimeout)
	c, err := l.n.cfg.Dial(ctx, l.to.addr)
	cancel()
	if err != nil {
		l.mu.Lock()
		l.down = time.Now().Add(pause)
		l.mu.Unlock()
		for len(l.out) > 0 {
			<-l.out // it would be stale
		}
		l.fail(false)
		return
	}
	if !l.n.open(c) {
		return
	}
	defer l.n.drop(c)
	defer l.fail(true)
	ended := make(chan struct{})
	l.n.work.Go(func() {
		defer close(ended)
		defer func() { _ = c.Close() }() // the writer sees it
		l.hear(c)
	})
	w := &writer{c: c, b: frame{what: greeting, body: mustEncode(hello{l.n.cfg.Cluster, l.n.cfg.Self})}.append(nil), wanted: l.wanted}
	w.add(first)
	w.pump(l.out, ended)
	_ = c.Close() // so that hear ends
	<-ended
}

// wanted reports whether a frame is still to be sent: who has made a call may have been told meanwhile that it was not.
func (l *link) wanted(f frame) bool {
	if f.what != call {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[f.seq] != nil
}

// hear takes answers.
func (l *link) hear(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		f, err := readFrame(r)
		if err != nil {
			return
		}
		l.mu.Lock()
		ch := l.calls[f.seq]
		delete(l.calls, f.seq)
		l.mu.Unlock()
		if ch != nil && (f.what == answer || f.what == failure) {
			ch <- f
		}
	}
}

// writer writes frames, many at a time if many wait.
type writer struct {
	c      net.Conn
	b      []byte
	wanted func(frame) bool
}

func (w *writer) add(f frame) {
	if w.wanted(f) {
		w.b = f.append(w.b)
	}
}

const writeSize = 256 << 10

// pump writes what comes until the connection fails, or ended is closed.
func (w *writer) pump(in <-chan frame, ended <-chan struct{}) {
	for {
		for len(w.b) < writeSize {
			select {
			case f := <-in:
				w.add(f)
				continue
			default:
			}
			break
		}
		_ = w.c.SetWriteDeadline(time.Now().Add(writeTimeout)) // fails only if closed
		if _, err := w.c.Write(w.b); err != nil {
			return
		}
		w.b = w.b[:0]
		if cap(w.b) > 4*writeSize {
			w.b = nil
		}
		select {
		case f := <-in:
			w.add(f)
		case <-ended:
			return
		}
	}
}
