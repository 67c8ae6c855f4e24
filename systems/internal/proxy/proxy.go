// Package proxy stands between two ends of TCP connections in tests of systems as they are deployed: it drops connections,
// keeps a side away for a while, and lets a test watch what the sides say.
//
// A proxy has an address of its own, which stays when whoever is behind it moves. A connection that the proxy takes is
// passed on to whoever is behind it then, both ways, until one side closes it or the proxy drops it; the end of one
// direction ends both.
//
// All methods may be called from several goroutines at the same time.
package proxy

import (
	"io"
	"net"
	"sync"
)

// Watch hears one direction of a connection, on a goroutine of its own: said is what one side says, and what is read from
// it has been passed on to the other side when Read returns. What Watch leaves unread when it returns is passed on as
// well. Read waits, so nothing is passed on in this direction while Watch does something else.
type Watch func(said io.Reader)

// Proxy passes connections on, as long as it is not cut.
type Proxy struct {
	listener net.Listener
	watch    Watch
	work     sync.WaitGroup

	mu     sync.Mutex
	target string
	cut    bool
	closed bool
	conns  map[net.Conn]bool
}

// New returns a proxy on a free port of this machine, with nobody behind it yet. Watch may be nil. Close the proxy when it
// is no longer needed.
func New(watch Watch) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, watch: watch, conns: make(map[net.Conn]bool)}
	p.work.Go(p.accept)
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// To sets who is behind the proxy, for connections that are opened from now on; "" is nobody, and they are closed.
func (p *Proxy) To(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = addr
}

// Partition drops all connections and closes those that are opened from now on, or ends that.
func (p *Proxy) Partition(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	if cut {
		p.drop()
	}
}

// Drop closes all connections, in the middle of a message if one is under way. New ones are passed on.
func (p *Proxy) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop()
}

// Close drops all connections, and returns when nothing is left: each Watch has returned.
func (p *Proxy) Close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.drop()
	p.mu.Unlock()
	p.work.Wait()
}

// drop closes all connections. The caller holds p.mu.
func (p *Proxy) drop() {
	for c := range p.conns {
		c.Close()
	}
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.pass(c) })
	}
}

// pass passes on one connection.
func (p *Proxy) pass(from net.Conn) {
	defer from.Close()
	target, ok := p.enter(from)
	if !ok {
		return
	}
	defer p.leave(from)
	to, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer to.Close()
	if _, ok := p.enter(to); !ok {
		return
	}
	defer p.leave(to)
	p.work.Go(func() {
		p.copy(to, from)
		to.Close()
		from.Close()
	})
	p.copy(from, to)
}

// copy passes on one direction.
func (p *Proxy) copy(to io.Writer, from io.Reader) {
	if p.watch != nil {
		p.watch(io.TeeReader(from, to))
	}
	_, _ = io.Copy(to, from)
}

// enter notes a connection, unless there are to be none. It returns who is behind the proxy.
func (p *Proxy) enter(c net.Conn) (target string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut || p.closed || p.target == "" {
		return "", false
	}
	p.conns[c] = true
	return p.target, true
}

func (p *Proxy) leave(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}
