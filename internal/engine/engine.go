package engine

import (
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/checkpoint"
	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Config says how executions are run. What affects the choices of an execution is part of every saved schedule.
type Config struct {
	MaxSteps    int  // an execution is cut at this many joined steps; at least 1
	Threshold   int  // a monitor hot for this many steps is suspected of a livelock; at least 1
	Ordered     bool // timers fire in the order of their deadlines, when nothing else can move
	EarlyTimers int  // ordered clock: how many timers may fire before their turn has come

	// Inbox bounds the inboxes of all machines but models and the root, Inboxes those of the definitions of that name.
	Inbox   ravel.Inbox
	Inboxes map[string]ravel.Inbox

	Check       bool // digest payloads at Send and compare at flush and dequeue; look for held locks
	Fingerprint bool // keep the fingerprint of the state up to date
	Lasso       bool // look for fair cycles of states with a hot monitor; implies Fingerprint
	Reach       bool // look for memory that two machines share
	Record      bool // keep named choices and events: for replays
	Cover       bool // count what machines and monitors do, for Engine.Coverage
	Explain     bool // with Record: events have stacks and what they follow from, and tell of changes of fields

	// Goroutines puts the goroutines that the program starts under control. It needs a program that was built with the
	// overlay of package gocontrol, and one such execution runs in a process at a time.
	Goroutines    bool
	Memory        bool // with Goroutines: plain memory accesses are scheduling points
	ValueSeeds    int  // with Goroutines: how many seeds there are for what the program draws (math/rand, the order of maps)
	EarlyGoTimers int  // with Goroutines: how many timers of goroutines may fire while something else can move

	// AllowLeak returns the number of the rule that allows a goroutine, which began with the function start, to be left when
	// everything is over; -1 if there is none. It may be nil.
	AllowLeak func(g *gocontrol.Goroutine, start string) int

	// Fair, if set, is asked before each step at which a monitor is hot how many choices were made; where it says true the fair
	// suffix begins, ahead of the threshold. The monitor has to stay hot for as long as it would have had to otherwise, two
	// thresholds, so that it proves the same: what comes before the suffix is shorter. Not with Goroutines.
	Fair func(choices int) bool

	// Cool, if positive, is the step from which on the execution is cut when no monitor is hot, nor was since it was cold. Give,
	// if set, is asked before each choice of what moves; where it says true the execution is cut. Both are for executions that
	// are wanted for a failure only, and count as pruned. Not with Goroutines.
	Cool int
	Give func() bool

	// Paths is how many executions one Run may run, if the strategy is a Backtracker and states of the program can be
	// saved: all but the last end without a failure, and are counted in Outcome.Before. Execution describes the first.
	// Zero: states are not saved.
	Paths     int
	Execution strategy.Execution
}

// Program is the code under test: Body is the root machine's handler, AtEnd runs at quiescence.
type Program struct {
	Body  func(c *ravel.Context)
	AtEnd func()

	// Cleanup runs behind AtEnd, with goroutines: it may end some, and what is left then has leaked.
	Cleanup func()

	// For going back to saved states; each may be nil. Ends returns how many functions AtEnd would call, Trim forgets all
	// but the first n of them, and Final reports that Run has to return: something must be done that belongs to the end.
	Ends  func() int
	Trim  func(n int)
	Final func() bool
}

// Outcome is how an execution ended. Slices are valid until the engine's next Run.
type Outcome struct {
	Err     error // a failure.Failure, or nil
	Steps   int
	Picks   int
	Ops     int
	Bounded bool // cut at MaxSteps
	Pruned  bool // ended by the strategy, which has explored, or will, what could come
	Slow    bool // a monitor stayed hot beyond the threshold, and cooled in the fair suffix
	Choices []uint32
	State   digest.Digest // fingerprint of the last state, with Config.Fingerprint

	Before  Paths // executions that ended before the one that the rest is about, with Config.Paths
	Begun   bool  // the strategy has been started for another execution, which is to be run from the start
	Ended   bool  // the strategy has been asked to start another execution, and has none
	Rewound int   // executions, of all of these, that began in a saved state

	Goroutines int                // that the program has started, with Config.Goroutines
	Stalled    bool               // a handler has been blocked, or has slept
	Outside    uint64             // wake-ups of goroutines by what is not under control
	Wakeups    []failure.Wakeup   // those; who was woken is known of recorded executions
	Digest     uint64             // of who did what kind of operation in which order
	Spinning   []failure.Spinning // who went on when a recorded execution was cut at its bound
	Allowed    []int              // the rules of AllowLeak that applied, one for each goroutine
	Endless    *failure.Endless   // who goes on for ever, if somebody does: the execution is neither failed nor clean
	Fair       int                // the number, from 1, of the choice that would have come where Config.Fair began the fair suffix; 0 if it did not
	Unproven   bool               // somebody waits for ever perhaps, while others go on: the same execution tells if it is recorded

	Unhashable error          // what has no fingerprint
	Shared     *digest.Shared // memory found shared, with Config.Reach

	Named  []schedule.Named // with Config.Record
	Events []Event          // with Config.Record
}

// Engine runs executions, one at a time, on the goroutine that calls Run.
type Engine struct {
	// Stranger, if set, is called when a goroutine that the engine does not control makes a call that only a handler
	// may make. The engine cannot end that goroutine: if Stranger returns, it panics with err.
	Stranger func(call string, err error)

	cfg    Config
	strat  strategy.Strategy
	picker strategy.Strategy    // who answers Pick in the end: wrappers only forward it
	fault  strategy.FaultPicker // the strategy itself, if it picks faults
	obs    strategy.Observer    // nil unless the strategy listens
	visit  strategy.Visitor     // nil unless the strategy wants to see states
	reduce strategy.Reducer     // nil unless the strategy leaves out equivalent executions
	prog   Program

	root    *machine.Ref
	epoch   uint64
	machs   []*mach // by slot; the first nmachs are of this execution
	nmachs  int
	timers  []*timer
	ntimers int
	faults  []*fault
	nfaults int

	ops     []*op          // of this execution, by Op.Index
	enabled []*strategy.Op // in no particular but a deterministic order
	offered []*fault
	budgets []budget
	models  []model
	mons    []*monitor
	nmons   int

	steps   int
	picks   int
	alarm   int // the step at which the loop has to look at bounds
	now     time.Duration
	choices []uint32
	last    *strategy.Op // the operation that moved last
	did     []strategy.Action
	aside   []strategy.Action // what else the step met, for a Reducer
	open    bool              // a step has begun and not ended, with a Reducer
	quiet   bool              // the next step is one that waited until nothing could move, with a Reducer

	stop      bool
	finished  bool // body and machines are done, AtEnd has run
	bounded   bool
	pruned    bool
	slow      bool
	err       error
	confirm   confirmation
	special   bool // picks take the slow path
	limited   bool // some inboxes may be bounded
	careful   bool // cfg.Check || cfg.Fingerprint || cfg.Record
	watched   bool // cfg.Fingerprint || cfg.Reach
	ender     strategy.Op
	optional  []*strategy.Op
	mandatory []*strategy.Op

	current    *op      // that took the step
	running    *mach    // whose handler runs
	lent       *mach    // whose predicate, or the model to which it writes, runs amid a step
	listening  *monitor // whose code runs
	ending     bool     // AtEnd runs
	unfinished *mach    // its handler has been suspended or has ended, its step has not
	cur        *coro
	resume     *coro
	pool       []*coro
	doomed     []*coro
	guards     []uint8 // of the machines, while bury ends what is doomed
	unwinding  bool    // coroutines are being ended, with the deferred functions on them
	coros      int     // alive
	spawned    uint64  // goroutines, coroutines included

	meta  machine.Meta // of the effect that is being performed
	poked atomic.Bool  // set by Poke, cleared by the next step

	back        strategy.Backtracker // nil unless states are saved
	frames      []*frame
	saver       checkpoint.Saver
	roots       []any
	savedModels *savedModels // that the present models are equal to, nil if none
	paths       Paths
	rewound     int
	begun       bool
	ended       bool
	unsaved     error // why states could not be saved
	hopeless    bool  // they never can be
	barren      int   // executions in a row of which no state could be saved

	fp    fingerprint
	lasso lasso
	rec   recorder
	why   explainer
	ctl   *control        // nil without goroutines
	somes map[string]bool // Sometimes conditions: whether they ever held, over all executions; see FullInbox
	fulls map[string]bool // by definition: whether a bounded inbox ever had no room
	heard map[string]int  // notifications by monitor name, over all executions
	gone  map[string]int  // notifications that no monitor declares, over all executions

	covers covered
}

// epochOf is the start of the tester's clock.
var epochOf = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// New returns an engine. Close it when it is no longer needed.
func New() *Engine {
	e := &Engine{somes: map[string]bool{}, fulls: map[string]bool{}, heard: map[string]int{}, gone: map[string]int{}}
	e.root = machine.NewRoot(e)
	e.ender = strategy.Op{Kind: strategy.End, Index: -1, Name: "end", Next: strategy.Action{Kind: strategy.Finish}}
	return e
}

// Coroutines returns how many goroutines the engine keeps.
func (e *Engine) Coroutines() int { return e.coros }

// Started returns how many goroutines the engine has started for itself.
func (e *Engine) Started() uint64 { return e.spawned }

// Closing reports whether the execution is over, and the goroutines that are left are being ended: what their deferred functions
// do is no part of it.
func (e *Engine) Closing() bool { return e.ctl != nil && e.ctl.closing }

// Hurried reports whether a timer of goroutines has fired early in the execution.
func (e *Engine) Hurried() bool {
	c := e.ctl
	return c != nil && e.cfg.Goroutines && c.early > 0 && e.budgets[c.clock.Budget].units < c.early
}

// Poke reports whether the engine has taken a step since the last call. It may be called from any goroutine.
func (e *Engine) Poke() bool { return !e.poked.Swap(true) }

// Close ends the engine's coroutines.
func (e *Engine) Close() {
	for _, c := range e.pool {
		c.stop()
	}
	e.pool, e.coros = nil, 0
}

// Sometimes returns the conditions met so far and whether they ever held.
func (e *Engine) Sometimes() map[string]bool { return e.somes }

// Heard counts the notifications that each monitor heard so far; Gone counts those that no registered monitor declares, by
// type.
func (e *Engine) Heard() map[string]int { return e.heard }
func (e *Engine) Gone() map[string]int  { return e.gone }

// Run runs one execution, or several (see Config.Paths). The strategy has been started for it.
func (e *Engine) Run(cfg Config, s strategy.Strategy, p Program) Outcome {
	over := false
	defer func() {
		if !over {
			e.coros-- // the strategy panicked, or we did, which has ended the coroutine
			e.forget()
			e.bury()
		}
	}()
	if e.Resumes(s) {
		e.cfg.Paths, e.cfg.Execution = cfg.Paths, cfg.Execution
		e.paths, e.rewound, e.begun, e.ended = Paths{}, 0, false, false
		e.rewind(e.frameFor(e.back.Common()))
	} else {
		e.reset(cfg, s, p)
		e.spawnRoot()
	}
	if cfg.Goroutines {
		if err := e.startControl(); err != nil {
			over = true
			return Outcome{Err: err}
		}
		defer e.stopControl()
	}
	e.runLoop()
	e.bury()
	over = true
	e.lookForFrames()
	return e.outcome()
}

func (e *Engine) reset(cfg Config, s strategy.Strategy, p Program) {
	e.picker = strategy.Unwrapped(s)
	e.visit, _ = e.picker.(strategy.Visitor)
	e.reduce, _ = e.picker.(strategy.Reducer)
	e.aside, e.open, e.quiet = e.aside[:0], false, false
	e.back = nil
	if cfg.Paths > 0 && e.reduce == nil && !e.hopeless && !cfg.Record && !cfg.Lasso && !cfg.Reach {
		e.back, _ = e.picker.(strategy.Backtracker)
	}
	e.frames, e.savedModels = e.frames[:0], nil
	e.paths, e.rewound, e.begun, e.ended = Paths{}, 0, false, false
	if cfg.Lasso || e.visit != nil || e.back != nil {
		cfg.Fingerprint = true
	}
	e.cfg, e.strat, e.prog = cfg, s, p
	e.fault, _ = s.(strategy.FaultPicker)
	e.obs = strategy.ObserverOf(s)
	e.epoch++
	e.nmachs, e.ntimers, e.nfaults, e.nmons = 0, 0, 0, 0
	e.ops, e.enabled, e.offered = e.ops[:0], e.enabled[:0], e.offered[:0]
	e.budgets, e.models = e.budgets[:0], e.models[:0]
	e.steps, e.picks, e.now = 0, 0, 0
	e.alarm = e.bound()
	e.choices, e.last = e.choices[:0], nil
	e.stop, e.finished, e.bounded, e.pruned, e.slow, e.err = false, false, false, false, false, nil
	e.confirm = confirmation{}
	e.careful = cfg.Check || cfg.Fingerprint || cfg.Record
	e.watched = cfg.Fingerprint || cfg.Reach
	if e.limited || cfg.Inbox.Capacity > 0 || len(cfg.Inboxes) > 0 {
		e.limit()
	}
	e.special = cfg.Record || cfg.Ordered || e.reduce != nil || cfg.Fair != nil || cfg.Give != nil
	e.running, e.lent, e.listening, e.unfinished, e.resume, e.ending = nil, nil, nil, nil, nil, false
	e.fp.reset()
	e.lasso.reset()
	e.rec.reset(cfg.Record)
	if cfg.Cover {
		e.covers.next()
	}
	e.why.reset(cfg.Record && cfg.Explain)
	if cfg.Ordered && cfg.EarlyTimers > 0 {
		e.budgets = append(e.budgets, budget{name: "early timers", units: cfg.EarlyTimers, total: cfg.EarlyTimers})
	}
}

func (e *Engine) spawnRoot() {
	body := e.prog.Body
	m := e.newMach(e.root, rootSpec)
	m.body = body
	e.appear(m, nil)
}

// rootSpec is the root machine; its function is the execution's body, which changes from run to run.
var rootSpec = machine.Spec{Def: &machine.Def{Name: "test", Fn: func(ctx any) {}}}

func (e *Engine) outcome() Outcome {
	e.cutShort()
	e.tellFields() // of the step that has failed
	o := Outcome{
		Err: e.err, Steps: e.steps, Picks: e.picks, Ops: len(e.ops), Bounded: e.bounded, Pruned: e.pruned, Slow: e.slow,
		Choices: e.choices, Unhashable: e.fp.env.Err, Shared: e.fp.shared,
		Before: e.paths, Begun: e.begun, Ended: e.ended, Rewound: e.rewound,
	}
	o.Fair = e.confirm.choices
	if e.cfg.Fingerprint {
		o.State = e.fp.sum
	}
	if e.cfg.Goroutines {
		e.ctl.outcome(&o)
	}
	if e.cfg.Record {
		o.Named, o.Events = e.rec.named, e.rec.events
	}
	return o
}

// DisplayName implements machine.Namer: the name, with a number from the second machine of that name on. It is only
// asked when somebody will read the answer.
func (e *Engine) DisplayName(r *machine.Ref) string {
	if r.Epoch != e.epoch || int(r.Slot) >= e.nmachs {
		return "machine of another execution"
	}
	m := e.machs[r.Slot]
	n := 1
	for _, o := range e.machs[:r.Slot] {
		if o.name == m.name {
			n++
		}
	}
	return numbered(m.name, n)
}
