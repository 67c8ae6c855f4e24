package check_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

// searched explores a body by a search, on one worker.
func searched(t *testing.T, spec string, schedules uint64, body func(*check.T)) *check.Report {
	t.Helper()
	return searchedBy(t, 1, spec, schedules, body)
}

func searchedBy(t *testing.T, workers int, spec string, schedules uint64, body func(*check.T)) *check.Report {
	t.Helper()
	return explore(t, check.Config{
		Strategy: spec, Workers: workers, Schedules: schedules, Seed: 1, Seeded: true, NoShrink: true, Steps: 1000,
	}, body)
}

// clock is a machine that has as many states as its limit to the power of its hands: each step moves one of them.
type clock struct {
	hands [6]int
	limit int
	bug   int // the sum at which an assertion fails; 0: never
}

func (k *clock) move(c *ravel.Context) {
	h := &k.hands[c.Int(len(k.hands))]
	*h = (*h + 1) % k.limit
	sum := 0
	for _, n := range k.hands {
		sum += n
	}
	c.Assert(sum != k.bug || k.bug == 0, "the hands add up to %d", sum)
}

var clockMachine = ravel.Define[clock]("Clock", ravel.Start("Ticking", ravel.OnDefault((*clock).move)))

func clocks(limit, bug int) func(*check.T) {
	return func(t *check.T) { t.Create(clockMachine.New(&clock{limit: limit, bug: bug})) }
}

// Any number of workers explores the same states, and each execution of a bounded search is run by one of them.
func TestWorkersShareASearch(t *testing.T) {
	for _, spec := range []string{"states", "ses:rtc", "ses:prr", "pbs", "ses:rtc,delta=3", "ses:rtc,cost=zing"} {
		for name, body := range map[string]func(*check.T){"clock": clocks(3, 0), "walkers": randomProgram(3), "more walkers": randomProgram(11)} {
			one := searched(t, spec, 1<<40, body)
			if !one.Exhausted || one.States < 20 || name == "clock" && one.States != 729+1 {
				t.Fatalf("%s, %s: %s", spec, name, one.Summary())
			}
			for _, n := range []int{2, 4} {
				many := searchedBy(t, n, spec, 1<<40, body)
				if !many.Exhausted || many.States != one.States || many.Workers != n {
					t.Errorf("%s, %s: with %d workers %s\nwith one %s", spec, name, n, many.Summary(), one.Summary())
				}
			}
		}
	}
	for _, spec := range []string{"delay:3,rtc", "delay:2,rr", "pb:3"} {
		one, four := searched(t, spec, 1<<40, twoWriters(3)), searchedBy(t, 4, spec, 1<<40, twoWriters(3))
		if one.Executions != four.Executions || one.Steps != four.Steps || !four.Exhausted || len(one.Strata) != len(four.Strata) {
			t.Errorf("%s: with four workers %s\nwith one %s", spec, four.Summary(), one.Summary())
		}
		for i := range one.Strata {
			if one.Strata[i] != four.Strata[i] {
				t.Errorf("%s: strata %v and %v", spec, one.Strata, four.Strata)
			}
		}
	}
}

// Workers that share a search find what there is to find, and stop when told to.
func TestWorkersStop(t *testing.T) {
	for _, n := range []int{1, 2, 4} {
		r := searchedBy(t, n, "states", 1<<40, clocks(4, 12))
		if r.Failure == nil || !r.Failure.Reproduced || failure.Of(r.Failure.Err).Kind() != failure.KindAssertion {
			t.Errorf("%d workers: %s", n, r.Summary())
		}
		r = searchedBy(t, n, "states", 500, clocks(4, 0))
		if r.Exhausted || !r.CutShort || r.Executions != 500 {
			t.Errorf("%d workers: %s", n, r.Summary())
		}
	}
}

// A search without other orders takes one worker unless somebody asks for more, so that what it finds first is no chance.
func TestSearchHasOneWorkerByDefault(t *testing.T) {
	if r := searchedBy(t, 0, "states", 1<<40, clocks(2, 0)); r.Workers != 1 {
		t.Errorf("%d workers", r.Workers)
	}
}

// A search stops when its memory is used up, and says what it has not covered; its frontier goes to disk before.
func TestSearchStopsAtItsMemory(t *testing.T) {
	for _, spec := range []string{"ses:rr,memory=1MiB", "states:memory=1MiB", "pbs:memory=1MiB"} {
		r := searched(t, spec, 1<<40, clocks(8, 0)) // 262,144 states, of which a third fits
		text := r.Summary()
		if r.Exhausted || !r.CutShort || !strings.Contains(text, "the search has used up its memory: not explored were") {
			t.Errorf("%s: %s", spec, text)
		}
		if r.States < 20_000 || r.States > 49_152 {
			t.Errorf("%s: %d states in 768 KiB", spec, r.States)
		}
		if r = searched(t, spec, 1<<40, clocks(3, 0)); !r.Exhausted || r.States != 730 {
			t.Errorf("%s, where it suffices: %s", spec, r.Summary())
		}
	}
}

