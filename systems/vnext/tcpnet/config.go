package tcpnet

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/internal/settings"
)

// Config holds an engine's settings. A zero field has the default that is named
// beside it; Self and Handler have none.
type Config struct {
	Self    extmgr.NodeID        // this side's name; required
	Cluster string               // the cluster's name; "vnext"
	Handler func(extmgr.Message) // takes what arrives; required
	Log     extmgr.Logger        // nil discards

	QueueLen   int           // messages waiting for one peer; 1024
	QueueBytes int64         // payload waiting for one peer; 64 MiB
	Inbound    int           // accepted connections at the same time; 1024
	Timeout    time.Duration // for connecting, greeting, and one message; 10s
	Idle       time.Duration // silence after which an opened connection is closed; 5m
	BackoffMin time.Duration // pause after the first failure; 50ms
	BackoffMax time.Duration // the longest pause; 5s

	// Dial opens a connection; nil is net.Dialer's for TCP.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
}

// The errors of SendMessage and Close that callers tell apart.
var (
	// ErrUnreachable says that no connection to the peer could be opened lately.
	ErrUnreachable = errors.New("peer is unreachable")

	// ErrQueueFull says that the peer does not keep up.
	ErrQueueFull = errors.New("too much is waiting for the peer")

	// ErrClosed says that the engine was closed.
	ErrClosed = errors.New("engine is closed")
)

// WithDefaults returns c with every zero field replaced by its default.
func (c Config) WithDefaults() Config {
	settings.Default(&c.Cluster, "vnext")
	settings.Default(&c.QueueLen, 1024)
	settings.Default(&c.QueueBytes, 64<<20)
	settings.Default(&c.Inbound, 1024)
	settings.Default(&c.Timeout, 10*time.Second)
	settings.Default(&c.Idle, 5*time.Minute)
	settings.Default(&c.BackoffMin, 50*time.Millisecond)
	settings.Default(&c.BackoffMax, 5*time.Second)
	if c.Log == nil {
		c.Log = extmgr.NoLog{}
	}
	if c.Dial == nil {
		c.Dial = func(ctx context.Context, addr string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", addr)
		}
	}
	return c
}

// Validate reports everything that is wrong with c, its defaults filled in, in
// one error; nil means that [New] will accept it.
func (c Config) Validate() error {
	c = c.WithDefaults()
	var wrong settings.Wrong
	wrong.Require(c.Self != "", "Self is empty: want this side's name")
	wrong.Require(len(c.Self) <= 255, "Self has %d bytes: want at most 255", len(c.Self))
	wrong.Require(len(c.Cluster) <= 255, "Cluster has %d bytes: want at most 255", len(c.Cluster))
	wrong.Require(c.Handler != nil, "Handler is nil: want a function that takes messages")
	wrong.Require(c.QueueLen > 0, "QueueLen is %d: want at least 1 message", c.QueueLen)
	wrong.Require(c.QueueBytes > 0, "QueueBytes is %d: want a number of bytes", c.QueueBytes)
	wrong.Require(c.Inbound > 0, "Inbound is %d: want at least 1 connection", c.Inbound)
	wrong.Require(c.Timeout > 0, "Timeout is %v: want a positive duration", c.Timeout)
	wrong.Require(c.Idle > 0, "Idle is %v: want a positive duration", c.Idle)
	wrong.Require(c.BackoffMin > 0, "BackoffMin is %v: want a positive duration", c.BackoffMin)
	wrong.Require(c.BackoffMax >= c.BackoffMin, "BackoffMax is %v: want at least BackoffMin, %v", c.BackoffMax, c.BackoffMin)
	return wrong.Err("tcpnet")
}
