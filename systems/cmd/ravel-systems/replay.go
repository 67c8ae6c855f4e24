package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/catalog"
)

// saved is a schedule, of a token or a file.
type saved interface {
	Follow() *schedule.Follower
	Matches(fullName string) error
}

// loadSchedule reads a token, or the file that it is the name of.
func loadSchedule(arg string) (saved, schedule.Settings, error) {
	if schedule.LooksLikeToken(arg) {
		t, err := schedule.ParseToken(arg)
		if err != nil {
			return nil, schedule.Settings{}, err
		}
		return t, t.Settings, nil
	}
	r, err := schedule.Load(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, schedule.Settings{}, fmt.Errorf("%q is neither a token, which begins with rv1-, nor the name of a file", arg)
	case err != nil:
		return nil, schedule.Settings{}, err
	}
	return r, r.Settings, nil
}

// replay runs the one schedule of a token or a file instead of exploring.
func (h *huntCommand) replay(s *shell, e catalog.Entry) error {
	sched, settings, err := loadSchedule(h.Token)
	if err != nil {
		return fmt.Errorf("--replay: %w", err)
	}
	if err := sched.Matches(schedule.FullName("", e.Path())); err != nil {
		return fmt.Errorf("--replay: %w", err)
	}
	page, err := newPages(h.HTML)
	if err != nil {
		return err
	}
	f := strategy.NewFollow(sched.Follow)
	cfg := e.Bug.Settings
	cfg.Apply(settings)
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
