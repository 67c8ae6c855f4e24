package check

import (
	"fmt"
	"hash/fnv"
	"runtime"
	"time"

	"github.com/ravelgo/ravel"
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
	// Processes lets all workers but one be processes; see the option of that name.
	Processes bool
	// Isolate runs each execution in a process of its own; see the option of that name.
	Isolate bool
	// Steps is the step bound of an execution; 0 is 10,000.
	Steps int
	// Threshold is the number of steps after which a hot monitor is suspected of a livelock; 0 is half of Steps.
	Threshold int
	// OrderedClock lets timers fire in the order of their deadlines, when nothing else can move; EarlyTimers of them
	// may fire before their turn.
	OrderedClock bool
	EarlyTimers  int
	// Inbox bounds the inboxes of all machines, Inboxes those of the definitions of that name; see the options of that name.
	Inbox   ravel.Inbox
	Inboxes map[string]ravel.Inbox
	// Lasso looks for fair cycles of states with a hot monitor; it needs the states' fingerprints and costs time.
	Lasso bool
	// BoundIsFailure makes an execution that reaches the step bound a failure.
	BoundIsFailure bool
	// NoShrink keeps a failing schedule as it was found.
	NoShrink bool
	// ShrinkTime is the last resort of the search for a simpler schedule, which has other bounds; 0 is 4.5 s. Where it ends a
	// search, the result depends on the machine, and the report says so.
	ShrinkTime time.Duration
	// ShrinkSteps bounds the steps of all executions of that search; 0 is five million.
	ShrinkSteps int
	// Stuck is how long code may run without a step before the test process is ended with a diagnosis; 0 is 10 s,
	// negative is never.
	Stuck time.Duration
	// Goroutines says that the goroutines of the body have to be under control. Without it they are, if that can be had and
	// the first execution starts any.
	Goroutines bool
	// Memory makes plain memory accesses of goroutines scheduling points; it needs a program built with -race.
	Memory bool
	// AllowLeak are regular expressions of functions whose goroutines may be left when an execution is over; see the option.
	AllowLeak []string
	// Progress, if set, is called about twice a second while executions run.
	Progress func(Progress)

	ordinary   *ordinary // that the body runs, if it is not one that a Ravel test has given
	name       string    // of the test, with its package
	pkg        string
	test       string
	number     int   // which exploration of the test it is, from 1
	foreign    bool  // Custom is the caller's
	anyWorkers bool  // Workers is not the caller's
	deadline   bool  // Time is what the test's deadline leaves
	mistake    error // of an option
	goroutines goSettings
	fairFrom   int // the number, from 1, of the choice in whose place the fair suffix begins, in replays; 0: at the threshold
	allow      []allowance
	isolation  *isolation // where executions run; nil: in this process, and in worker processes
	report     time.Time  // when it is time to report, because of the test's deadline
}

// Progress is how far an exploration has come.
type Progress struct {
	Executions uint64
	Steps      uint64
	Elapsed    time.Duration
	Failed     bool // an execution has failed: what is left is to replay it and to look for a simpler one
}

// Defaults of Config.
const (
	DefaultSchedules      = 10_000
	DefaultSchedulesShort = 1_000
	DefaultTime           = 2 * time.Second
	DefaultSteps          = 10_000
	DefaultStuck          = 10 * time.Second
	DefaultShrinkTime     = 4500 * time.Millisecond
	DefaultShrinkSteps    = 5_000_000
)

const (
	maxWorkers = 1024
	maxSteps   = 1<<31 - 1
)

// Option changes how Test, Fuzz, Bench and Replay explore. Flags and RAVEL_* variables override options.
type Option func(*Config)

// Schedules sets the number of executions and lifts the time bound.
func Schedules(n uint64) Option {
	return func(c *Config) { c.Schedules = n; c.atLeast1("Schedules", n >= 1, n) }
}

// Time sets how long executions are started, and lifts the bound on their number unless Schedules sets one.
func Time(d time.Duration) Option {
	return func(c *Config) {
		if c.Time = d; d <= 0 {
			c.wrong("Time(%v): it must be positive", d)
		}
	}
}

// Strategy sets the exploration strategy, such as "pct:3".
func Strategy(spec string) Option { return func(c *Config) { c.Strategy = spec } }

// Custom sets a strategy of your own; factory is called once per worker.
func Custom(name string, factory func() strategy.Strategy) Option {
	return func(c *Config) {
		if c.Strategy, c.Custom = name, factory; factory == nil {
			c.wrong("Custom(%q, nil): it needs a function that makes strategies", name)
		}
	}
}

// Seed sets the seed of the run.
func Seed(s uint64) Option { return func(c *Config) { c.Seed, c.Seeded = s, true } }

// Workers sets how many executions run side by side.
func Workers(n int) Option {
	return func(c *Config) { c.Workers = n; c.atLeast1("Workers", n >= 1, n) }
}

// Serial runs one execution at a time, for bodies that share something with their closure.
func Serial() Option { return Workers(1) }

