package check

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/ravelgo/ravel/strategy"
)

// Config says how a test body is explored. Its zero value explores as Test does by default.
type Config struct {
	// Schedules is the number of executions; 0 is 10,000 (1,000 under -short) and at most 2 s, unless Time is set.
	Schedules uint64
	// Time bounds how long new executions are started; 0 is no bound unless Schedules is 0 as well.
	Time time.Duration
	// Strategy is what strategy.Parse reads; "" is the portfolio.
	Strategy string
	// Custom makes the strategies instead, one per worker. Strategy is then only a name for reports.
	Custom func() strategy.Strategy
	// Seed determines the run; Seeded says that it was set. Without one the seed is a hash of the test's name.
	Seed   uint64
	Seeded bool
	// Workers is the number of executions side by side; 0 is one per processor.
	Workers int
	// Steps is the step bound of an execution; 0 is 10,000.
	Steps int
	// Threshold is the number of steps after which a hot monitor is suspected of a livelock; 0 is half of Steps.
	Threshold int
	// OrderedClock lets timers fire in the order of their deadlines, when nothing else can move; EarlyTimers of them
	// may fire before their turn.
	OrderedClock bool
	EarlyTimers  int
	// Lasso looks for fair cycles of states with a hot monitor; it needs the states' fingerprints and costs time.
	Lasso bool
	// BoundIsFailure makes an execution that reaches the step bound a failure.
	BoundIsFailure bool
	// NoShrink keeps a failing schedule as it was found.
	NoShrink bool
	// Stuck is how long code may run without a step before the test process is ended with a diagnosis; 0 is 10 s,
	// negative is never.
	Stuck time.Duration
	// Progress, if set, is called about twice a second while executions run.
	Progress func(Progress)

	name string // of the test, with its package
	pkg  string
	test string
}

// Progress is how far an exploration has come.
type Progress struct {
	Executions uint64
	Steps      uint64
	Elapsed    time.Duration
}

// Defaults of Config.
const (
	DefaultSchedules      = 10_000
	DefaultSchedulesShort = 1_000
	DefaultTime           = 2 * time.Second
	DefaultSteps          = 10_000
	DefaultStuck          = 10 * time.Second
)

// Option changes how Test, Fuzz, Bench and Replay explore. Flags and RAVEL_* variables override options.
type Option func(*Config)

// Schedules sets the number of executions and lifts the time bound.
func Schedules(n uint64) Option { return func(c *Config) { c.Schedules = n } }

// Time sets how long executions are started, and lifts the bound on their number unless Schedules sets one.
func Time(d time.Duration) Option { return func(c *Config) { c.Time = d } }

// Strategy sets the exploration strategy, such as "pct:3".
func Strategy(spec string) Option { return func(c *Config) { c.Strategy = spec } }

// Custom sets a strategy of your own; factory is called once per worker.
func Custom(name string, factory func() strategy.Strategy) Option {
	return func(c *Config) { c.Strategy, c.Custom = name, factory }
}

// Seed sets the seed of the run.
func Seed(s uint64) Option { return func(c *Config) { c.Seed, c.Seeded = s, true } }

// Workers sets how many executions run side by side.
func Workers(n int) Option { return func(c *Config) { c.Workers = n } }

// Serial runs one execution at a time, for bodies that share something with their closure.
func Serial() Option { return Workers(1) }

// Steps sets the step bound of an execution.
func Steps(n int) Option { return func(c *Config) { c.Steps = n } }

// Threshold sets the number of steps after which a hot monitor is suspected of a livelock.
func Threshold(n int) Option { return func(c *Config) { c.Threshold = n } }

// OrderedClock lets timers fire in the order of their deadlines; early of them may fire before their turn.
func OrderedClock(early int) Option {
	return func(c *Config) { c.OrderedClock, c.EarlyTimers = true, early }
}

// Lasso looks for fair cycles of states with a hot monitor.
func Lasso() Option { return func(c *Config) { c.Lasso = true } }

