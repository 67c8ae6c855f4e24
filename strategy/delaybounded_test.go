package strategy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// priced is a depth-first search of everything that counts what each execution costs.
type priced struct {
	*strategy.DFS
	cost int
}

// delayPriced finds out by trial how many delays each choice takes under an explorer.
type delayPriced struct {
	priced
	factory  delaying.Factory
	explorer delaying.Explorer
	known    map[int]bool
	machines int
}

func (p *delayPriced) Start(e strategy.Execution) bool {
	p.cost, p.machines, p.known, p.explorer = 0, 0, map[int]bool{}, p.factory(e.Run)
	return p.DFS.Start(e)
}

func (p *delayPriced) Pick(ops []*strategy.Op) int { return p.take(ops, p.DFS.Pick(ops)) }

func (p *delayPriced) take(ops []*strategy.Op, at int) int {
	delays := 0
	for ; int(p.explorer.Next()) != ops[at].Index; delays++ {
		p.explorer.Delay()
	}
	p.cost += delays
	return at
}

func (p *delayPriced) PickFault(step int, ops, faults []*strategy.Op) int {
	at := p.DFS.PickFault(step, ops, faults)
	if at < len(ops) {
		if len(ops) > 1 {
			p.take(ops, at)
		}
		return at
	}
	p.cost++
	for _, f := range faults {
		if f.Index < faults[at-len(ops)].Index {
			p.cost++
		}
	}
	return at
}

func (p *delayPriced) Value(v strategy.Value) int {
	n := p.DFS.Value(v)
	p.cost += n
	return n
}

func (p *delayPriced) Enabled(op *strategy.Op) {
	id := delaying.ID(op.Index)
	if !p.known[op.Index] {
		p.known[op.Index] = true
		p.explorer.Start(id, delaying.ID(op.Creator.Index))
		return
	}
	p.explorer.Enabled(id)
}

func (p *delayPriced) Disabled(op *strategy.Op) { p.explorer.Blocked(delaying.ID(op.Index)) }

func (p *delayPriced) Executed(op *strategy.Op, did []strategy.Action) {
	if s, ok := p.explorer.(delaying.Stepper); ok && op.Kind == strategy.Machine {
		s.Step(delaying.ID(op.Index))
	}
	p.DFS.Executed(op, did)
}

// preemptionPriced counts preemptions.
type preemptionPriced struct {
	priced
	ran *strategy.Op
}

func (p *preemptionPriced) Start(e strategy.Execution) bool {
	p.cost, p.ran = 0, nil
	return p.DFS.Start(e)
}

func (p *preemptionPriced) Pick(ops []*strategy.Op) int { return p.count(ops, p.DFS.Pick(ops)) }

func (p *preemptionPriced) PickFault(step int, ops, faults []*strategy.Op) int {
	return p.count(ops, p.DFS.PickFault(step, ops, faults))
}

func (p *preemptionPriced) count(ops []*strategy.Op, at int) int {
	if slices.Contains(ops, p.ran) && (at >= len(ops) || ops[at] != p.ran) {
		p.cost++
	}
	return at
}

func (p *preemptionPriced) Executed(op *strategy.Op, did []strategy.Action) {
	if op.Kind == strategy.Machine {
		p.ran = op
	}
	p.DFS.Executed(op, did)
}

// small are programs that a search of everything gets through.
func small() []Program {
	programs := []Program{
		{Name: "2x3", Threads: []Thread{Repeat(3, W(0)), Repeat(3, W(0))}},
		{Name: "3x2", Threads: []Thread{Repeat(2, W(0)), Repeat(2, W(0)), Repeat(2, W(0))}},
		{Name: "wide", Threads: []Thread{{Local(), Choose(5)}, {Flip()}}},
		{Name: "none", Threads: []Thread{{Local()}}},
	}
	for _, p := range Programs() {
		if p.Name != "endless" {
			programs = append(programs, p)
		}
	}
	return programs
}

// bounded is what the bounded searches have.
type bounded interface {
	strategy.Strategy
	Exhausted() bool
	Complete() bool
	Within() string
	Strata() []uint64
	Err() error
}

// strataOf runs a search of everything and returns the keys of the executions by cost.
func strataOf(sim *Simulator, all strategy.Strategy, cost *int) (strata [][]string) {
	sim.Explore(all, strategy.Execution{Seed: 5}, 1_000_000, func(tr *Trace) {
		for *cost >= len(strata) {
			strata = append(strata, nil)
		}
		strata[*cost] = append(strata[*cost], tr.Key())
	})
	return strata
}

