package gocontrol

import (
	"errors"
	"fmt"
	"time"
)

// A Strategy takes the decisions of an execution.
type Strategy uint8

const (
	// Random picks uniformly among the alternatives.
	Random Strategy = iota
	// PCT runs the goroutine of the highest random priority and lowers priorities at Depth-1 random steps (Burckhardt
	// et al., A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010).
	PCT
	// Replay repeats Options.Replay. An execution that does not fit, or is longer, ends as Diverged.
	Replay
	// Default never preempts: the current goroutine, else the one created first; the first ready case.
	Default
	// Ask calls Options.Choose, at the price of two switches for each decision.
	Ask
	// POS gives every pending operation a random priority (Yuan, Yang, Gu, Partial Order Aware Concurrency Sampling, CAV
	// 2018).
	POS
	// URW is uniform over interleavings, and SURW over those of the steps that touch one object, as Options.Plan says (Zhao,
	// Wolff, Mathur, Roychoudhury, Selectively Uniform Concurrency Testing, ASPLOS 2025).
	URW
	SURW
)

// DefaultMaxSteps bounds an execution whose options do not.
const DefaultMaxSteps = 100_000

// Options of an execution. The zero value is a random walk with seed 0.
type Options struct {
	Seed     uint64 // of the strategy and of the values that the execution draws
	Strategy Strategy
	Depth    int    // of PCT, 1 to 65; 0 means 3
	Expect   uint64 // PCT: estimate of the number of steps; 0 means 100
	Plan     *Plan  // of URW and SURW
	Replay   []Decision
	Choose   func(Question) (alternative int, ok bool) // see Question; ok == false stops the execution
	MaxSteps uint64                                    // 0 means DefaultMaxSteps
	Atomics  bool                                      // methods of the types of sync/atomic are scheduling points
	Trace    int                                       // scheduling points to describe in Result.Trace
}

// A Question is a decision to be taken by Options.Choose. Choose runs on the goroutine that called Run, while the
// goroutines of the execution stand still: it must not wait for them. The answer is an index in Alternatives, which
// Choose must not keep.
type Question struct {
	Current      int // the goroutine that has reached a point, -1 if the last one blocked or exited
	Kind         Kind
	Object       uintptr    // identity of the object of its operation, 0 for none
	Select       bool       // the alternatives are ready cases, else goroutines
	Alternatives []Decision // two or more
}

func (o Options) validate() error {
	switch {
	case o.Strategy > SURW:
		return fmt.Errorf("gocontrol: unknown strategy %d", o.Strategy)
	case !o.Plan.fits(o.Strategy):
		return errPlan
	case o.Strategy == Ask && o.Choose == nil:
		return errors.New("gocontrol: the strategy Ask needs Options.Choose")
	case o.Strategy != Ask && o.Choose != nil:
		return errors.New("gocontrol: Options.Choose needs the strategy Ask")
	case o.Strategy != Replay && len(o.Replay) > 0:
		return errors.New("gocontrol: Options.Replay needs the strategy Replay")
	case o.Depth < 0 || o.Depth > 65:
		return fmt.Errorf("gocontrol: depth %d is not in 1 to 65", o.Depth)
	case o.Trace < 0 || o.Trace > 1<<30:
		return fmt.Errorf("gocontrol: cannot describe %d scheduling points", o.Trace)
	}
	return nil
}

// Result of an execution.
type Result struct {
	End       End
	Steps     uint64     // moves, to a scheduling point, a park or an exit, and advances of the clock
	Switches  uint64     // changes of the running goroutine
	Decisions []Decision // replay the execution with the same seed
	Digest    uint64     // of who did what kind of operation in which order
	Elapsed   time.Duration
	Outside   uint64 // wakeups by the network poller or by uncontrolled goroutines; not repeatable if not 0

	Panic   any    // if Panicked
	Message string // of a fatal error
	Stack   Stack  // of the panic or fatal error

	Blocked   []Goroutine // alive at the end, unless Finished: what a deadlock or leak consists of
	Trace     []Point
	Abandoned int // goroutines that could not be ended: coroutines of iterators never stopped
}

// Run executes f under control and returns when the execution is over and its goroutines have ended. It returns an
// error, and does not call f, if control is not available or the options are wrong. A failure of the program is no
// error.
//
// One execution runs at a time in a process; the caller must not be a controlled goroutine.
func Run(f func(), opts Options) (Result, error) {
	if err := Available(); err != nil {
		return Result{}, err
	}
	if f == nil {
		return Result{}, errors.New("gocontrol: no function to run")
	}
	if err := opts.validate(); err != nil {
		return Result{}, err
	}
	cfg := opts.config()
	var panicked any
	if opts.Choose != nil {
		cfg.choose = answer(opts.Choose, &panicked)
	}
	var res result
	main := func() { f() } // the runtime takes a goroutine that begins in one of its own functions for a system goroutine
	if err := startError(hooks.run(main, &cfg, &res)); err != nil {
		return Result{}, err
	}
	releaseLeft(nil)
	if panicked != nil {
		panic(panicked) // of Choose, once the execution is cleared away
	}
	return res.describe(opts), nil
}

func (o Options) config() config {
	cfg := config{
		strategy: uint8(o.Strategy), atomics: o.Atomics, seed: o.Seed, values: o.Seed, maxSteps: o.MaxSteps,
		plan: o.Plan, depth: int32(o.Depth), expect: o.Expect, maxTrace: int32(o.Trace), decisions: make([]uint64, 0, 64),
	}
	if cfg.maxSteps == 0 {
		cfg.maxSteps = DefaultMaxSteps
	}
	if cfg.depth == 0 {
		cfg.depth = 3
	}
	if cfg.expect == 0 {
		cfg.expect = 100
	}
	for _, d := range o.Replay {
		cfg.replay = append(cfg.replay, uint32(d))
	}
	return cfg
}

// answer adapts Choose to the runtime, which takes a negative answer for a stop.
func answer(choose func(Question) (int, bool), panicked *any) func(*question) int64 {
	var alts []Decision
	return func(q *question) (a int64) {
		defer func() {
			if p := recover(); p != nil {
				*panicked, a = p, -1
			}
		}()
		alts = alts[:0]
		for _, alt := range q.alts {
			d := Decision(alt)
			if q.sel {
				d |= selectBit
			}
			alts = append(alts, d)
		}
		i, ok := choose(Question{Current: int(q.current), Kind: Kind(q.kind), Object: q.obj, Select: q.sel, Alternatives: alts})
		if !ok {
			return -1
		}
		if i < 0 || i >= len(alts) {
			panic(fmt.Sprintf("gocontrol: Choose answered %d of %d alternatives", i, len(alts)))
		}
		return int64(q.alts[i])
	}
}
