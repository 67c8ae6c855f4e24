package tcpnet

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Serve accepts connections from now on and returns at once. The listener belongs
// to the engine, which closes it when it is closed. An engine serves at most one.
func (e *Engine) Serve(l net.Listener) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return errors.Join(fmt.Errorf("tcpnet: serve at %s: %w", l.Addr(), ErrClosed), l.Close())
	}
	if e.listener != nil {
		return errors.Join(fmt.Errorf("tcpnet: serve at %s: this engine serves already at %s", l.Addr(), e.listener.Addr()), l.Close())
	}
	e.listener = l
	e.work.Go(func() { e.accept(l) })
	return nil
}

func (e *Engine) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if e.ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return
		}
		if err != nil {
			// Such as a lack of descriptors, which may go away.
			e.cfg.Log.Warn("connection was not accepted", "error", err)
			select {
			case <-time.After(e.cfg.BackoffMin):
			case <-e.ctx.Done():
			}
			continue
		}
		if !e.admit(conn) {
			continue
		}
		e.work.Go(func() {
			defer e.leave()
			e.serve(conn)
		})
	}
}

// admit enters an accepted connection, unless there are too many.
func (e *Engine) admit(conn net.Conn) bool {
	if !e.open(conn) {
		return false
	}
	e.mu.Lock()
	full := e.inbound >= e.cfg.Inbound
	if !full {
		e.inbound++
	}
	e.mu.Unlock()
	if full {
		e.cfg.Log.Warn("connection refused: there are too many", "from", conn.RemoteAddr(), "limit", e.cfg.Inbound)
		e.drop(conn)
	}
	return !full
}

func (e *Engine) leave() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.inbound--
}

// serve holds the conversation that a peer has begun.
func (e *Engine) serve(conn net.Conn) {
	defer e.drop(conn)
	hello, err := e.greet(conn, false)
	if err != nil {
		if why := ended(err); why != "" {
			e.cfg.Log.Warn("connection refused", "from", conn.RemoteAddr(), "error", err)
		}
		return
	}
	c := &conversation{engine: e, conn: conn, peer: hello.Node, out: newQueue(e.cfg.QueueLen, e.cfg.QueueBytes)}
	e.enter(hello.Node, c)
	defer e.forget(hello.Node, c)
	if why := ended(c.hold()); why != "" {
		e.cfg.Log.Debug("connection lost", "peer", hello.Node, "reason", why)
	}
}

func (e *Engine) enter(node extmgr.NodeID, c *conversation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.callers[node] = c
}

func (e *Engine) forget(node extmgr.NodeID, c *conversation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.callers[node] == c {
		delete(e.callers, node)
	}
}
