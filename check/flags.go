package check

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/ravelgo/ravel/strategy"
)

var flags struct {
	schedules, time, strategy, seed, workers, processes, isolate, steps, replay, stuck *string
	verbose                                                                            *bool
	allowLeak                                                                          []string
}

func init() {
	flag := flag.CommandLine
	if injected() {
		// The tests may have flags of their own, or the library's own copy of this package.
		flag = newFlagSet()
	}
	s := func(name, usage string) *string {
		return flag.String("ravel."+name, "", usage+" (also RAVEL_"+envName(name)+")")
	}
	flags.schedules = s("schedules", "number of executions of each Ravel test")
	flags.time = s("time", "how long each Ravel test starts executions, such as 30s")
	flags.strategy = s("strategy", "exploration strategy, such as random or pct:3")
	flags.seed = s("seed", "seed of the exploration, a number or random")
	flags.workers = s("workers", "executions side by side")
	flags.processes = new(string)
	flag.BoolFunc("ravel.processes", "worker processes instead of goroutines (also RAVEL_PROCESSES=1)", func(v string) error {
		*flags.processes = v
		return nil
	})
	flags.isolate = new(string)
	flag.BoolFunc("ravel.isolate", "a process of its own for each execution (also RAVEL_ISOLATE=1)", func(v string) error {
		*flags.isolate = v
		return nil
	})
	flags.steps = s("steps", "step bound of an execution")
	flags.replay = s("replay", "replay this token or file instead of exploring")
	flags.stuck = s("stuck", "end the process when code makes no step for this long, such as 10s")
	flag.Func("ravel.allowleak", "allow goroutines with a function that matches this pattern to be left at the end; may be repeated (also "+
		allowVariable+")", func(v string) error {
		_, err := allowing("-ravel.allowleak", v)
		flags.allowLeak = append(flags.allowLeak, v)
		return err
	})
	flags.verbose = flag.Bool("ravel.v", false, "say what every Ravel test explored (also RAVEL_V=1)")
}

func newFlagSet() *flag.FlagSet { return flag.NewFlagSet("ravel", flag.ContinueOnError) }

func envName(name string) string {
	b := []byte(name)
	for i := range b {
		b[i] -= 'a' - 'A'
	}
	return string(b)
}

// setting returns a flag's value, else its variable's, and the name under which the user set it.
func setting(name string, value *string) (v, from string) {
	if *value != "" {
		return *value, "-ravel." + name
	}
	env := "RAVEL_" + envName(name)
	// Getenv and not a cached value: the test cache then knows that the result depends on it.
	return os.Getenv(env), env
}

// verbose reports whether every test says what it explored. Its error is about RAVEL_V.
func verbose() (bool, error) {
	v := os.Getenv("RAVEL_V")
	if *flags.verbose || v == "" {
		return *flags.verbose, nil
	}
	b, err := strconv.ParseBool(v)
	if err != nil {
		return false, fmt.Errorf("ravel: RAVEL_V=%q: want 1 or 0", v)
	}
	return b, nil
}

// fromFlags lays flags and variables over what the test's options said.
func (c *Config) fromFlags() error {
	if v, from := setting("strategy", flags.strategy); v != "" {
		if _, err := strategy.Parse(v); err != nil {
			return fmt.Errorf("ravel: %s: %w", from, err)
		}
		c.Strategy, c.Custom = v, nil
	}
	if v, from := setting("seed", flags.seed); v == "random" {
		c.Seed, c.Seeded = rand.Uint64(), true
	} else if v != "" {
		n, err := strconv.ParseUint(v, 0, 64)
		if err != nil {
			return fmt.Errorf("ravel: %s=%q: want a number, or random", from, v)
		}
		c.Seed, c.Seeded = n, true
	}
	timed := false
	_, verbosity := verbose()
	for _, err := range []error{
		verbosity,
		span("time", flags.time, func(d time.Duration) { c.Time, c.Schedules, timed = d, 0, true }),
		number("schedules", flags.schedules, math.MaxInt64, func(n uint64) {
			if c.Schedules = n; !timed {
				c.Time = 0
			}
		}),
		number("workers", flags.workers, maxWorkers, func(n uint64) { c.Workers = int(n) }),
		yesNo("processes", flags.processes, func(b bool) { c.Processes = b }),
		yesNo("isolate", flags.isolate, func(b bool) { c.Isolate = b }),
		number("steps", flags.steps, maxSteps, func(n uint64) {
			if c.Steps = int(n); c.Threshold > c.Steps {
				c.Threshold = 0
			}
		}),
		span("stuck", flags.stuck, func(d time.Duration) { c.Stuck = d }),
		c.allowLeaks(),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// number reads a setting that is a number from 1 to most.
func number(name string, value *string, most uint64, set func(uint64)) error {
	v, from := setting(name, value)
	if v == "" {
		return nil
	}
	n, err := strconv.ParseUint(v, 0, 64)
	switch {
	case err != nil || n < 1:
		return fmt.Errorf("ravel: %s=%q: want a number of at least 1", from, v)
	case n > most:
		return fmt.Errorf("ravel: %s=%q: want a number of at most %d", from, v, most)
	}
	set(n)
	return nil
}

// yesNo reads a setting that is 1 or 0, or another word for that.
func yesNo(name string, value *string, set func(bool)) error {
	v, from := setting(name, value)
	if v == "" {
		return nil
	}
	b, err := strconv.ParseBool(v)
	if err != nil {
		return fmt.Errorf("ravel: %s=%q: want 1 or 0", from, v)
	}
	set(b)
	return nil
}

// span reads a setting that is a duration.
func span(name string, value *string, set func(time.Duration)) error {
	v, from := setting(name, value)
	if v == "" {
		return nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return fmt.Errorf("ravel: %s=%q: want a positive duration such as 30s or 2m", from, v)
	}
	set(d)
	return nil
}
