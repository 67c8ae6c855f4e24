package strategytest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/strategytest"
)

// failures collects what a test would fail with.
type failures struct {
	testing.TB
	first string
}

type stop struct{}

func (f *failures) Helper() {}

func (f *failures) Logf(string, ...any) {}

func (f *failures) Errorf(format string, args ...any) {
	if f.first == "" {
		f.first = fmt.Sprintf(format, args...)
	}
}

func (f *failures) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(stop{})
}

// of returns the first failure of a test.
func of(test func(testing.TB)) string {
	f := new(failures)
	func() {
		defer func() {
			if r := recover(); r != nil && r != any(stop{}) {
				f.Errorf("panic: %v", r)
			}
		}()
		test(f)
	}()
	return f.first
}

// broken is a random walk with a defect.
type broken struct {
	*strategy.Random
	defect string
	kept   []*strategy.Op
	picks  int
}

func (b *broken) Pick(ops []*strategy.Op) int {
	at := b.Random.Pick(ops)
	b.picks++
	switch b.defect {
	case "index":
		return len(ops)
	case "change":
		ops[0], ops[1] = ops[1], ops[0]
	case "keep":
		if b.kept == nil {
			b.kept = ops
		} else if b.kept[0].Index > 0 {
			return 0
		}
	case "memory":
		return b.picks % len(ops)
	}
	return at
}

func (b *broken) Value(v strategy.Value) int {
	if b.defect == "value" {
		return -1
	}
	return b.Random.Value(v)
}

func TestCheckFindsDefects(t *testing.T) {
	for defect, want := range map[string]string{
		"":       "",
		"index":  "picked 3 out of 3 operations",
		"value":  "chose the value -1",
		"change": "changed the operations",
		"keep":   "depends on more than its Execution",
		"memory": "depends on more than its Execution",
	} {
		got := of(func(t testing.TB) {
			strategytest.Check(t, func() strategy.Strategy { return &broken{Random: strategy.NewRandom(), defect: defect} })
		})
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("defect %q: %q, expected %q", defect, got, want)
		}
	}
}

// twice is an exhaustive search that runs each schedule two times, or starts again at the end.
type twice struct {
	*strategy.DFS
	restarts bool
	half     bool
}

func (w *twice) Start(e strategy.Execution) bool {
	if w.half = !w.half; w.restarts || w.half {
		if w.DFS.Start(e) {
			return true
		}
		if w.restarts {
			w.DFS = strategy.NewDFS(0)
		}
		return false
	}
	w.DFS = strategy.NewDFS(0)
	return w.DFS.Start(e)
}

func TestCheckFindsDefectsOfExhaustiveStrategies(t *testing.T) {
	for restarts, want := range map[bool]string{false: "are the same", true: "Start returned true after"} {
		got := of(func(t testing.TB) {
			strategytest.Check(t, func() strategy.Strategy { return &twice{DFS: strategy.NewDFS(0), restarts: restarts} })
		})
		if !strings.Contains(got, want) {
			t.Errorf("restarts %v: %q, expected %q", restarts, got, want)
		}
	}
}

func TestStatisticsFindDefects(t *testing.T) {
	for name, c := range map[string]struct {
		test func(testing.TB)
		bad  bool
	}{
		"fair die":      {func(t testing.TB) { strategytest.Uniform(t, "die", []int{1010, 990, 1000, 1020, 980, 1000}) }, false},
		"loaded die":    {func(t testing.TB) { strategytest.Uniform(t, "die", []int{1200, 960, 960, 960, 960, 960}) }, true},
		"weights":       {func(t testing.TB) { strategytest.ChiSquare(t, "coin", []int{750, 250}, []float64{3, 1}) }, false},
		"wrong weights": {func(t testing.TB) { strategytest.ChiSquare(t, "coin", []int{750, 250}, []float64{2, 1}) }, true},
		"few":           {func(t testing.TB) { strategytest.Uniform(t, "coin", []int{2, 2}) }, true},
		"half":          {func(t testing.TB) { strategytest.Probability(t, "half", 5100, 10_000, 0.5) }, false},
		"more":          {func(t testing.TB) { strategytest.Probability(t, "half", 5300, 10_000, 0.5) }, true},
		"at least":      {func(t testing.TB) { strategytest.AtLeast(t, "half", 9000, 10_000, 0.5) }, false},
		"less":          {func(t testing.TB) { strategytest.AtLeast(t, "half", 4700, 10_000, 0.5) }, true},
	} {
		if got := of(c.test); (got != "") != c.bad {
			t.Errorf("%s: failure %q, expected one: %v", name, got, c.bad)
		}
	}
}

// The approximation stays within 1 % below and 8 % above the quantiles of tables.
func TestQuantile(t *testing.T) {
	for d, want := range map[float64]float64{1: 15.137, 2: 18.421, 10: 35.564, 100: 161.319} {
		if got := strategytest.Quantile(d); got < 0.99*want || got > 1.08*want {
			t.Errorf("%v degrees of freedom: %.3f, the table has %.3f", d, got, want)
		}
	}
}
