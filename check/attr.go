package check

import (
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
)

// misused ends a test that cannot be run as it was asked for.
func misused(t testing.TB, err error) {
	t.Helper()
	attr.SetOutcome(t, attr.Misused)
	t.Fatal(err)
}

// tellProgress lets the exploration say how far it is, if somebody has asked.
func (c *Config) tellProgress(t testing.TB) {
	if !attr.WantsProgress() {
		return
	}
	user := c.Progress
	c.Progress = func(p Progress) {
		if p.Elapsed >= progressEvery { // the last word of a short exploration is of no use
			t.Attr(attr.ProgressKey, attr.Progress(p).String())
		}
		if user != nil {
			user(p)
		}
	}
}

func (r *Report) outcome() attr.Outcome {
	switch {
	case r.Failure == nil && r.Nondeterminism == nil:
		return attr.Passed
	case r.Failure == nil:
		return attr.NotReproduced
	}
	return outcomeOf(r.Failure.Err, nil)
}

// outcomeOf is how an execution ended that failed with err, or passed, and left the schedule that it was to follow with
// diverged.
func outcomeOf(err, diverged error) attr.Outcome {
	f := failure.Of(err)
	switch {
	case diverged != nil, f != nil && f.Kind() == failure.KindNotReproducible:
		return attr.NotReproduced
	case err != nil:
		return attr.Found
	}
	return attr.Passed
}
