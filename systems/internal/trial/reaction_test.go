package trial_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/trace"
)

type (
	push  struct{}
	coin  struct{ Good bool }
	later struct{}
	click struct{}
	door  struct{ owner ravel.ID }
)

// doorMachine is a turnstile. A push through it takes two transitions.
var doorMachine = ravel.Define[door]("Door",
	ravel.Start("Locked",
		ravel.On(func(d *door, c *ravel.Context, e coin) {
			c.Assert(e.Good, "that is no coin")
			c.Send(d.owner, click{})
			c.Goto("Open")
		}),
		ravel.Ignore[push](),
		ravel.Defer[later](),
	),
	ravel.In("Open",
		ravel.On(func(d *door, c *ravel.Context, _ push) { c.Goto("Turning") }),
		ravel.On(func(d *door, c *ravel.Context, _ later) {}),
	),
	ravel.In("Turning",
		ravel.Entry(func(d *door, c *ravel.Context) { c.Send(d.owner, click{}); c.Goto("Locked") }),
	),
)

func TestReaction(t *testing.T) {
	for _, test := range []struct {
		want   string
		events []any
	}{
		{"ignore", []any{push{}}},
		{"defer", []any{later{}}},
		{"click -> Open", []any{coin{true}}},
		{"fail", []any{coin{false}}},
		{"click -> Locked", []any{coin{true}, push{}}},
		{"fail", []any{coin{true}, coin{true}}},
		{"", []any{coin{true}, later{}}},
	} {
		start := func(t *check.T) (ravel.ID, []any) {
			return t.Create(doorMachine.New(&door{owner: t.Self()})), test.events
		}
		word := func(e *trace.Event) string { return strings.TrimPrefix(e.Type, "trial_test.") }
		if got := trial.Reaction(t, doorMachine.Name(), start, word); got != test.want {
			t.Errorf("%#v: %q, want %q", test.events, got, test.want)
		}
	}
}
