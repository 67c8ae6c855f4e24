package strategy

import "github.com/ravelgo/ravel/schedule"

// Strategy makes the choices of executions, one execution at a time.
//
// A Strategy value is used by one goroutine; a parallel run creates one per worker. What it does in execution K may
// depend on nothing but the Execution it is given, unless it is exhaustive (see Properties), and what a Learner has learnt.
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
	Run      uint64 // the seed of the run, the same for all its executions
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
	Bounded bool // it was cut at the step bound, or where the strategy ended it (see Bounder)
}

// Properties are what a strategy promises.
type Properties struct {
	// Fair: every operation that stays enabled is picked eventually, with probability 1.
	Fair bool
	// Exhaustive: Start returns false once every schedule, or every state, has been explored. The executions of an
	// exhaustive strategy depend on each other, so it needs Finish, and it picks faults itself (see FaultPicker).
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
// protocol's author knows to be worth trying. op is the operation of the machine that calls. A ravel.ID among the arguments
// comes as the *Op of that machine, nil if there is no such machine; a []ravel.ID as a []*Op.
type Listener interface {
	Told(op *Op, call string, args []any)
}

// Finisher strategies are told how each execution ended.
type Finisher interface{ Finish(r Result) }

// State is the fingerprint of a state of the program between two steps: 128 bits that are equal for equal states, whatever
// led there. What is part of it, and what cannot be, is said where the program's values are declared (package ravel).
type State [2]uint64

// Visitor strategies see the states that an execution goes through. Visit is called after each step, ahead of Pick, with
// the state that the step has led to. If it returns false the execution ends there, with nothing checked that belongs to
// the end of an execution: whoever has seen the state before has gone on from it. Visit is not called where something in
// the program has no fingerprint, which the report names.
type Visitor interface{ Visit(s State) bool }

// Reducer strategies run one of several executions that are equivalent: they differ only in the order of independent
// steps. They are told more than other Observers, and end executions that would repeat what they have explored.
type Reducer interface {
	Observer

	// Prune is called before each step with the operations among which Pick or PickFault chooses, also where there is one
	// only and neither is called. If it returns true the execution ends there, as one that a Visitor ends. Not asked is who
	// waited until nothing could move, unless faults are on offer, and in the steps of a confirmation (of a livelock).
	Prune(ops, faults []*Op) bool

	// Cut is called in place of Executed if the execution ends amid a step: with a failure, as a rule. did is what the
	// step did until then.
	Cut(op *Op, did []Action)
}

// Bounder strategies end executions before the step bound. StepBound is asked after Start: the execution is cut at that
// many steps, at least one, unless MaxSteps comes first. It is reported as ended by the strategy, not as cut at the step
// bound, and is never a failure.
type Bounder interface{ StepBound() int }

// Learner strategies adapt to earlier executions, and stay deterministic with any number of workers: a run has rounds,
// fixed ranges of K. What a strategy does in execution K may depend on the lessons of earlier rounds, and not on
// executions of its own round, of which other workers run some. A Wrapper around a Learner has to be one itself.
type Learner interface {
	// Lesson returns what the execution that has just finished taught; nil for nothing. It is called after Finish. The
	// lesson is handed to the strategies of all workers, so nobody may change it any more.
	Lesson() any
	// Learn is called at the end of a round, in every worker, with the lessons of its executions in the order of K. It is
	// not called when there are none.
	Learn(lessons []any)
	// Round is asked before a round: it may have so many executions at most; 0 is no limit. The answer depends on
	// what has been learnt alone.
	Round() int
}
