package command_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// proxy passes connections on, as long as it is not cut. Its address stays when the
// one behind it changes.
type proxy struct {
	listener net.Listener
	work     sync.WaitGroup

	mu     sync.Mutex
	target string
	cut    bool
	closed bool
	conns  map[net.Conn]bool
}

func newProxy(t testing.TB) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, conns: make(map[net.Conn]bool)}
	p.work.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// to sets who is behind the proxy.
func (p *proxy) to(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = addr
}

// partition drops all connections and refuses new ones, or ends that.
func (p *proxy) partition(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	if cut {
		p.drop()
	}
}

// drop closes all connections. New ones are passed on.
func (p *proxy) drop() {
	for c := range p.conns {
		c.Close()
	}
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.pass(c) })
	}
}

func (p *proxy) pass(from net.Conn) {
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
		_, _ = io.Copy(to, from)
		to.Close()
		from.Close()
	})
	_, _ = io.Copy(from, to)
}

func (p *proxy) enter(c net.Conn) (target string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut || p.closed || p.target == "" {
		return "", false
	}
	p.conns[c] = true
	return p.target, true
}

func (p *proxy) leave(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.drop()
	p.mu.Unlock()
	p.work.Wait()
}
