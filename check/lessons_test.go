package check_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
)

// Strategies that learn, or end executions themselves, do the same with any number of workers.
func TestAdaptiveStrategiesWithAnyWorkers(t *testing.T) {
	found := map[string]int{}
	for _, strat := range []string{"irs", "urw", "surw", "ql", "feedback", "feedback:pos", "portfolio", "portfolio:ss:rtc,ql,feedback:pos,urw"} {
		for name, body := range fails {
			for seed := uint64(1); seed <= 2; seed++ {
				cfg := check.Config{Schedules: 400, Strategy: strat, Seed: seed, Seeded: true, Steps: 300}
				var first string
				for _, cfg.Workers = range []int{1, 2, 7} {
					r := explore(t, cfg, body)
					if f := r.Failure; f != nil {
						found[strat]++
						if !f.Reproduced {
							t.Errorf("%s, %s, seed %d: %v", name, strat, seed, f.Err)
						}
					}
					d := fmt.Sprint(digest(r), r.Curtailed)
					if first == "" {
						first = d
					}
					if d != first {
						t.Fatalf("%s, strategy %s, seed %d: with 1 worker\n%s\n\nwith %d\n%s", name, strat, seed, first, cfg.Workers, d)
					}
				}
			}
		}
		if found[strat] < 3*len(fails) {
			t.Errorf("%s found %d failures only", strat, found[strat])
		}
	}
}

// Behind the last estimates, where executions are also repeated, adaptive strategies still do the same.
func TestAdaptiveStrategiesGoOn(t *testing.T) {
	body := func(t *check.T) {
		ring(3, 4)(t)
		t.Send(t.Create(stationMachine.New(&station{})), token{0})
		t.Int(3)
	}
	for _, strat := range []string{"irs", "urw", "surw", "ql", "feedback", "feedback:pos", "portfolio", "portfolio:ss:rtc,ql,feedback:pos,urw"} {
		cfg := check.Config{Schedules: 3000, Strategy: strat}
		var first string
		for _, cfg.Workers = range []int{1, 2, 7} {
			r := explore(t, cfg, body)
			if r.Failure != nil || r.Nondeterminism != nil || len(r.Notes) > 0 {
				t.Errorf("%s: %s", strat, r.Summary())
			}
			d := fmt.Sprint(digest(r), r.Curtailed)
			if first == "" {
				first = d
			}
			if d != first {
				t.Errorf("strategy %s: with 1 worker\n%s\nwith %d\n%s", strat, first, cfg.Workers, d)
			}
		}
	}
}

// pupil writes down what it is taught. Its lessons are the numbers of the executions, but for every third.
type pupil struct {
	*strategy.Random
	k       uint64
	learned [][]uint64
	breaks  bool
}

func (p *pupil) Start(e strategy.Execution) bool {
	p.k = e.K
	return p.Random.Start(e)
}

func (p *pupil) Lesson() any {
	if p.k%3 == 0 {
		return nil
	}
	return p.k
}

func (p *pupil) Learn(lessons []any) {
	if p.breaks {
		panic("too much")
	}
	var ks []uint64
	for _, l := range lessons {
		ks = append(ks, l.(uint64))
	}
	p.learned = append(p.learned, ks)
}

// Round wants rounds of 10 until it has learnt 30 times, then of any length.
func (p *pupil) Round() int {
	if len(p.learned) < 30 {
		return 10
	}
	return 0
}

// Every worker learns every lesson once, in the order of the executions, at the end of rounds that are cut at the
// lengths that the strategy asks for and at those of the estimates.
func TestLessons(t *testing.T) {
	body := func(t *check.T) { t.Int(1000) }
	var ends []int // 10 more each time, but no further than to the next of 16, 64, 256, 1024
	for from := 0; from < 5000; from = ends[len(ends)-1] {
		end := 5000
		if len(ends) < 30 {
			end = min(end, from+10)
		}
		for _, estimate := range []int{16, 64, 256, 1024} {
			if from < estimate {
				end = min(end, estimate)
			}
		}
		ends = append(ends, end)
	}
	var want [][]uint64
	from := 0
	for _, end := range ends {
		var ks []uint64
		for k := from; k < end; k++ {
			if k%3 > 0 {
				ks = append(ks, uint64(k))
			}
		}
		want, from = append(want, ks), end
	}
	for _, workers := range []int{1, 2, 7} {
		var all []*pupil
		cfg := check.Config{Schedules: 5000, Workers: workers, Strategy: "pupil", Custom: func() strategy.Strategy {
			all = append(all, &pupil{Random: strategy.NewRandom()})
			return all[len(all)-1]
		}}
		if r := explore(t, cfg, body); r.Executions != 5000 || r.Failure != nil || r.Nondeterminism != nil {
			t.Fatal(r.Summary())
		}
		taught := 0
		for _, p := range all {
			if len(p.learned) == 0 {
				continue // one that was only asked for its name
			}
			taught++
			if !slices.EqualFunc(p.learned, want, slices.Equal) {
				t.Errorf("with %d workers, one learnt %v, expected %v", workers, p.learned, want)
			}
		}
		if taught != workers {
			t.Errorf("%d of %d workers have learnt", taught, workers)
		}
	}
}

// A strategy that breaks while it learns ends the run with an error and not the process.
func TestLearnThatPanics(t *testing.T) {
	cfg := check.Config{Schedules: 100, Workers: 2, Strategy: "pupil", Custom: func() strategy.Strategy {
		return &pupil{Random: strategy.NewRandom(), breaks: true}
	}}
	if _, err := check.Explore("program", cfg, func(t *check.T) { t.Int(9) }); err == nil || !matches(err.Error(), "strategy pupil cannot be used: .*too much") {
		t.Errorf("error %v", err)
	}
}

// What the strategy ends early is no failure, even where the step bound is one, and is reported apart.
func TestEndedByTheStrategy(t *testing.T) {
	forever := ring(2, 1<<30)
	cfg := check.Config{Schedules: 212 + 20, Steps: 250, Strategy: "irs"}
	r := explore(t, cfg, forever)
	if r.Curtailed != 212 || r.Bounded != 20 || r.LongestExecution != 250 ||
		!matches(r.Summary(), "212 executions were ended early by the strategy") || !matches(r.Summary(), "20 executions were cut at the step bound") {
		t.Error(r.Summary())
	}
	cfg.BoundIsFailure = true
	if r = explore(t, cfg, forever); r.Failure == nil || r.Failure.Execution != 212 || r.Curtailed != 212 || !r.Failure.Reproduced {
		t.Error(r.Summary())
	}
}
