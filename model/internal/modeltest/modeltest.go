// Package modeltest holds what the tests of all models look for besides outcomes.
package modeltest

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/strategy"
)

// Test runs rows, and reports state that has no fingerprint and memory that two machines share.
func Test(t *testing.T, rows []enginetest.Row) {
	t.Helper()
	for i := range rows {
		rows[i].Finished = clean
	}
	enginetest.Test(t, rows)
}

func clean(t testing.TB, o engine.Outcome) {
	if o.Unhashable != nil {
		t.Errorf("no fingerprint: %v", o.Unhashable)
	}
	if o.Shared != nil {
		t.Errorf("shared memory: %v", o.Shared)
	}
}

// Faultless explores rows at random and reports every fault that is on offer.
func Faultless(t *testing.T, rows []enginetest.Row) {
	t.Helper()
	for i := range rows {
		rows[i].Strategy = func() strategy.Strategy { return &faultless{strategy.NewRandom(), t} }
	}
	Test(t, rows)
}

type faultless struct {
	*strategy.Random
	t *testing.T
}

// PickFault implements strategy.FaultPicker.
func (f *faultless) PickFault(_ int, ops, faults []*strategy.Op) int {
	var names []string
	for _, o := range faults {
		names = append(names, o.Name)
	}
	f.t.Errorf("faults on offer: %s", strings.Join(names, ", "))
	return f.Pick(ops)
}

// Sampled explores rows by a random walk, which must meet the same outcomes as exhaustive search.
func Sampled(t *testing.T, rows []enginetest.Row) {
	t.Helper()
	for i := range rows {
		rows[i].Strategy = func() strategy.Strategy {
			return &sampled{strategy.WithFaults(strategy.NewRandom()).(*strategy.FaultPlan)}
		}
		if rows[i].Runs == 0 {
			rows[i].Runs = 600
		}
	}
	Test(t, rows)
}

// sampled is a random walk that knows how long the rows' executions are: faults fall due at a step up to that.
type sampled struct{ *strategy.FaultPlan }

// Start implements strategy.Strategy.
func (s *sampled) Start(e strategy.Execution) bool {
	e.Length = 25
	return s.FaultPlan.Start(e)
}
