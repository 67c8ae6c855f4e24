package trial

import (
	"testing"

	"github.com/ravelgo/ravel/check"
)

// Options choose a test of a system, and know how it is to be explored.
type Options interface{ Settings() check.Config }

// Study is the test of a system, for each of its options.
type Study[O Options] struct{ body func(O) func(*check.T) }

// Of returns the study of a system whose function body makes the bodies of its tests.
func Of[O Options](body func(O) func(*check.T)) Study[O] { return Study[O]{body} }

// Explore explores the test that o describes, with its settings and those given, and without go test's flags and saved
// schedules. Settings that make no sense end t.
func (s Study[O]) Explore(t testing.TB, o O, settings ...check.Option) *check.Report {
	t.Helper()
	cfg := o.Settings()
	for _, set := range settings {
		set(&cfg)
	}
	r, err := check.Explore(t.Name(), cfg, s.body(o))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Bounds are the part of the settings that belongs to the test that o describes, for check.Test.
func (s Study[O]) Bounds(o O) check.Option {
	return func(c *check.Config) {
		own := o.Settings()
		c.Steps, c.Threshold = own.Steps, own.Threshold
		c.OrderedClock, c.EarlyTimers = own.OrderedClock, own.EarlyTimers
		c.Inbox, c.Inboxes = own.Inbox, own.Inboxes
	}
}

// Seeded are the settings of a search for a bug with a seed. What is found is not shrunk.
func Seeded(schedules, seed uint64) check.Option {
	return func(c *check.Config) {
		c.Schedules, c.Seed, c.Seeded, c.NoShrink = schedules, seed, true, true
	}
}

// Few is n, or a tenth of it under -short.
func Few(n uint64) uint64 {
	if testing.Short() {
		return n / 10
	}
	return n
}