// Goroutines says that the test is about goroutines, so that it means nothing in a program that does not control them: Test
// skips it there, and Explore returns an error. The command ravel test builds programs that do.
func Goroutines() Option { return func(c *Config) { c.Goroutines = true } }

// Processes gives each worker but one a process of its own, which is a copy of this test binary that runs this test alone: for
// code that has package variables or other state of the process, which executions side by side in one process would share.
// See the section about worker processes.
func Processes() Option { return func(c *Config) { c.Processes = true } }

// Isolate gives each execution a process of its own, which is a copy of this test binary that runs this test up to the call
// of Test, runs one execution and ends: for code whose package variables make executions of one process differ. It costs
// some milliseconds for each.
func Isolate() Option { return func(c *Config) { c.Isolate = true } }

// Memory makes plain memory accesses of goroutines scheduling points, so that what a data race leads to can be seen. It
// needs a program built with -race (ravel test --race), and is an error elsewhere. Executions have many more steps.
func Memory() Option { return func(c *Config) { c.Memory = true } }

// Steps sets the step bound of an execution.
func Steps(n int) Option {
	return func(c *Config) { c.Steps = n; c.atLeast1("Steps", n >= 1, n) }
}

// Threshold sets the number of steps after which a hot monitor is suspected of a livelock.
func Threshold(n int) Option {
	return func(c *Config) { c.Threshold = n; c.atLeast1("Threshold", n >= 1, n) }
}

// OrderedClock lets timers fire in the order of their deadlines; early of them may fire before their turn.
func OrderedClock(early int) Option {
	return func(c *Config) { c.OrderedClock, c.EarlyTimers = true, early }
}

// Inbox bounds the inbox of every machine, but for those of the packages under model, which stand for an environment, and for the
// body of the test, which is outside.
func Inbox(in ravel.Inbox) Option { return func(c *Config) { c.Inbox = in } }

// Inboxes bounds the inboxes of the machines whose definition, or plain function, has that name; see ravel.Inbox. It comes before
// Inbox. A package variable can be given to live.Options as well, so that what is tested is what runs.
func Inboxes(by map[string]ravel.Inbox) Option { return func(c *Config) { c.Inboxes = by } }

// Lasso looks for fair cycles of states with a hot monitor.
func Lasso() Option { return func(c *Config) { c.Lasso = true } }

// BoundIsFailure makes an execution that reaches the step bound a failure.
func BoundIsFailure() Option { return func(c *Config) { c.BoundIsFailure = true } }

// wrong keeps the first mistake of the options.
func (c *Config) wrong(format string, args ...any) {
	if c.mistake == nil {
		c.mistake = fmt.Errorf("ravel: option "+format, args...)
	}
}

func (c *Config) atLeast1(option string, ok bool, n any) {
	if !ok {
		c.wrong("%s(%d): it must be at least 1", option, n)
	}
}

// normalize fills in the defaults and refuses what makes no sense.
func (c *Config) normalize(short bool) error {
	switch {
	case c.mistake != nil:
		return c.mistake
	case c.Steps < 0:
		return fmt.Errorf("ravel: Steps is %d: an execution needs at least one step", c.Steps)
	case c.Steps > maxSteps:
		return fmt.Errorf("ravel: Steps is %d: it can be at most %d", c.Steps, maxSteps)
	case c.Threshold < 0:
		return fmt.Errorf("ravel: Threshold is %d: it must be at least 1", c.Threshold)
	case c.Workers < 0:
		return fmt.Errorf("ravel: Workers is %d: it must be at least 1", c.Workers)
	case c.Workers > maxWorkers:
		return fmt.Errorf("ravel: Workers is %d: it can be at most %d", c.Workers, maxWorkers)
	case c.Time < 0:
		return fmt.Errorf("ravel: Time is %v: it must be positive", c.Time)
	case c.EarlyTimers < 0:
		return fmt.Errorf("ravel: EarlyTimers is %d: it cannot be negative", c.EarlyTimers)
	}
	if err := c.checkInboxes(); err != nil {
		return err
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
		c.anyWorkers = true
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.Strategy == "" {
		c.Strategy = "portfolio"
	}
	if c.foreign = c.Custom != nil; !c.foreign {
		f, err := strategy.Parse(c.Strategy)
		if err != nil {
			return fmt.Errorf("ravel: %w", err)
		}
		c.Custom = f
	} else if s := c.Custom(); s == nil {
		return fmt.Errorf("ravel: strategy %s: its function returned nil", c.Strategy)
	}
	if !c.Seeded {
		h := fnv.New64a()
		h.Write([]byte(c.name))
		c.Seed, c.Seeded = h.Sum64(), true
	}
	if c.Stuck == 0 {
		c.Stuck = DefaultStuck
	}
	if c.ShrinkTime <= 0 {
		c.ShrinkTime = DefaultShrinkTime
	}
	if c.ShrinkSteps <= 0 {
		c.ShrinkSteps = DefaultShrinkSteps
	}
	return c.allowAll()
}
