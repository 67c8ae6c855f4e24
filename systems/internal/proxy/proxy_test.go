package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/systems/internal/proxy"
)

// echo starts a server that answers each line with its own name and the line.
func echo(t *testing.T, name string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				defer c.Close()
				for lines := bufio.NewScanner(c); lines.Scan(); {
					fmt.Fprintln(c, name, lines.Text())
				}
			})
		}
	})
	// Behind the cleanups of the test's connections.
	t.Cleanup(func() { l.Close(); work.Wait() })
	return l.Addr().String()
}

func newProxy(t *testing.T, watch proxy.Watch) *proxy.Proxy {
	t.Helper()
	p, err := proxy.New(watch)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// client is one connection to a proxy.
type client struct {
	net.Conn
	answers *bufio.Reader
}

func dial(t *testing.T, p *proxy.Proxy) *client {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &client{c, bufio.NewReader(c)}
}

// ask returns the answer to a line; "" when the connection has ended.
func (c *client) ask(line string) string {
	_, _ = fmt.Fprintln(c, line) // that it has ended shows below
	answer, err := c.answers.ReadString('\n')
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(answer, "\n")
}

func TestPassesOn(t *testing.T) {
	a := echo(t, "a")
	p := newProxy(t, nil)
	p.To(a)
	one, two := dial(t, p), dial(t, p)
	for _, c := range []*client{one, two, one} {
		if got := c.ask("x"); got != "a x" {
			t.Errorf("the answer is %q", got)
		}
	}
	// What one side closes ends on the other.
	one.Close()
	if got := two.ask("y"); got != "a y" {
		t.Errorf("the answer is %q when another connection has been closed", got)
	}
}

// The address stays; connections that there are stay with whom they were opened to.
func TestTo(t *testing.T) {
	a, b := echo(t, "a"), echo(t, "b")
	p := newProxy(t, nil)
	if got := dial(t, p).ask("x"); got != "" {
		t.Errorf("nobody answers %q", got)
	}
	p.To(a)
	old := dial(t, p)
	if got := old.ask("x"); got != "a x" {
		t.Errorf("the answer is %q", got)
	}
	p.To(b)
	if got := dial(t, p).ask("x"); got != "b x" {
		t.Errorf("the answer is %q behind To", got)
	}
	if got := old.ask("y"); got != "a y" {
		t.Errorf("the answer is %q on the connection from before", got)
	}
	p.To("")
	if got := dial(t, p).ask("x"); got != "" {
		t.Errorf("nobody answers %q", got)
	}
}

func TestPartition(t *testing.T) {
	p := newProxy(t, nil)
	p.To(echo(t, "a"))
	c := dial(t, p)
	if got := c.ask("x"); got != "a x" {
		t.Fatalf("the answer is %q", got)
	}
	p.Partition(true)
	if got := c.ask("y"); got != "" {
		t.Errorf("the answer is %q in a partition", got)
	}
	if got := dial(t, p).ask("z"); got != "" {
		t.Errorf("the answer is %q to who comes in a partition", got)
	}
	p.Partition(false)
	if got := c.ask("y"); got != "" {
		t.Errorf("the answer is %q on a connection that was dropped", got)
	}
	if got := dial(t, p).ask("x"); got != "a x" {
		t.Errorf("the answer is %q behind a partition", got)
	}
}

func TestDrop(t *testing.T) {
	p := newProxy(t, nil)
	p.To(echo(t, "a"))
	c := dial(t, p)
	if got := c.ask("x"); got != "a x" {
		t.Fatalf("the answer is %q", got)
	}
	p.Drop()
	if got := c.ask("y"); got != "" {
		t.Errorf("the answer is %q on a connection that was dropped", got)
	}
	if got := dial(t, p).ask("x"); got != "a x" {
		t.Errorf("the answer is %q on a new connection", got)
	}
}

// A watch counts messages as they come by, and need not read to the end.
func TestWatch(t *testing.T) {
	for name, tt := range map[string]struct{ asks, reads int }{
		"everything":       {3, 100},
		"and then no more": {3, 2},
		"nothing":          {3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var messages atomic.Int64
			p := newProxy(t, func(said io.Reader) {
				lines := bufio.NewReader(said)
				for range tt.reads {
					if _, err := lines.ReadString('\n'); err != nil {
						return
					}
					messages.Add(1)
				}
			})
			p.To(echo(t, "a"))
			c := dial(t, p)
			for i := range tt.asks {
				if got, want := c.ask(fmt.Sprint(i)), fmt.Sprint("a ", i); got != want {
					t.Errorf("the answer is %q, want %q", got, want)
				}
			}
			p.Close() // the watches have returned
			if got, want := messages.Load(), int64(2*min(tt.asks, tt.reads)); got != want {
				t.Errorf("%d messages both ways, want %d", got, want)
			}
		})
	}
}

// Close ends what is under way, and waits for it.
func TestClose(t *testing.T) {
	watching := make(chan bool, 2)
	p := newProxy(t, func(said io.Reader) {
		_, _ = io.Copy(io.Discard, said)
		watching <- false
	})
	p.To(echo(t, "a"))
	c := dial(t, p)
	if got := c.ask("x"); got != "a x" {
		t.Fatalf("the answer is %q", got)
	}
	p.Close()
	if n := len(watching); n != 2 {
		t.Errorf("%d of 2 directions have ended", n)
	}
	if got := c.ask("y"); got != "" {
		t.Errorf("the answer is %q of a closed proxy", got)
	}
	p.Close() // again does nothing
}
