package spec_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
)

type proposal struct {
	from  ravel.ID
	value string
}

type decision struct{ value string }

var slots spec.Agreement[int, string, string]

// arbiter decides for the first proposal.
func arbiter(c *ravel.Context, bug string) {
	chosen := ""
	for range 2 {
		p := ravel.Receive[proposal](c)
		if chosen == "" || bug == "the last one wins" {
			chosen = p.value
		}
		if bug == "invented" {
			chosen = "x"
		}
		c.Send(p.from, decision{chosen})
	}
}

// arbitration lets two proposers agree by an arbiter.
func arbitration(bug string) func(*check.T) {
	return func(t *check.T) {
		s := slots
		s.AnyValue = bug == "invented, of any value"
		t.Monitor(s.Monitor())
		a := t.Go("arbiter", func(c *ravel.Context) { arbiter(c, bug) })
		for i, value := range []string{"a", "b"} {
			name := fmt.Sprint("c", i+1)
			t.Go(name, func(c *ravel.Context) {
				if bug == "submitted" {
					c.Notify(slots.Submitted(value))
				} else {
					c.Notify(slots.Proposed(1, value))
				}
				c.Send(a, proposal{c.Self(), value})
				d := ravel.Receive[decision](c)
				if bug == "wrong instance" {
					c.Notify(slots.Chosen(2, name, d.value))
				}
				c.Notify(slots.Chosen(1, name, d.value))
			})
		}
	}
}

func TestAgreement(t *testing.T) {
	t.Run("correct", func(t *testing.T) { spectest.Correct(t, arbitration("")) })
	t.Run("submitted values are valid", func(t *testing.T) { spectest.Correct(t, arbitration("submitted")) })
	for bug, want := range map[string]string{
		"the last one wins": "Agreement: c2 learns that b was chosen in instance 1, but c1 has learned a",
		"invented":          "Validity: c1 learns that x was chosen in instance 1, which nobody has proposed",
		"wrong instance":    "Validity: c1 learns that a was chosen in instance 2, which nobody has proposed",
	} {
		t.Run(bug, func(t *testing.T) { spectest.Mutant(t, arbitration(bug), want) })
	}
}
