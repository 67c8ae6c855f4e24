package tcpnet

import (
	"bufio"
	"errors"
	"io"
	"net"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// conversation is a connection after the greetings: one goroutine reads, one
// writes, and when one of them ends so does the other.
type conversation struct {
	engine *Engine
	conn   net.Conn
	peer   extmgr.NodeID
	out    *queue
	idle   time.Duration // closed after so long without a message; 0 is never

	closed chan struct{} // when reading has ended
}

var errIdle = errors.New("idle")

// hold reads and writes until one of them fails. It returns why.
func (c *conversation) hold() error {
	c.closed = make(chan struct{})
	var read error
	c.engine.work.Go(func() {
		read = c.read()
		close(c.closed)
	})
	err := c.write()
	c.engine.drop(c.conn)
	<-c.closed
	if err == nil || errors.Is(err, net.ErrClosed) {
		err = read
	}
	return err
}

// read hands over what arrives. The first byte of a message may be long in coming,
// the rest may not.
func (c *conversation) read() error {
	in := bufio.NewReaderSize(c.conn, 64<<10)
	for {
		if err := c.conn.SetReadDeadline(time.Time{}); err != nil {
			return err
		}
		if _, err := in.Peek(1); err != nil {
			return err
		}
		if err := c.conn.SetReadDeadline(time.Now().Add(c.engine.cfg.Timeout)); err != nil {
			return err
		}
		m, err := wire.Read(in)
		if err != nil {
			if errors.Is(err, wire.ErrCorrupt) || errors.Is(err, wire.ErrTooLong) {
				c.engine.stats.corrupt.Add(1)
				c.engine.cfg.Log.Warn("connection is closed: what came is no message", "peer", c.peer, "error", err)
			}
			return err
		}
		c.engine.stats.received.Add(1)
		c.engine.cfg.Handler(m)
	}
}

// write writes what waits until the connection ends or is idle for too long.
func (c *conversation) write() error {
	var idle <-chan time.Time
	timer := time.NewTimer(c.idle)
	defer timer.Stop()
	if c.idle > 0 {
		idle = timer.C
	}
	var frame []byte
	for {
		m := c.out.take()
		if m == nil {
			select {
			case <-c.out.wake:
				continue
			case <-c.closed:
				return nil
			case <-idle:
				return errIdle
			}
		}
		var err error
		if frame, err = wire.Append(frame[:0], m); err != nil {
			c.engine.stats.dropped.Add(1)
			c.engine.cfg.Log.Warn("message was not sent", "peer", c.peer, "error", err)
			continue
		}
		if err := c.conn.SetWriteDeadline(time.Now().Add(c.engine.cfg.Timeout)); err != nil {
			return err
		}
		if _, err := c.conn.Write(frame); err != nil {
			c.engine.stats.dropped.Add(1)
			return err
		}
		c.engine.stats.sent.Add(1)
		timer.Reset(c.idle)
		if cap(frame) > 1<<20 {
			frame = nil // do not keep the memory of a piece for each peer
		}
	}
}

// ended says why a conversation is over, "" if that is nothing to talk about.
func ended(err error) string {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, errIdle) || errors.Is(err, net.ErrClosed) {
		return ""
	}
	return err.Error()
}