// testStrata tests that a bounded search runs exactly the executions of the strata up to its bound, in their order.
func testStrata(t *testing.T, sim *Simulator, name string, strata [][]string, bound int, s bounded) {
	t.Helper()
	var got []string
	n := sim.Explore(s, strategy.Execution{Seed: 5}, 1_000_000, func(tr *Trace) { got = append(got, tr.Key()) })
	if !s.Exhausted() || s.Err() != nil || s.Complete() != (bound+1 >= len(strata)) {
		t.Errorf("%s: exhausted %v, complete %v, error %v", name, s.Exhausted(), s.Complete(), s.Err())
	}
	counts := s.Strata()
	for i, want := range strata[:min(bound+1, len(strata))] {
		if len(got) < len(want) || len(counts) <= i && len(want) > 0 {
			t.Fatalf("%s: %d executions, strata %v, expected %d in stratum %d", name, n, counts, len(want), i)
		}
		have := slices.Clone(got[:len(want)])
		got = got[len(want):]
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s: stratum %d is %q, expected %q", name, i, have, want)
		}
		if len(want) > 0 && counts[i] != uint64(len(want)) {
			t.Errorf("%s: stratum %d has %d executions, %d were counted", name, i, len(want), counts[i])
		}
	}
	if len(got) > 0 {
		t.Errorf("%s: too many executions: %q", name, got)
	}
}

func TestDelayBoundedRunsExactlyItsStrata(t *testing.T) {
	for _, name := range delaying.Names() {
		factory := delaying.Named(name)
		for _, p := range small() {
			for _, first := range []bool{false, true} {
				sim := NewSimulator(t, p)
				sim.ExecutedFirst = first
				all := &delayPriced{priced: priced{DFS: strategy.NewDFS(0)}, factory: factory}
				strata := strataOf(sim, all, &all.cost)
				for bound := range min(len(strata)+1, 6) {
					what := fmt.Sprintf("%s, %s, at most %d delays", p.Name, name, bound)
					testStrata(t, sim, what, strata, bound, strategy.NewDelayBounded(bound, factory))
				}
			}
		}
	}
}

func TestPreemptionBoundedRunsExactlyItsStrata(t *testing.T) {
	for _, p := range small() {
		sim := NewSimulator(t, p)
		all := &preemptionPriced{priced: priced{DFS: strategy.NewDFS(0)}}
		strata := strataOf(sim, all, &all.cost)
		for bound := range len(strata) + 1 {
			what := fmt.Sprintf("%s, at most %d preemptions", p.Name, bound)
			testStrata(t, sim, what, strata, bound, strategy.NewPreemptionBounded(bound))
		}
	}
}

// Some counts that can be worked out by hand.
func TestStrataCounts(t *testing.T) {
	two := Program{Threads: []Thread{Repeat(3, W(0)), Repeat(3, W(0))}}
	value := Program{Threads: []Thread{{Choose(4), Flip()}}}
	fault := Program{Threads: []Thread{Repeat(2, Local())}, Budgets: []Budget{{Units: 1, Stops: []int{-1, -1}}}}
	for _, c := range []struct {
		name string
		p    Program
		s    bounded
		want string
	}{
		// Runs of threads a and b, 3 steps each: with c preemptions the first one is split at c of its 2 places by turns.
		{"preemptions", two, strategy.NewPreemptionBounded(9), "[2 4 8 4 2]"},
		// The same, and b can only begin after a delay: half of [2 4 8 4 2], and that again, one delay dearer.
		{"delays", two, strategy.NewDelayBounded(9, delaying.Named("rr")), "[1 3 6 6 3 1]"},
		{"values", value, strategy.NewDelayBounded(9, delaying.Named("rr")), "[1 2 2 2 1]"},
		// In Zing's count each of the 2 and the 4 values but the first costs one.
		{"values, as Zing counts", value, strategy.NewDelayBounded(9, delaying.Named("rr"), strategy.ZingCost()), "[1 4 3]"},
		{"rounds of two strata", two, strategy.NewDelayBounded(9, delaying.Named("rr"), strategy.Delta(2)), "[1 3 6 6 3 1]"},
		{"values are no preemptions", value, strategy.NewPreemptionBounded(9), "[8]"},
		{"the first fault is one delay behind, the second one two", fault, strategy.NewDelayBounded(9, delaying.Named("rr")), "[1 3 3]"},
	} {
		NewSimulator(t, c.p).Explore(c.s, strategy.Execution{}, 1000, func(*Trace) {})
		if got := fmt.Sprint(c.s.Strata()); got != c.want {
			t.Errorf("%s: %s, expected %s", c.name, got, c.want)
		}
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		s    bounded
		want string
	}{
		{strategy.NewDelayBounded(1, delaying.Named("rr")), "with at most 1 delay"},
		{strategy.NewDelayBounded(2, delaying.Named("rr")), "with at most 2 delays"},
		{strategy.NewPreemptionBounded(3), "with at most 3 preemptions"},
	} {
		if got := c.s.Within(); got != c.want {
			t.Errorf("%q, expected %q", got, c.want)
		}
	}
}

