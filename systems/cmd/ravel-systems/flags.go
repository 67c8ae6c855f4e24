package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
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
	if s.Strategy != "" {
		if _, err := strategy.Parse(s.Strategy); err != nil {
			return err
		}
	}
	if s.Seed != "" && s.Seed != "random" {
		if _, err := strconv.ParseUint(s.Seed, 0, 64); err != nil {
			return fmt.Errorf("--seed=%s: want a number, or random", s.Seed)
		}
	}
	switch {
	case s.Schedules != nil && *s.Schedules == 0:
		return errors.New("--schedules=0: want at least 1")
	case s.Time != nil && *s.Time <= 0:
		return fmt.Errorf("--time=%v: want a positive duration, such as 30s", *s.Time)
	case s.Workers != nil && *s.Workers < 1:
		return fmt.Errorf("--workers=%d: want at least 1", *s.Workers)
	case s.Steps != nil && *s.Steps < 1:
		return fmt.Errorf("--steps=%d: want at least 1", *s.Steps)
	}
	return nil
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
