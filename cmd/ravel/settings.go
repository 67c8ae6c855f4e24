package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
)

// settings are the flags that become RAVEL_* variables, which the tests of Ravel read.
type settings struct {
	Schedules *uint64        `placeholder:"N" env:"RAVEL_SCHEDULES" help:"Executions of each test. By default 10000, at most 2 s."`
	Time      *time.Duration `placeholder:"T" env:"RAVEL_TIME" help:"How long each test starts executions, such as 30s."`
	Strategy  string         `placeholder:"NAME" env:"RAVEL_STRATEGY" help:"Exploration strategy; see ravel strategies."`
	Seed      string         `placeholder:"N" env:"RAVEL_SEED" help:"Seed of the exploration: a number, or random."`
	Workers   *int           `placeholder:"N" env:"RAVEL_WORKERS" help:"Executions side by side. By default one per processor."`
	Steps     *int           `placeholder:"N" env:"RAVEL_STEPS" help:"Step bound of an execution. By default 10000."`
}

// Validate implements the interface of the command-line library.
func (s *settings) Validate() error {
	return cli.CheckSettings(s.Schedules, s.Time, s.Strategy, s.Seed, s.Workers, s.Steps)
}

// environ is the environment of the go command.
func (s *settings) environ() []string {
	env := os.Environ()
	add := func(name string, value any) { env = append(env, fmt.Sprintf("RAVEL_%s=%v", name, value)) }
	if s.Schedules != nil {
		add("SCHEDULES", *s.Schedules)
	}
	if s.Time != nil {
		add("TIME", *s.Time)
	}
	if s.Strategy != "" {
		add("STRATEGY", s.Strategy)
	}
	if s.Seed != "" {
		add("SEED", s.Seed)
	}
	if s.Workers != nil {
		add("WORKERS", *s.Workers)
	}
	if s.Steps != nil {
		add("STEPS", *s.Steps)
	}
	return env
}

// bounded reports whether the user said when an exploration ends, so that go test need not.
func (s *settings) bounded() bool { return s.Schedules != nil || s.Time != nil }

// hasFlag reports whether flags for go test hold one of that name.
func hasFlag(flags []string, name string) bool {
	for _, f := range flags {
		if f == "-args" || f == "--args" {
			return false
		}
		f, _, _ = strings.Cut(strings.TrimPrefix(f, "-"), "=")
		f = strings.TrimPrefix(strings.TrimPrefix(f, "-"), "test.")
		if f == name {
			return true
		}
	}
	return false
}