// What a search has left over when its memory is used up is sampled if asked for.
func TestSearchGoesOnBySampling(t *testing.T) {
	run := func(spec string, workers int) *check.Report {
		return explore(t, check.Config{
			Strategy: spec, Workers: workers, Schedules: 150_000, Seed: 1, Seeded: true, NoShrink: true, Steps: 80,
		}, clocks(8, 0))
	}
	stopped := run("ses:rr,memory=1MiB", 1)
	if !matches(stopped.Summary(), "the search has used up its memory") || stopped.Executions > 145_000 {
		t.Fatalf("without sampling: %s", stopped.Summary())
	}
	for _, workers := range []int{1, 3} {
		r := run("ses:rr,memory=1MiB,then=ss", workers)
		if r.Exhausted || !r.CutShort || r.Executions != 150_000 || !matches(r.Summary(), "alternatives were then sampled from the") {
			t.Errorf("%d workers: %s", workers, r.Summary())
		}
	}
}

// Where states cannot be saved executions run from the start, and the report says why.
func TestRunsFromTheStartAreExplained(t *testing.T) {
	type held struct{ f func() }
	holder := ravel.Define[held]("Holder", ravel.Start("Holding", ravel.OnDefault(func(h *held, c *ravel.Context) {
		if c.Bool() {
			c.Halt()
		}
	})))
	for name, c := range map[string]struct {
		body func(*check.T)
		want string
	}{
		"a function that waits": {twoWriters(1), "sink is a plain function that has not run yet"},
		"a function in a field": {func(t *check.T) { t.Create(holder.New(&held{func() {}})) }, "func"},
		"the body waits": {func(t *check.T) {
			t.Create(clockMachine.New(&clock{limit: 1}))
			t.Wait()
		}, "test waits amid a handler"},
	} {
		for _, spec := range []string{"dfs", "states"} {
			r := searched(t, spec, 200, c.body)
			if 2*r.Rewound > r.Executions || !matches(r.Summary(), "could not be saved") || !matches(r.Summary(), c.want) {
				t.Errorf("%s, %s: %d rewound\n%s", name, spec, r.Rewound, r.Summary())
			}
		}
	}
}

// What the functions of AtEnd see is the state of the execution that ends, though its machines are the same ones in memory.
func TestAtEndSeesItsOwnExecution(t *testing.T) {
	ends := 0
	body := func(t *check.T) {
		k := &clock{limit: 5}
		t.Create(onceMachine.New(k))
		t.AtEnd(func() {
			ends++
			sum := 0
			for i, n := range k.hands {
				sum += n * (i + 1)
			}
			if k.limit != 4 || sum < 2 || sum > 2*len(k.hands) {
				t.Errorf("hands %v, limit %d", k.hands, k.limit)
			}
			t.AtEnd(func() { ends++ })
		})
	}
	for _, spec := range []string{"dfs", "pb:1"} {
		ends = 0
		r := searched(t, spec, 1000, body)
		if !r.Exhausted || r.Failure != nil || r.Rewound == 0 || ends < 2*36 {
			t.Errorf("%s: %d ends\n%s", spec, ends, r.Summary())
		}
	}
}

// once moves two hands in one handler, and stops.
func (k *clock) once(c *ravel.Context) {
	k.hands[c.Int(6)]++
	k.hands[c.Int(6)]++
	k.limit--
	c.Halt()
}

var onceMachine = ravel.Define[clock]("Once", ravel.Start("Ticking", ravel.OnDefault((*clock).once)))

// An execution that leaves something to clean up is not gone back into.
func TestCleanupsRunForEachExecution(t *testing.T) {
	cleaned, executions := 0, uint64(0)
	r := searched(t, "dfs", 1000, func(t *check.T) {
		t.Cleanup(func() { cleaned++ })
		t.Create(onceMachine.New(&clock{limit: 5}))
	})
	executions = r.Executions
	if !r.Exhausted || r.Rewound != 0 || uint64(cleaned) < executions || executions != 36 {
		t.Errorf("%d cleaned up\n%s", cleaned, r.Summary())
	}
}

// hidden is a machine whose state is not all its own: the rest is where going back does not reach.
type hidden struct {
	seen  int
	steps *int `ravel:"-"`
}

var hiddenMachine = ravel.Define[hidden]("Hidden", ravel.Start("Counting", ravel.OnDefault(func(h *hidden, c *ravel.Context) {
	c.Int(3)
	*h.steps++
	if h.seen = *h.steps; h.seen >= 6 {
		c.Halt()
	}
})))

// Going back to a state that is not the whole state is found out, and the search is done again from the start.
func TestStateOutsideTheProgramIsFoundOut(t *testing.T) {
	r := searched(t, "dfs", 100_000, func(t *check.T) { t.Create(hiddenMachine.New(&hidden{steps: new(int)})) })
	if !matches(r.Summary(), "ended in another state than the same one run from its start") || !matches(r.Summary(), `Hidden \(\*check_test.hidden\)`) {
		t.Errorf("it was not found out\n%s", r.Summary())
	}
	if !r.Exhausted || r.Executions != 729 || r.Rewound != 0 {
		t.Errorf("the search was not done again\n%s", r.Summary())
	}
}
