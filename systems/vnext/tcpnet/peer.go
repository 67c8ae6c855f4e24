package tcpnet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// peer is somebody whom this side connects to.
type peer struct {
	engine *Engine
	to     extmgr.Endpoint
	out    *queue

	pausing bool // guarded by engine.mu: no connection could be opened lately
}

// run talks to the peer until nothing has been said for a while.
func (p *peer) run() {
	pause := time.Duration(0)
	for {
		err := p.talk()
		if p.engine.ctx.Err() != nil || (errors.Is(err, errIdle) && p.leave()) {
			return
		}
		var failed *connectError
		if !errors.As(err, &failed) {
			pause = 0
			if !p.waitForWork() {
				return
			}
			continue
		}
		pause = min(max(2*pause, p.engine.cfg.BackoffMin), p.engine.cfg.BackoffMax)
		dropped := p.pause(true)
		p.engine.cfg.Log.Warn("peer is unreachable", "peer", p.to.Node, "addr", p.to.Addr, "error", err,
			"dropped", dropped, "retry_in", pause)
		if !p.sleep(pause) {
			return
		}
		// One attempt for each message that somebody has now: a peer that has
		// gone for good costs nothing.
		p.pause(false)
		if !p.waitForWork() {
			return
		}
	}
}

// connectError says that there was no conversation.
type connectError struct{ cause error }

func (e *connectError) Error() string { return e.cause.Error() }
func (e *connectError) Unwrap() error { return e.cause }

// talk connects and holds a conversation. It returns why that is over.
func (p *peer) talk() error {
	e := p.engine
	ctx, cancel := context.WithTimeout(e.ctx, e.cfg.Timeout)
	defer cancel()
	conn, err := e.cfg.Dial(ctx, p.to.Addr)
	if err != nil {
		return &connectError{err}
	}
	if !e.open(conn) {
		return ErrClosed
	}
	defer e.drop(conn)
	hello, err := e.greet(conn, true)
	if err == nil && hello.Node != p.to.Node {
		err = fmt.Errorf("%s answers there instead of %s", hello.Node, p.to.Node)
	}
	if err != nil {
		return &connectError{fmt.Errorf("greet: %w", err)}
	}
	e.stats.connects.Add(1)
	e.cfg.Log.Debug("connected", "peer", p.to.Node, "addr", p.to.Addr)
	err = (&conversation{engine: e, conn: conn, peer: p.to.Node, out: p.out, idle: e.cfg.Idle}).hold()
	if why := ended(err); why != "" {
		e.cfg.Log.Info("connection lost", "peer", p.to.Node, "addr", p.to.Addr, "reason", why)
	}
	return err
}

// pause sets whether the peer counts as unreachable, and if it does drops what
// should not wait. It returns how much that was.
func (p *peer) pause(on bool) int {
	p.engine.mu.Lock()
	defer p.engine.mu.Unlock()
	p.pausing = on
	if !on {
		return 0
	}
	n := p.out.dropStale()
	p.engine.stats.dropped.Add(int64(n))
	return n
}

// leave removes the peer if nothing waits for it. Whoever sends later makes a new
// one.
func (p *peer) leave() bool {
	p.engine.mu.Lock()
	defer p.engine.mu.Unlock()
	if p.out.len() > 0 {
		return false
	}
	delete(p.engine.peers, p.to)
	return true
}

// waitForWork returns when something waits, or false when the peer is no more.
func (p *peer) waitForWork() bool {
	idle := time.NewTimer(p.engine.cfg.Idle)
	defer idle.Stop()
	for p.out.len() == 0 {
		select {
		case <-p.out.wake:
		case <-idle.C:
			if p.leave() {
				return false
			}
		case <-p.engine.ctx.Done():
			return false
		}
	}
	return p.engine.ctx.Err() == nil
}

func (p *peer) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-p.engine.ctx.Done():
		return false
	}
}
