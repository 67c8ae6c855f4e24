package bars_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/strategy"
)

// watched counts what a program shows to a strategy.
type watched struct {
	strategy.Random
	fewest, most int // operations that could move, behind the start
	picks        int
	wakes        int // operations that were enabled
	faults       int
	second       int // actions that were the second one of a step
}

func (w *watched) Pick(ops []*strategy.Op) int {
	if w.picks++; w.picks > 100 {
		w.fewest, w.most = min(w.fewest, len(ops)), max(w.most, len(ops))
	}
	return w.Random.Pick(ops)
}

func (w *watched) Enabled(*strategy.Op)  { w.wakes++ }
func (w *watched) Disabled(*strategy.Op) {}
func (w *watched) Executed(op *strategy.Op, did []strategy.Action) {
	w.second += len(did) - 1
	if op.Kind == strategy.Fault {
		w.faults++
	}
}

// The ratios mean something only if the programs do what is said of them: all of the busy machines can move in every
// step, others come and go, and faults are on offer for as long as some are left.
func TestBusyPrograms(t *testing.T) {
	for _, n := range []int{8, 1000} {
		for name, body := range map[string]func(*ravel.Context){"busy": bars.Busy(n), "under faults": bars.BusyUnderFaults(n)} {
			w := &watched{fewest: 1 << 30}
			r := bars.NewRunnerOf(w, body, 10_000)
			o := r.Run()
			r.Close()
			if o.Err != nil || !o.Bounded || w.fewest < n || w.most > n+n/4+4 || w.most == n || w.wakes < 500 || w.second < 1000 {
				t.Errorf("%s %d: %v, bounded %v, %+v", name, n, o.Err, o.Bounded, w)
			}
			if (w.faults > 0) != (name == "under faults") {
				t.Errorf("%s %d: %d faults", name, n, w.faults)
			}
		}
	}
}

// Every sampler can be measured, and has a bar for many operations.
func TestSamplers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: measuring every strategy takes some seconds")
	}
	seen := map[string]bool{}
	for _, s := range bars.Samplers() {
		p, err := s.Measure(time.Millisecond)
		if err != nil || seen[s.Name] || s.Bars[1] == 0 {
			t.Errorf("%s: %v, bars %v", s.Name, err, s.Bars)
		}
		seen[s.Name] = true
		for _, steps := range append(p.Engine[:], p.Bare[:]...) {
			if steps.Nanoseconds <= 0 || steps.Ratio <= 0 {
				t.Errorf("%s: %+v", s.Name, p)
			}
		}
	}
}

// Strategies that learn do so while they are measured: behind the profiles URW is not the random walk any more.
func TestRunnersTeach(t *testing.T) {
	urw := strategy.NewURW()
	r := bars.NewRunnerOf(urw, bars.Small, bars.Bound)
	defer r.Close()
	rounds := map[int]bool{}
	for range 8 {
		rounds[urw.Round()] = true
		if o := r.Run(); o.Err != nil {
			t.Fatal(o.Err)
		}
	}
	if !rounds[1] || len(rounds) < 2 {
		t.Errorf("URW was not taught behind its first round, of one execution: it wanted rounds of %v", rounds)
	}
	b := bars.NewBare(strategy.NewQL(), 8, 50, false)
	if s := b.Sample(0, 40); s.Executions != 40 || s.Steps != 2000 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkSampler measures a step of the program of the strategies' bars.
func BenchmarkSampler(b *testing.B) {
	for _, name := range append([]string{"random"}, samplers()...) {
		for size, n := range bars.SizeOps {
			b.Run(fmt.Sprintf("%s/ops=%d", name, n), func(b *testing.B) {
				factory, err := strategy.Parse(name)
				if err != nil {
					b.Fatal(err)
				}
				r := bars.NewRunnerOf(factory(), bars.Busy(n), bars.SizeSteps[size])
				defer r.Close()
				if err := r.Estimate(64); err != nil {
					b.Fatal(err)
				}
				steps := 0
				for b.Loop() {
					steps += r.Run().Steps
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
			})
		}
	}
}

func samplers() (names []string) {
	for _, s := range bars.Samplers() {
		if _, err := strategy.Parse(s.Name); err == nil {
			names = append(names, s.Name)
		}
	}
	return names
}
