package main

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
)

// The budget of a hunt for which none was set. Whichever ends first counts.
const (
	defaultSchedules = 100_000
	defaultTime      = time.Minute
)

// settings are the flags that say how to explore.
type settings struct {
	Schedules *uint64        `placeholder:"N" help:"Executions of each bug. By default 100000, at most 1 m."`
	Time      *time.Duration `placeholder:"T" help:"How long executions of each bug are started, such as 30s."`
	Strategy  string         `placeholder:"NAME" help:"Exploration strategy; see ravel strategies. By default portfolio."`
	Seed      string         `placeholder:"N" help:"Seed of the exploration: a number, or random."`
	Workers   *int           `placeholder:"N" help:"Executions side by side. By default one per processor."`
	Steps     *int           `placeholder:"N" help:"Step bound of an execution. By default that of the system."`
}

// Validate implements the interface of the command-line library.
func (s *settings) Validate() error {
	return cli.CheckSettings(s.Schedules, s.Time, s.Strategy, s.Seed, s.Workers, s.Steps)
}

// apply lays the flags over the settings that belong to a test.
func (s *settings) apply(c check.Config) check.Config {
	switch {
	case s.Schedules == nil && s.Time == nil:
		c.Schedules, c.Time = defaultSchedules, defaultTime
	default:
		if s.Schedules != nil {
			c.Schedules = *s.Schedules
		}
		if s.Time != nil {
			c.Time = *s.Time
		}
	}
	c.Strategy = s.Strategy
	switch s.Seed {
	case "":
	case "random":
		c.Seed, c.Seeded = rand.Uint64(), true
	default:
		c.Seed, _ = strconv.ParseUint(s.Seed, 0, 64)
		c.Seeded = true
	}
	if s.Workers != nil {
		c.Workers = *s.Workers
	}
	if s.Steps != nil {
		c.Steps, c.Threshold = *s.Steps, 0
	}
	return c
}
