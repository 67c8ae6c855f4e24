package live_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// gathering is where machines wait, amid a handler, until all of them are there.
type gathering struct {
	missing atomic.Int32
	all     chan struct{}
}

func newGathering(n int) *gathering {
	g := &gathering{all: make(chan struct{})}
	g.missing.Store(int32(n))
	return g
}

func (g *gathering) wait() {
	if g.missing.Add(-1) == 0 {
		close(g.all)
	}
	<-g.all
}

type guest struct{ at *gathering }

var guestMachine = ravel.Define[guest]("Guest", ravel.Start("Invited", ravel.On(func(m *guest, c *ravel.Context, a add) {
	if a.n > 0 {
		m.at.wait()
	}
})))

// However many machines one handler makes active, and however long the handlers of some of them wait, none is held up.
func TestWaitingHandlersHoldUpNobody(t *testing.T) {
	for _, n := range []int{1, 2, 3, 15, 16, 17, 18, 33, 100} {
		bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
			g := newGathering(n)
			var guests []ravel.ID
			for range n {
				guests = append(guests, create(t, s, guestMachine.New(&guest{g})))
			}
			synctest.Wait()
			_, _ = s.Go("host", func(c *ravel.Context) {
				for _, id := range guests {
					c.Send(id, add{1})
				}
			})
			synctest.Wait()
			if left := g.missing.Load(); left != 0 {
				t.Errorf("of %d machines %d are held up", n, left)
				close(g.all)
			}
		})
	}
}

// Nor is one held up by the sender that made it active, when a later effect of that one waits: for another node, here.
func TestWaitingEffectHoldsUpNobody(t *testing.T) {
	for _, n := range []int{1, 2, 20} {
		bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
			g := newGathering(n + 1)
			far := s.Remote("far", func(ravel.ID, any) error { g.wait(); return nil })
			_, _ = s.Go("host", func(c *ravel.Context) {
				for range n {
					c.Send(c.Create(guestMachine.New(&guest{g})), add{1})
				}
				c.Send(far, add{1})
			})
			synctest.Wait()
			if left := g.missing.Load(); left != 0 {
				t.Errorf("of %d, %d are held up", n, left)
				close(g.all)
			}
		})
	}
}

// A handler that ends its goroutine, which runs other machines as well, takes none of them with it.
func TestExitTakesNobodyWithIt(t *testing.T) {
	const n = 40
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		var done atomic.Int32
		_, _ = s.Go("host", func(c *ravel.Context) {
			for i := range n {
				c.Go("guest", func(*ravel.Context) {
					done.Add(1)
					if i%3 == 0 {
						runtime.Goexit()
					}
				})
			}
		})
		synctest.Wait()
		if done.Load() != n {
			t.Errorf("%d of %d machines have run", done.Load(), n)
		}
	})
}

// BenchmarkFanOut is what one machine sends to a hundred in turn.
func BenchmarkFanOut(b *testing.B) {
	s := start(b, live.Options{})
	const fan = 100
	var done sync.WaitGroup
	done.Add(fan)
	each := (b.N + fan - 1) / fan
	var to []ravel.ID
	for range fan {
		to = append(to, create(b, s, counterMachine.New(&counter{want: each, done: &done})))
	}
	b.ReportAllocs()
	b.ResetTimer()
	_, _ = s.Go("source", func(c *ravel.Context) {
		for range each {
			for _, id := range to {
				c.Send(id, hit{})
			}
			c.Yield()
		}
	})
	done.Wait()
}
