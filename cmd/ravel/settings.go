package main

import (
	"os"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"
)

// settings are the flags that become RAVEL_* variables, which the tests of Ravel read. They are texts: what was given is
// passed on as it was given.
type settings struct {
	Schedules *string `placeholder:"N" help:"Executions of each test. By default 10000, at most 2 s."`
	Time      *string `placeholder:"T" help:"How long each test starts executions, such as 30s."`
	Strategy  *string `placeholder:"NAME" help:"Exploration strategy; see ravel strategies."`
	Seed      *string `placeholder:"N" help:"Seed of the exploration: a number, or random. By default a hash of the test's name."`
	Workers   *string `placeholder:"N" help:"Executions side by side. By default one per processor."`
	Processes *bool   `help:"Worker processes instead of goroutines."`
	Isolate   *bool   `help:"A process of its own for each execution."`
	Steps     *string `placeholder:"N" help:"Step bound of an execution. By default 10000."`
	leaks
}

// setting is one of them; flag is nil if it was not given.
type setting struct {
	name string
	flag *string
}

func (s setting) variable() string { return variablePrefix + strings.ToUpper(s.name) }

const variablePrefix = "RAVEL_"

func (s *settings) list() []setting {
	return []setting{
		{"schedules", s.Schedules}, {"time", s.Time}, {"strategy", s.Strategy},
		{"seed", s.Seed}, {"workers", s.Workers}, {"processes", oneOrZero(s.Processes)}, {"isolate", oneOrZero(s.Isolate)}, {"steps", s.Steps},
	}
}

// oneOrZero is what a flag without a value means to a variable.
func oneOrZero(flag *bool) *string {
	word := "0"
	switch {
	case flag == nil:
		return nil
	case *flag:
		word = "1"
	}
	return &word
}

// Validate implements the interface of the command-line library. What is wrong in a variable is wrong for every test: it
// is better said once, here.
func (s *settings) Validate() error {
	for _, f := range s.list() {
		var err error
		if f.flag != nil {
			err = cli.CheckSetting(f.name, "--"+f.name, *f.flag)
		} else if v := os.Getenv(f.variable()); v != "" {
			err = cli.CheckSetting(f.name, f.variable(), v)
		}
		if err != nil {
			return err
		}
	}
	return s.leaks.Validate()
}

// environ is what the flags add to the environment.
func (s *settings) environ() (env []string) {
	for _, f := range s.list() {
		if f.flag != nil {
			env = append(env, f.variable()+"="+*f.flag)
		}
	}
	return append(env, s.leaks.environ()...)
}

// bounded reports whether the user said when an exploration ends, so that go test need not.
func (s *settings) bounded() bool {
	return s.Schedules != nil || s.Time != nil || os.Getenv("RAVEL_SCHEDULES") != "" || os.Getenv("RAVEL_TIME") != ""
}
