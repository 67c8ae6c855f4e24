package live_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// replaced crashes a machine that is amid a handler, starts it again as a worker, sends that one an event, has the old handler
// go on after a while, and returns the worker.
func replaced(t *testing.T, s *live.System, id ravel.ID, goOn chan struct{}) *worker {
	t.Helper()
	next := &worker{out: func(int) { t.Error("what the old incarnation waited for has come to the next one") }}
	_, _ = s.Go("operator", func(c *ravel.Context) {
		c.Crash(id)
		c.Restart(id, workerMachine.New(next))
		c.Send(id, add{2})
	})
	time.Sleep(10 * time.Second)
	close(goOn)
	synctest.Wait()
	return next
}

// What is sent to a machine that was restarted is for its new incarnation, and the one that still looks through the inbox for
// something does not find it.
func TestOldIncarnationTakesNothing(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		goOn := make(chan struct{})
		id, _ := s.Go("old", func(c *ravel.Context) {
			ravel.ReceiveWhere(c, func(a add) bool {
				<-goOn // the real world
				return a.n == 2
			})
			t.Error("the old incarnation has received something")
		})
		send(t, s, id, add{1})
		synctest.Wait()
		if next := replaced(t, s, id, goOn); next.sum != 2 {
			t.Errorf("the new incarnation has heard %d, want 2", next.sum)
		}
		if want := map[live.Reason]uint64{live.Down: 1}; !equal(s.DeadLetters(), want) {
			t.Errorf("dead letters %v, want that of the event before the crash: %v", s.DeadLetters(), want)
		}
	})
}

// A timer of a machine that was restarted does not fire for its new incarnation.
func TestOldIncarnationsTimer(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		goOn := make(chan struct{})
		id, _ := s.Go("old", func(c *ravel.Context) {
			c.After(time.Second, report{})
			c.Yield() // it runs
			<-goOn
		})
		synctest.Wait()
		if next := replaced(t, s, id, goOn); next.sum != 2 {
			t.Errorf("the new incarnation has heard %d, want 2", next.sum)
		}
		time.Sleep(10 * time.Second)
	})
}
