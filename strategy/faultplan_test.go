package strategy_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// faultTrials is the number of executions that a distribution is measured with.
const faultTrials = 20_000

// endless returns two threads that never end next to budgets.
func endless(budgets ...Budget) Program {
	return Program{Threads: []Thread{{Local(), Back()}, {W(0), Back()}}, Budgets: budgets}
}

// faultSteps returns the steps of the faults of a budget.
func faultSteps(tr *Trace, budget int) []int {
	var steps []int
	for _, m := range tr.Moves {
		if m.Action < 0 && m.Budget == budget {
			steps = append(steps, m.Step)
		}
	}
	return steps
}

// One unit happens never with probability 1/4, else at a step uniform over the estimated length.
func TestFaultPlanPositions(t *testing.T) {
	for _, c := range []struct{ length, k int }{{20, 20}, {0, 100}} {
		counts, none := make([]int, c.k), 0
		NewSimulator(t, endless(Budget{Units: 1, Stops: []int{-1}})).Explore(strategy.NewRandom(),
			strategy.Execution{Seed: 1, Length: c.length, MaxSteps: 110}, faultTrials, func(tr *Trace) {
				if steps := faultSteps(tr, 0); len(steps) > 0 {
					counts[steps[0]]++
				} else {
					none++
				}
			})
		Uniform(t, fmt.Sprint("positions over ", c.k), counts)
		Probability(t, "never", none, faultTrials, 0.25)
	}
}

// Several units are independent: their number is binomial, and they come one at a time.
func TestFaultPlanUnits(t *testing.T) {
	const units = 3
	counts := make([]int, units+1)
	NewSimulator(t, endless(Budget{Units: units, Stops: []int{-1}})).Explore(strategy.NewRandom(),
		strategy.Execution{Seed: 2, Length: 10, MaxSteps: 40}, faultTrials, func(tr *Trace) {
			steps := faultSteps(tr, 0)
			counts[len(steps)]++
			for i := 1; i < len(steps); i++ {
				if steps[i] == steps[i-1] {
					t.Errorf("two faults in step %d", steps[i])
				}
			}
		})
	ChiSquare(t, "units used of 3", counts, []float64{1, 9, 27, 27})
}

// The fault of a unit is uniform over those that its budget offers, and no other budget's.
func TestFaultPlanTargets(t *testing.T) {
	counts := make([]int, 4)
	NewSimulator(t, endless(Budget{Units: 1, Stops: []int{-1, -1, -1}}, Budget{Units: 1, Stops: []int{-1}})).Explore(strategy.NewRandom(),
		strategy.Execution{Seed: 3, Length: 10, MaxSteps: 40}, faultTrials, func(tr *Trace) {
			for _, m := range tr.Moves {
				if m.Action < 0 {
					counts[3*m.Budget+m.Place]++
				}
			}
		})
	ChiSquare(t, "faults by target", counts, []float64{1, 1, 1, 3})
}

// What is not due when the program falls silent happens there, unless it never happens.
func TestFaultPlanAtQuiescence(t *testing.T) {
	p := Program{Threads: []Thread{{Local(), Local()}}, Budgets: []Budget{{Units: 2, Stops: []int{-1}}}}
	counts, early := make([]int, 3), 0
	NewSimulator(t, p).Explore(strategy.NewRandom(), strategy.Execution{Seed: 4, Length: 1000}, faultTrials, func(tr *Trace) {
		counts[tr.Faults(0)]++
		for _, at := range faultSteps(tr, 0) {
			if at < 2 {
				early++
			}
		}
	})
	ChiSquare(t, "units used of 2", counts, []float64{1, 6, 9})
	if p := 1.5 * 2 / 1000; math.Abs(float64(early)/faultTrials-p) > 0.002 {
		t.Errorf("%d of %d early faults, expected about %.4f", early, faultTrials, p)
	}
}

// The budgets of all executions hold, also while faults are offered in some steps only.
func TestFaultPlanWithinBudget(t *testing.T) {
	p := Program{
		Threads: []Thread{{Spawn(1), Local(), Local()}, {W(0), Spawn(2)}, {W(0), Local()}},
		Budgets: []Budget{{Units: 1, Stops: []int{2}}, {Units: 2, Stops: []int{0, 1, 2}}},
	}
	most := [2]int{}
	for _, spec := range []string{"random", "pct:3", "pos", "portfolio"} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		NewSimulator(t, p).Explore(factory(), strategy.Execution{Seed: 5, Length: 6}, 5000, func(tr *Trace) {
			for b := range most {
				most[b] = max(most[b], tr.Faults(b))
				if tr.Faults(b) > p.Budgets[b].Units {
					t.Fatalf("%s: %d faults of budget %d", spec, tr.Faults(b), b)
				}
			}
		})
	}
	if most != [2]int{1, 2} {
		t.Errorf("at most %v faults were seen, expected that budgets are used up", most)
	}
}

