package main

import (
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/catalog"
)

// shrunk is a failure and what became of its schedule.
type shrunk struct {
	trial
	Before  size    `json:"before"`
	After   size    `json:"after"`
	Tries   int     `json:"tries"`             // schedules that were tried
	Ran     int     `json:"steps_of_tries"`    // joined steps of these
	Cut     string  `json:"cut,omitempty"`     // what ended the search early: tries, steps or time
	Took    float64 `json:"shrink_seconds"`    // of it
	Token   int     `json:"token,omitempty"`   // characters of the replay token; 0: a file takes its place
	Passing bool    `json:"passing,omitempty"` // a schedule that passes was found next to it
	Replays int     `json:"replays"`
	Same    int     `json:"same"` // replays that followed the schedule to the same failure
}

// size is schedule.Size in a file.
type size struct {
	Steps    int `json:"steps"`
	Choices  int `json:"choices"`
	Switches int `json:"switches"`
	Faults   int `json:"faults"`
}

func (r *shrunk) fill(f *check.Failure) {
	r.Before, r.After = size(f.Found), size(f.Shrunk)
	r.Tries, r.Ran, r.Cut, r.Took = f.Shrinking.Tries, f.Shrinking.Steps, f.Shrinking.Cut, thousandths(f.Shrinking.Elapsed)
	r.Passing = f.Passing != nil
	if f.HasToken {
		r.Token = len(f.Token)
	}
}

// replayed reports whether a schedule leads to its failure when it is followed strictly, in as many steps.
func replayed(e catalog.Entry, f *check.Failure) (bool, error) {
	s := &f.Record.Settings
	follow := strategy.NewFollow(f.Record.Follow)
	cfg := e.Bug.Settings
	cfg.Apply(*s)
	cfg.Schedules, cfg.Workers, cfg.NoShrink = 1, 1, true
	cfg.Strategy, cfg.Custom = "replay", func() strategy.Strategy { return follow }
	r, err := check.Explore(e.Path(), cfg, e.Bug.Buggy)
	if err != nil || r.Failure == nil {
		return false, err
	}
	return follow.Err() == nil && r.Failure.Reproduced && failure.Same(f.Err, r.Failure.Err) && r.Failure.Found == f.Shrunk, nil
}

// less is how much smaller a number is, as a share; of what was nothing before it is all.
func fraction(before, after int) float64 {
	if before == 0 {
		return 1
	}
	return float64(after) / float64(before)
}
