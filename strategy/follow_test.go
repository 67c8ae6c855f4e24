package strategy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// A schedule leads to its execution, from a file as from a token, as often as wanted; in another program it says that it
// does not fit.
func TestFollow(t *testing.T) {
	one := Thread{Local(), Choose(4), Lock(0), Lock(1), Unlock(1), Unlock(0)}
	two := Thread{Local(), Flip(), Lock(1), Lock(0), Unlock(0), Unlock(1)}
	p := Program{Threads: []Thread{one, two, {Local(), Local()}}}
	names := recordOf(t, p, func(tr *Trace) bool { return tr.Deadlock })
	record := &schedule.Record{Header: schedule.Header{Test: "TestFollow"}, Choices: names}
	choices := make([]schedule.Choice, len(names))
	for i, n := range names {
		choices[i] = n.Choice
	}
	token, err := schedule.NewToken("TestFollow", schedule.Settings{}, choices)
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() *schedule.Follower{"record": record.Follow, "token": token.Follow} {
		f := strategy.NewFollow(open)
		for range 3 {
			if tr := Run(t, f, p, strategy.Execution{}); !tr.Deadlock || f.Err() != nil {
				t.Errorf("%s: deadlock %v, %v", name, tr.Deadlock, f.Err())
			}
		}
		for what, other := range map[string]Program{
			"a thread is gone":   {Threads: []Thread{one, two}},
			"a range is smaller": {Threads: []Thread{{Local(), Choose(2), Lock(0), Lock(1), Unlock(1), Unlock(0)}, two, {Local(), Local()}}},
			"it ends earlier":    {Threads: []Thread{{Local()}, {Local()}}},
		} {
			tr := Run(t, f, other, strategy.Execution{})
			var d *schedule.Diverged
			switch err := f.Err(); {
			case err == nil:
				t.Errorf("%s: %s, and nothing is said", name, what)
			case !strings.Contains(err.Error(), " in step "):
				t.Errorf("%s: %s, and the step is not named: %v", name, what, err)
			case errors.As(err, &d) && (d.Step < 1 || d.Step > tr.Result.Steps):
				t.Errorf("%s: %s, in step %d of %d", name, what, d.Step, tr.Result.Steps)
			}
		}
	}
}
