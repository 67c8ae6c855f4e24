package strategy_test

import (
	"slices"
	"testing"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// Every strategy's executions replay into themselves, strictly by deviations and guided by names.
func TestRoundTrip(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 100
	}
	for _, entry := range strategy.List() {
		factory, err := strategy.Parse(entry.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range Programs() {
			sim, again := NewSimulator(t, p), NewSimulator(t, p)
			sim.Explore(factory(), strategy.Execution{Seed: 1, Length: 8, MaxSteps: 60}, n, func(tr *Trace) {
				e := strategy.Execution{MaxSteps: 60}
				replay, guided := strategy.NewReplay(tr.Choices), strategy.NewGuided(tr.Named)
				got := again.Run(replay, e)
				if replay.Err() != nil || got.Key() != tr.Key() || !slices.Equal(got.Choices, tr.Choices) || replay.Used() != len(tr.Choices) {
					t.Errorf("%s, %s: replay of %s is %s: %v", entry.Name, p.Name, tr.Key(), got.Key(), replay.Err())
				}
				got = again.Run(guided, e)
				if guided.Stale() != nil || got.Key() != tr.Key() || !slices.Equal(got.Named, tr.Named) {
					t.Errorf("%s, %s: guided, %s is %s: %v", entry.Name, p.Name, tr.Key(), got.Key(), guided.Stale())
				}
			})
		}
	}
}

func TestReplayDivergence(t *testing.T) {
	p := Program{Threads: []Thread{{Local(), Choose(3), Local()}, {Local(), Flip()}}}
	right := []schedule.Choice{
		{Kind: schedule.Schedule, N: 2, Value: 1}, // thread 1 moves
		{Kind: schedule.Schedule, N: 2, Value: 1}, // thread 0 moves
		{Kind: schedule.Schedule, N: 2, Value: 0}, // thread 0 chooses
		{Kind: schedule.Int, N: 3, Value: 2},
	}
	with := func(at int, c schedule.Choice) []schedule.Choice {
		s := slices.Clone(right)
		s[at] = c
		return s
	}
	long := append(slices.Clone(right), schedule.Choice{Kind: schedule.Schedule, N: 2}, schedule.Choice{Kind: schedule.Bool, N: 2, Value: 1})
	for _, c := range []struct {
		name    string
		choices []schedule.Choice
		key     string
		err     string
	}{
		{"nothing", nil, "0 0 0 1 1 [0 0]", ""},
		{"a prefix, then the default", right, "1 0 0 0 1 [2 0]", ""},
		{"all", long, "1 0 0 0 1 [2 1]", ""},
		{"another number", with(1, schedule.Choice{Kind: schedule.Schedule, N: 3, Value: 1}), "1 1 0 0 0 [0 0]",
			"choice 1: recorded schedule 1 of 3, but the program asked for schedule of 2"},
		{"another kind", with(3, schedule.Choice{Kind: schedule.Bool, N: 3, Value: 2}), "1 0 0 0 1 [0 0]",
			"choice 3: recorded bool 2 of 3, but the program asked for int of 3"},
		{"out of range", with(0, schedule.Choice{Kind: schedule.Schedule, N: 2, Value: 2}), "0 0 0 1 1 [0 0]",
			"choice 0: recorded schedule 2 of 2, which is out of range"},
		{"left over", append(slices.Clone(long), schedule.Choice{Kind: schedule.Bool, N: 2}), "1 0 0 0 1 [2 1]",
			"choice 6: recorded bool 0 of 2, but the execution ended before it"},
	} {
		r := strategy.NewReplay(c.choices)
		sim := NewSimulator(t, p)
		for range 2 { // a replay can be repeated
			got := sim.Run(r, strategy.Execution{}).Key()
			err := ""
			if r.Err() != nil {
				err = r.Err().Error()
			}
			if got != c.key || err != c.err {
				t.Errorf("%s: %s, error %q; expected %s, %q", c.name, got, err, c.key, c.err)
			}
		}
	}
}