// A program that is not deterministic is found out wherever it differs.
func TestBoundedSearchFindsNondeterminism(t *testing.T) {
	for _, c := range []struct {
		name string
		runs [][]int // how many operations the executions have at each pick
		want string
	}{
		{"another number", [][]int{{2, 2}, {3}}, "choice 0: recorded schedule 0 of 2, but the program asked for schedule of 3"},
		{"an early end", [][]int{{2, 2}, nil}, "the execution ended before choice 0"},
		{"another number earlier than the parent's choices", [][]int{{2, 2, 2}, {2, 2, 2}, {2, 2, 2}, {3, 2, 2}}, "before choice 2"},
	} {
		s := strategy.NewPreemptionBounded(1)
		for i, sizes := range c.runs {
			if s.Err() != nil || !s.Start(strategy.Execution{}) {
				t.Fatalf("%s: the search ended before execution %d: %v", c.name, i, s.Err())
			}
			for _, n := range sizes {
				s.Pick(operations(n))
			}
			s.Finish(strategy.Result{})
		}
		if s.Err() == nil || !strings.HasSuffix(s.Err().Error(), c.want) {
			t.Errorf("%s: error %v, expected it to end with %q", c.name, s.Err(), c.want)
		}
		if s.Start(strategy.Execution{}) || s.Exhausted() {
			t.Errorf("%s: the search went on", c.name)
		}
	}
}

// The names that Parse reads stand for the searches that they say.
func TestParseBounded(t *testing.T) {
	p := Program{Threads: []Thread{Repeat(2, W(0)), Repeat(2, W(0)), Repeat(2, W(0))}}
	keys := func(s strategy.Strategy) (all []string) {
		NewSimulator(t, p).Explore(s, strategy.Execution{Seed: 3}, 120, func(tr *Trace) { all = append(all, tr.Key()) })
		return all
	}
	for spec, want := range map[string]strategy.Strategy{
		"delay":          strategy.NewDelayBounded(2, delaying.Named("rtc")),
		"delay:1":        strategy.NewDelayBounded(1, delaying.Named("rtc")),
		"delay:3,rr":     strategy.NewDelayBounded(3, delaying.Named("rr")),
		"delay:1,custom": strategy.NewDelayBounded(1, delaying.Named("custom")),
		"pb":             strategy.NewPreemptionBounded(2),
		"pb:1":           strategy.NewPreemptionBounded(1),
		"ss":             strategy.NewStratified(delaying.Named("rtc")),
		"ss:prr":         strategy.NewStratified(delaying.Named("prr")),
		"ss:rtc-raise":   strategy.NewStratified(delaying.Named("rtc-raise")),
		"ss:sealing":     strategy.NewStratified(delaying.Named("sealing")),
		"delay:2,rand":   strategy.NewDelayBounded(2, delaying.Named("rand")),
	} {
		factory, err := strategy.Parse(spec)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if got, want := keys(factory()), keys(want); !slices.Equal(got, want) {
			t.Errorf("%s: %q, expected %q", spec, got, want)
		}
	}
	list := strings.Join(delaying.Names(), ", ")
	for spec, want := range map[string]string{
		"ss:bogus":     "the parameter of ss:E is one of " + list,
		"ss:rr,2":      `ss:E has no parameter "2"`,
		"delay:rr":     "the parameter of delay:D,E is a number of at least 1",
		"delay:2,nope": "the parameter of delay:D,E is one of " + list,
		"pb:0":         "the parameter of pb:D is a number of at least 1",
	} {
		if _, err := strategy.Parse(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, expected %s", spec, err, want)
		}
	}
}

func ExampleDelayBounded() {
	program := Program{Threads: []Thread{{W(0), W(0)}, {W(0)}, {W(0)}}}
	search := strategy.NewDelayBounded(1, delaying.Named("rr"))
	sim := NewSimulator(new(testing.T), program)
	sim.Explore(search, strategy.Execution{}, 1000, func(tr *Trace) { fmt.Println(tr.Order()) })
	fmt.Println("exhausted:", search.Exhausted(), search.Within()+";", "executions by delays:", search.Strata())
	// Output:
	// 0 0 1 2
	// 0 0 2 1
	// 0 1 2 0
	// 1 2 0 0
	// exhausted: true with at most 1 delay; executions by delays: [1 3]
}
