package spec_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
	"github.com/ravelgo/ravel/trace"
)

type (
	question struct {
		from   ravel.ID
		number int
	}
	answer struct{ number int }
)

var requests = spec.Progress[int]{Once: true}

// service has two clients that ask a server.
func service(s spec.Progress[int], bug string) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(s.Monitor())
		server := t.Go("server", func(c *ravel.Context) {
			for i := range 2 {
				q := ravel.Receive[question](c)
				switch {
				case bug == "drops the second" && i == 1:
					return
				case bug == "answers twice":
					c.Notify(s.Answered(q.number))
				}
				c.Notify(s.Answered(q.number))
				c.Send(q.from, answer{q.number})
			}
		})
		for n := 1; n <= 2; n++ {
			t.Go("client", func(c *ravel.Context) {
				c.Notify(s.Asked(n))
				c.Notify(s.Asked(n)) // changes nothing
				c.Send(server, question{c.Self(), n})
				if bug == "impatient" {
					c.Notify(s.Abandoned(n))
				}
			})
		}
	}
}

func TestProgress(t *testing.T) {
	t.Run("correct", func(t *testing.T) { spectest.Correct(t, service(requests, "")) })
	t.Run("repeated answers", func(t *testing.T) { spectest.Correct(t, service(spec.Progress[int]{}, "answers twice")) })
	t.Run("two may give up", func(t *testing.T) { spectest.Correct(t, service(spec.Progress[int]{MayAbandon: 2}, "impatient")) })
	t.Run("all may give up", func(t *testing.T) { spectest.Correct(t, service(spec.Progress[int]{MayAbandon: -1}, "impatient")) })

	hot := "everything has come to rest, but monitor Progress (in hot state Waiting) still waits for something good to happen"
	for _, m := range []struct {
		bug, want string
		s         spec.Progress[int]
	}{
		{"answers twice", "1 is answered, which is not pending: it was answered before, or never asked", requests},
		{"impatient", "2 is abandoned without an answer, and no more than 1 may be", spec.Progress[int]{MayAbandon: 1}},
		{"drops the second", hot, requests},
	} {
		t.Run(m.bug, func(t *testing.T) {
			f := spectest.Mutant(t, service(m.s, m.bug), m.want)
			if m.bug != "drops the second" {
				return
			}
			// Only the trace says who is kept waiting.
			text := f.Trace.Text(trace.TextOptions{})
			if !strings.Contains(text, "1 pending: 2") && !strings.Contains(text, "1 pending: 1") {
				t.Errorf("the trace does not name the pending request:\n%s", text)
			}
		})
	}
}
