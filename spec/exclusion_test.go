package spec_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
)

type (
	wish    struct{ from ravel.ID }
	granted struct{ epoch int }
	giveUp  struct{}
)

var locks spec.Exclusion[string, int, string]

// keeper grants a lock twice.
func keeper(c *ravel.Context, bug string) {
	for i := range 2 {
		w := ravel.Receive[wish](c)
		epoch := 0
		if bug == "epochs" {
			epoch = i
		}
		c.Send(w.from, granted{epoch})
		if bug != "grants at once" && bug != "epochs" {
			ravel.Receive[giveUp](c)
		}
	}
}

// locking has two clients that use a lock one after the other.
func locking(bug string) func(*check.T) {
	return func(t *check.T) {
		s := locks
		s.Once = bug == "once"
		t.Monitor(s.Monitor())
		k := t.Go("keeper", func(c *ravel.Context) { keeper(c, bug) })
		for _, name := range []string{"c1", "c2"} {
			t.Go(name, func(c *ravel.Context) {
				c.Send(k, wish{c.Self()})
				g := ravel.Receive[granted](c)
				c.Notify(locks.Acquired("lock", g.epoch, name))
				c.Notify(locks.Acquired("lock", g.epoch, name)) // a holder may say so again
				if bug == "releases what is another's" {
					c.Notify(locks.Released("lock", g.epoch, "somebody else"))
				}
				if bug != "grants at once" {
					c.Notify(locks.Released("lock", g.epoch, name))
				}
				if bug == "releases twice" {
					c.Notify(locks.Released("lock", g.epoch, name))
				}
				c.Send(k, giveUp{})
			})
		}
	}
}

func TestExclusion(t *testing.T) {
	t.Run("correct", func(t *testing.T) { spectest.Correct(t, locking("")) })
	t.Run("epochs exclude nothing", func(t *testing.T) { spectest.Correct(t, locking("epochs")) })
	for bug, want := range map[string]string{
		"grants at once":             "c2 acquires lock in epoch 0, which c1 holds",
		"once":                       "c2 acquires lock in epoch 0, which was c1's: an epoch has one holder for ever",
		"releases what is another's": "somebody else releases lock in epoch 0, which c1 holds",
		"releases twice":             "c1 releases lock in epoch 0, which nobody holds",
	} {
		t.Run(bug, func(t *testing.T) { spectest.Mutant(t, locking(bug), want) })
	}
}