// The plan depends on the seed alone: other strategies meet the faults in the same steps.
func TestFaultPlanIndependentOfTheSchedule(t *testing.T) {
	p := endless(Budget{Units: 2, Stops: []int{-1}}, Budget{Units: 1, Stops: []int{-1}})
	for seed := range uint64(500) {
		e := strategy.Execution{Seed: seed, Length: 20, MaxSteps: 60}
		want := ""
		for _, s := range []strategy.Strategy{strategy.NewRandom(), strategy.NewPOS(), strategy.NewPCT(3)} {
			tr := Run(t, s, p, e)
			got := fmt.Sprint(faultSteps(tr, 0), faultSteps(tr, 1))
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("seed %d: faults in steps %s under %T, %s under random", seed, got, s, want)
			}
		}
	}
}

// Without faults on offer the plan changes nothing.
func TestFaultPlanWithoutFaults(t *testing.T) {
	for _, p := range Programs() {
		if len(p.Budgets) > 0 {
			continue
		}
		for seed := range uint64(200) {
			e := strategy.Execution{Seed: seed, Length: 10, MaxSteps: 60}
			if a, b := Run(t, strategy.NewPOS(), p, e).Key(), Run(t, strategy.WithFaults(strategy.NewPOS()), p, e).Key(); a != b {
				t.Fatalf("%s: seed %d: %s, with a plan %s", p.Name, seed, a, b)
			}
		}
	}
}

// finished counts its Finish calls.
type finished struct {
	strategy.Random
	n int
}

func (f *finished) Finish(strategy.Result) { f.n++ }

func TestFaultPlanForwards(t *testing.T) {
	pos, end := strategy.NewPOS(), new(finished)
	if got := strategy.ObserverOf(strategy.WithFaults(pos)); got != strategy.Observer(pos) {
		t.Errorf("the observer of the plan around POS is %T", got)
	}
	if got := strategy.ObserverOf(strategy.WithFaults(strategy.NewRandom())); got != nil {
		t.Errorf("the observer of the plan around random is %T", got)
	}
	if !strategy.PropertiesOf(strategy.WithFaults(pos)).Fair || strategy.PropertiesOf(strategy.WithFaults(strategy.NewPCT(2))).Fair {
		t.Error("the plan does not have the properties of what it wraps")
	}
	NewSimulator(t, endless(Budget{Units: 1, Stops: []int{0}})).Explore(end, strategy.Execution{MaxSteps: 10}, 7, func(*Trace) {})
	if end.n != 7 {
		t.Errorf("%d calls of Finish, expected 7", end.n)
	}
	for _, s := range []strategy.Strategy{strategy.NewDFS(0), strategy.NewReplay(nil), strategy.NewGuided(nil), strategy.NewPortfolio(), strategy.NewNonPreemptive()} {
		if strategy.WithFaults(s) != s {
			t.Errorf("%T picks faults itself and was wrapped", s)
		}
	}
}

// Of two budgets that are due in the same step the first one goes first, in whatever order their faults are offered.
func TestFaultPlanTie(t *testing.T) {
	end := []*strategy.Op{{Index: 0, Kind: strategy.End}}
	zero := &strategy.Op{Index: 1, Kind: strategy.Fault, Budget: 0, Units: 1}
	one := &strategy.Op{Index: 2, Kind: strategy.Fault, Budget: 1, Units: 1}
	s := strategy.WithFaults(strategy.NewRandom())
	ties := 0
	for seed := range uint64(200) {
		pick := func(faults ...*strategy.Op) *strategy.Op {
			s.Start(strategy.Execution{Seed: seed, Length: 1})
			if at := s.(strategy.FaultPicker).PickFault(0, end, faults); at > 0 {
				return faults[at-1]
			}
			return nil
		}
		if pick(zero) == nil || pick(one) == nil {
			continue // never
		}
		ties++
		if a, b := pick(zero, one), pick(one, zero); a != zero || b != zero {
			t.Fatalf("seed %d: budgets %d and %d go first, expected 0", seed, a.Budget, b.Budget)
		}
	}
	if ties < 50 {
		t.Errorf("%d ties in 200 executions", ties)
	}
}