// BoundIsFailure makes an execution that reaches the step bound a failure.
func BoundIsFailure() Option { return func(c *Config) { c.BoundIsFailure = true } }

var flags struct {
	schedules, time, strategy, seed, workers, steps, replay, stuck *string
	verbose                                                        *bool
}

func init() {
	s := func(name, usage string) *string {
		return flag.String("ravel."+name, "", usage+" (also RAVEL_"+envName(name)+")")
	}
	flags.schedules = s("schedules", "number of executions of each Ravel test")
	flags.time = s("time", "how long each Ravel test starts executions, such as 30s")
	flags.strategy = s("strategy", "exploration strategy, such as random or pct:3")
	flags.seed = s("seed", "seed of the exploration, a number or random")
	flags.workers = s("workers", "executions side by side")
	flags.steps = s("steps", "step bound of an execution")
	flags.replay = s("replay", "replay this token or file instead of exploring")
	flags.stuck = s("stuck", "end the process when code makes no step for this long, such as 10s")
	flags.verbose = flag.Bool("ravel.v", false, "say what every Ravel test explored (also RAVEL_V=1)")
}

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

func verbose() bool {
	return *flags.verbose || os.Getenv("RAVEL_V") != "" && os.Getenv("RAVEL_V") != "0"
}

// fromFlags lays flags and variables over what the test's options said.
func (c *Config) fromFlags() error {
	number := func(name string, value *string, least int, set func(uint64)) error {
		v, from := setting(name, value)
		if v == "" {
			return nil
		}
		n, err := strconv.ParseUint(v, 0, 63)
		if err != nil || n < uint64(least) {
			return fmt.Errorf("ravel: %s=%q: want a number of at least %d", from, v, least)
		}
		set(n)
		return nil
	}
	span := func(name string, value *string, set func(time.Duration)) error {
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
	timed := c.Time
	for _, err := range []error{
		span("time", flags.time, func(d time.Duration) { c.Time, c.Schedules = d, 0 }),
		number("schedules", flags.schedules, 1, func(n uint64) {
			if c.Schedules = n; c.Time == timed {
				c.Time = 0
			}
		}),
		number("workers", flags.workers, 1, func(n uint64) { c.Workers = int(n) }),
		number("steps", flags.steps, 1, func(n uint64) { c.Steps, c.Threshold = int(n), 0 }),
		span("stuck", flags.stuck, func(d time.Duration) { c.Stuck = d }),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// normalize fills in the defaults and refuses what makes no sense.
func (c *Config) normalize(short bool) error {
	switch {
	case c.Steps < 0:
		return fmt.Errorf("ravel: Steps is %d: an execution needs at least one step", c.Steps)
	case c.Threshold < 0:
		return fmt.Errorf("ravel: Threshold is %d: it must be at least 1", c.Threshold)
	case c.Workers < 0:
		return fmt.Errorf("ravel: Workers is %d: it must be at least 1", c.Workers)
	case c.Time < 0:
		return fmt.Errorf("ravel: Time is %v: it must be positive", c.Time)
	case c.EarlyTimers < 0:
		return fmt.Errorf("ravel: EarlyTimers is %d: it cannot be negative", c.EarlyTimers)
	}
	if c.Schedules == 0 && c.Time == 0 {
		c.Schedules, c.Time = DefaultSchedules, DefaultTime
		if short {
			c.Schedules = DefaultSchedulesShort
		}
	}
	if c.Steps == 0 {
		c.Steps = DefaultSteps
	}
	if c.Threshold == 0 {
		c.Threshold = max(1, c.Steps/2)
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.Strategy == "" {
		c.Strategy = "portfolio"
	}
	if c.Custom == nil {
		f, err := strategy.Parse(c.Strategy)
		if err != nil {
			return fmt.Errorf("ravel: %w", err)
		}
		c.Custom = f
	}
	if !c.Seeded {
		h := fnv.New64a()
		h.Write([]byte(c.name))
		c.Seed, c.Seeded = h.Sum64(), true
	}
	if c.Stuck == 0 {
		c.Stuck = DefaultStuck
	}
	return nil
}
