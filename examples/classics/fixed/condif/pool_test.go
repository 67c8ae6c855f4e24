package condif

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A server counts the connections to it.
type server struct{ open, total atomic.Int32 }

func (s *server) dial() (Conn, error) {
	s.open.Add(1)
	s.total.Add(1)
	return &conn{server: s}, nil
}

type conn struct {
	server *server
	busy   atomic.Bool
}

func (c *conn) Query(q string) (string, error) {
	if !c.busy.CompareAndSwap(false, true) {
		return "", errors.New("two queries on one connection")
	}
	defer c.busy.Store(false)
	return strings.ToUpper(q), nil
}

func (c *conn) Close() error {
	c.server.open.Add(-1)
	return nil
}

func TestQueries(t *testing.T) {
	for _, tt := range []struct{ max, clients int }{{1, 1}, {2, 2}, {1, 3}} {
		t.Run(fmt.Sprintf("%d clients, at most %d connections", tt.clients, tt.max), func(t *testing.T) {
			var srv server
			p := NewPool(tt.max, srv.dial)
			t.Cleanup(func() {
				p.Close()
				if n := srv.open.Load(); n != 0 {
					t.Errorf("%d connections were left open", n)
				}
				if _, err := p.Query("late"); !errors.Is(err, ErrClosed) {
					t.Errorf("error %v, want %v", err, ErrClosed)
				}
			})
			var clients sync.WaitGroup
			for range tt.clients {
				clients.Go(func() {
					if got, err := p.Query("ping"); got != "PING" || err != nil {
						t.Errorf("got %q, %v", got, err)
					}
				})
			}
			clients.Wait()
			if n := int(srv.total.Load()); n > tt.max {
				t.Errorf("%d connections were opened, at most %d are allowed", n, tt.max)
			}
		})
	}
}
