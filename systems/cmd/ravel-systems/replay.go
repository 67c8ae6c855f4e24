package main

import (
	"fmt"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/cli"
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
	page, err := newPages(h.HTML)
	if err != nil {
		return err
	}
	f := strategy.NewFollow(token.Follow)
	cfg := e.Bug.Settings
	cfg.Apply(token.Settings)
	cfg.Schedules, cfg.Workers, cfg.NoShrink = 1, 1, true
	cfg.Strategy, cfg.Custom = "replay", func() strategy.Strategy { return f }
	r, err := check.Explore(e.Path(), cfg, h.body(e))
	if err != nil {
		return err
	}
	if diverged := f.Err(); diverged != nil {
		fmt.Fprintln(s.err, cli.Wrap(fmt.Sprintf("ravel: the replay left its schedule, the code has changed since: %v", diverged), cli.Columns))
		return cli.Status(cli.NotReproduced)
	}
	found := &hunt{e, h.Correct, r}
	if err := h.show(s, found, true, h.again(found)); err != nil {
		return err
	}
	page.add(found, h.again(found))
	if err := page.write(s.err); err != nil {
		return err
	}
	return cli.AsError(found.code())
}
