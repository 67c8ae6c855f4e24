package attr_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel/internal/attr"
)

func TestProgress(t *testing.T) {
	for _, p := range []attr.Progress{
		{},
		{Executions: 3120, Steps: 8_400_000, Elapsed: 4 * time.Second},
		{Executions: 1<<64 - 1, Steps: 1<<64 - 1, Elapsed: 1000 * time.Hour, Failed: true},
	} {
		if got, err := attr.ParseProgress(p.String()); err != nil || got != p {
			t.Errorf("%v came as %v, %v", p, got, err)
		}
	}
	for _, s := range []string{"", "1", "1 2", "1 2 3", "1 2 x false", "-1 2 3 false", "1 2 3 maybe"} {
		if p, err := attr.ParseProgress(s); err == nil {
			t.Errorf("%q is %v", s, p)
		}
	}
}

func TestWorse(t *testing.T) {
	order := []attr.Outcome{"", attr.Passed, attr.Misused, attr.NotReproduced, attr.Found}
	for i, a := range order {
		for j, b := range order {
			if a.Worse(b) != (i > j) {
				t.Errorf("%q is worse than %q: %v", a, b, a.Worse(b))
			}
		}
	}
}

// sink is a test that takes note of its attributes.
type sink map[string]string

func (s sink) Attr(key, value string) { s[key] = value }

func TestAsking(t *testing.T) {
	for _, c := range []struct {
		ask      string
		outcome  attr.Outcome
		progress bool
	}{{"", "", false}, {attr.AskOutcome, attr.Found, false}, {attr.AskProgress, attr.Found, true}} {
		t.Setenv(attr.Variable, c.ask)
		s := sink{}
		attr.SetOutcome(s, attr.Found)
		if got := attr.Outcome(s[attr.OutcomeKey]); got != c.outcome || attr.WantsProgress() != c.progress {
			t.Errorf("%q: told %q, wants progress: %v", c.ask, got, attr.WantsProgress())
		}
	}
}
