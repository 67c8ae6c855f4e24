package main

import (
	"fmt"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/catalog"
)

// replay runs the one schedule of a token instead of exploring.
func (h *huntCommand) replay(s *shell, e catalog.Entry) error {
	token, err := schedule.ParseToken(h.Token)
	if err != nil {
		return fmt.Errorf("--replay: %w", err)
	}
	if err := token.Matches(schedule.FullName("", e.Path())); err != nil {
		return fmt.Errorf("--replay: %w", err)
	}
	f := &following{token: token}
	cfg := e.Bug.Settings
	cfg.Steps, cfg.Threshold, cfg.Lasso = token.Settings.MaxSteps, token.Settings.Threshold, token.Settings.Lasso
	cfg.Schedules, cfg.Workers, cfg.NoShrink = 1, 1, true
	cfg.Strategy, cfg.Custom = "replay", func() strategy.Strategy { return f }
	r, err := check.Explore(e.Path(), cfg, h.body(e))
	if err != nil {
		return err
	}
	if f.err != nil {
		fmt.Fprintln(s.err, cli.Wrap(fmt.Sprintf("ravel: the replay left its schedule, the code has changed since: %v", f.err), cli.Columns))
		return cli.Status(cli.NotReproduced)
	}
	found := &hunt{e, h.Correct, r}
	if err := h.show(s, found, true, h.again(found)); err != nil {
		return err
	}
	return cli.AsError(found.code())
}

// following follows a token strictly, as long as it fits.
type following struct {
	token *schedule.Token

	f    *schedule.Follower
	last *strategy.Op
	err  error // where an execution left the schedule first
}

func (r *following) Start(strategy.Execution) bool {
	r.f, r.last = r.token.Follow(), nil
	return true
}

func (r *following) next(k schedule.Kind, n int) int {
	if r.err != nil {
		return 0
	}
	v, err := r.f.Next(k, n)
	r.err = err
	return v
}

func (r *following) Pick(ops []*strategy.Op) int { return r.PickFault(0, ops, nil) }

func (r *following) PickFault(_ int, ops, faults []*strategy.Op) int {
	return strategy.Index(ops, faults, r.last, r.next(schedule.Schedule, len(ops)+len(faults)))
}

func (r *following) Value(v strategy.Value) int { return r.next(v.Kind, v.N) }

func (r *following) Enabled(*strategy.Op)  {}
func (r *following) Disabled(*strategy.Op) {}
func (r *following) Executed(op *strategy.Op, _ []strategy.Action) {
	r.last = strategy.Moved(r.last, op)
}
