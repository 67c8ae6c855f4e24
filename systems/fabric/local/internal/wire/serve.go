package wire

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"time"
)

// Serve takes connections until the network is closed, which closes the listener. It returns at once.
func (n *Net) Serve(l net.Listener) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		_ = l.Close()
		return
	}
	n.ports = append(n.ports, l)
	n.work.Go(func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) || n.ctx.Err() != nil {
				return
			}
			if err != nil {
				n.cfg.Log.Warn("connection was not accepted", "error", err)
				time.Sleep(pause) // as when there are too many files
				continue
			}
			if n.open(c) {
				n.work.Go(func() { n.inbound(c) })
			}
		}
	})
}

// inbound takes what comes over a connection that the other side has opened.
func (n *Net) inbound(c net.Conn) {
	defer n.drop(c)
	r := bufio.NewReaderSize(c, 64<<10)
	from, err := n.greeted(c, r)
	if err != nil {
		n.cfg.Log.Warn("connection refused", "peer", c.RemoteAddr(), "error", err)
		return
	}
	ctx, cancel := context.WithCancel(n.ctx)
	answers, ended := make(chan frame, 64), make(chan struct{})
	n.work.Go(func() {
		defer close(ended)
		(&writer{c: c, wanted: func(frame) bool { return true }}).pump(answers, ctx.Done())
		_ = c.Close() // the reader sees it
	})
	defer func() { cancel(); <-ended }()
	for {
		f, err := readFrame(r)
		if err != nil {
			if errors.Is(err, errDamaged) {
				n.cfg.Log.Warn("connection given up", "peer", from, "error", err)
			}
			return
		}
		switch f.what {
		case message:
			n.cfg.Message(from, f.kind, f.body)
		case call:
			n.work.Go(func() {
				g := frame{what: answer, kind: f.kind, seq: f.seq}
				body, err := n.cfg.Call(ctx, from, f.kind, f.body)
				if g.body = body; err != nil {
					g.what, g.body = failure, []byte(err.Error())
				}
				select {
				case answers <- g:
				case <-ctx.Done():
				}
			})
		}
	}
}

func (n *Net) greeted(c net.Conn, r *bufio.Reader) (from string, err error) {
	_ = c.SetReadDeadline(time.Now().Add(dialTimeout)) // fails only if closed
	f, err := readFrame(r)
	if err != nil {
		return "", err
	}
	var h hello
	if err := json.Unmarshal(f.body, &h); f.what != greeting || err != nil {
		return "", errors.New("no greeting came")
	}
	if h.Cluster != n.cfg.Cluster {
		return "", errors.New("it belongs to cluster " + h.Cluster)
	}
	return h.From, c.SetReadDeadline(time.Time{})
}
