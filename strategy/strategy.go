package strategy

import "github.com/ravelgo/ravel/schedule"

// Strategy makes the choices of executions, one execution at a time.
//
// A Strategy value is used by one goroutine; a parallel run creates one per worker. What it does in execution K may
// depend on nothing but the Execution it is given, unless it is exhaustive (see Properties).
type Strategy interface {
	// Start prepares for an execution. It returns false when there is nothing left to explore; the execution is then
	// not run.
	Start(e Execution) bool

	// Pick returns the index in ops of the operation that moves next. It is called when at least two operations are
	// enabled. The order of ops depends only on the choices made so far; ops may be neither kept nor changed. The
	// pointers in it stay valid, and identify their operations, until the execution ends.
	Pick(ops []*Op) int

	// Value returns a number in [0, c.N). It is called when c.N is at least 2.
	Value(c Value) int
}

// Execution describes the execution that is about to start.
type Execution struct {
	K        uint64 // number of the execution in its run, from 0
	Seed     uint64 // differs for every (seed of the run, K)
	Length   int    // estimated number of decisions between two or more enabled operations, from earlier executions; 0 when nothing is known
	Steps    int    // estimated number of steps; 0 when nothing is known
	Ops      int    // estimated number of operations; 0 when nothing is known
	MaxSteps int    // the execution is cut at this many steps
}

// Value is a data choice that a program makes.
type Value struct {
	Kind schedule.Kind // Bool or Int
	N    int           // number of values
	Fair bool          // declared fair: taken infinitely often, it takes each of its values infinitely often
	Op   *Op           // the operation that asks
}

// Result is how an execution ended.
type Result struct {
	Steps   int  // joined steps
	Picks   int  // decisions between two or more enabled operations
	Ops     int  // operations that existed
	Failed  bool // it ended in a failure
	Bounded bool // it was cut at the step bound
}

// Properties are what a strategy promises.
type Properties struct {
	// Fair: every operation that stays enabled is picked eventually, with probability 1.
	Fair bool
	// Exhaustive: Start returns false once every schedule has been explored. The executions of an exhaustive strategy
	// depend on each other, so it needs Finish, and it picks faults itself (see FaultPicker).
	Exhaustive bool
}

// The interfaces below are optional.

// Described strategies declare their properties, of the execution that Start was called for; the others have none.
type Described interface{ Properties() Properties }

// Observer strategies follow the operations, so that they need no scan in Pick.
//
// When Enabled is called, op.Next is set, and it stays while the operation is enabled and does not move. The end of an
// execution has no callbacks; a fault that happens is Executed like any other operation.
//
// Enabled and Disabled report every change of the enabled set (an operation that is enabled and moves, and stays
// enabled, is not reported). Executed is called after each step with what the step did; op.Next is by then the action
// that comes next. A joined step did two actions. The slice is valid during the call.
type Observer interface {
	Enabled(op *Op)
	Disabled(op *Op)
	Executed(op *Op, did []Action)
}

// FaultPicker strategies decide themselves when offered faults happen. PickFault is called in place of Pick whenever
// faults are on offer, also when only one operation is enabled; step is the number of the step about to run. It
// returns an index in ops, or len(ops) plus an index in faults. At quiescence ops holds one operation of kind End. For
// any other strategy faults are planned as FaultPlan describes.
type FaultPicker interface {
	PickFault(step int, ops, faults []*Op) int
}

// Listener strategies hear the calls that the program makes with Context.Explorer: an order of its machines, say, that a
// protocol's author knows to be worth trying. op is the operation of the machine that calls.
type Listener interface {
	Told(op *Op, call string, args []any)
}

// Finisher strategies are told how each execution ended.
type Finisher interface{ Finish(r Result) }
