package drill

import (
	"io"
	"net"
	"sync"
	"sync/atomic"

	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// Proxy passes connections on, as long as it is not cut. Its address stays when the
// one behind it changes.
type Proxy struct {
	listener net.Listener
	work     sync.WaitGroup
	messages atomic.Int64

	mu     sync.Mutex
	target string
	cut    bool
	closed bool
	conns  map[net.Conn]bool
}

// NewProxy returns a proxy on a free port, with nobody behind it yet.
func NewProxy() (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, conns: make(map[net.Conn]bool)}
	p.work.Go(p.accept)
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Messages is how many messages have come from either side.
func (p *Proxy) Messages() int64 { return p.messages.Load() }

// To sets who is behind the proxy.
func (p *Proxy) To(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = addr
}

// Partition drops all connections and refuses new ones, or ends that.
func (p *Proxy) Partition(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	if cut {
		p.drop()
	}
}

// drop closes all connections. New ones are passed on.
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

// copy passes on what one side says, and counts the messages. What is none is passed on
// as well.
func (p *Proxy) copy(to io.Writer, from io.Reader) {
	through := io.TeeReader(from, to)
	if _, err := wire.ReadGreeting(through); err == nil {
		for {
			if _, err := wire.Read(through); err != nil {
				break
			}
			p.messages.Add(1)
		}
	}
	_, _ = io.Copy(to, from)
}

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

// Close drops all connections, and returns when nothing is left.
func (p *Proxy) Close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.drop()
	p.mu.Unlock()
	p.work.Wait()
}
