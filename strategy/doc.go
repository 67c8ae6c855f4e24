// Package strategy decides what happens next in an execution: which operation moves, which value a choice takes, which
// fault happens. One strategy is one file, with its formula, its guarantee and its source.
//
// # The shelf
//
//	Random         uniform over the enabled operations; the control for all others
//	PCT, FairPCT   random priorities with a few change points: bugs of depth d with a known probability
//	POS            partial order sampling: priorities are drawn anew for what races
//	IRS            Random with an iterated bound: short executions first
//	URW, SURW      uniform over the interleavings of all steps, or of those that touch one object
//	Feedback       keeps executions that met at objects in a new order, and changes a few of their choices
//	QL             Q-learning, for comparison: avoids the states that it has seen often
//	DFS            every schedule, once
//	DPOR           every schedule up to the order of independent steps: partial order reduction
//	SES            every state, the ones that take few delays first
//	States         every state, once: a depth-first search that knows where it has been
//	Stratified     executions with 1 delay under a delaying explorer, with 2, ...: samples of each kind
//	DelayBounded   every execution with at most so many delays, once
//	PreemptionBounded
//	               every execution with at most so many preemptions, once
//	NonPreemptive  the default order: no preemption, no fault, zero values
//	Portfolio      several of them in turn
//	Replay         a recorded execution again, strictly
//	Follow         the same for a token or a saved file
//	Guided         a recorded execution, as far as it fits a program that has changed
//	WithFaults     faults for a strategy that does not pick them itself
//
// Parse makes those that need nothing but numbers and words from their names; List lists them. Delaying explorers are
// in package delaying.
//
// # What a strategy may rely on
//
// Executions come one after the other: Start, then Pick, Value and the optional callbacks, then Finish. All calls come
// from one goroutine.
//
// Pick is called when at least two operations are enabled and no fault is on offer. Where a fault is on offer, PickFault is
// called instead, also beside a single operation; the operation of kind End stands alone in ops then, once nothing
// else can move. A step that leaves no choice is not asked about, but Executed reports it.
//
// An *Op identifies an operation until the execution ends; afterwards it may stand for another one. Op.Index is dense,
// so that a slice by Index can hold what a strategy knows about operations. Slices are lent for the call.
//
// Enabled comes before the first Pick that offers the operation, and Disabled before the first one that no longer does.
// The calls for one step may come before or after its Executed. While an operation is enabled and does not move, the
// object of its next action stays the same. What an operation does after its next action is not known: the
// next action of one that dequeues and then sends, in one joined step, is the dequeue.
//
// # Determinism
//
// What a strategy does in execution K depends on the Execution alone, and on the calls it gets in it: not on earlier
// executions, the clock, map order or other workers. All randomness comes from Execution.Seed, or for what all
// executions of a run are to share from Execution.Run; seeds that are neighbours serve as well as others. Exhaustive
// strategies are exempt: theirs is one sequence of executions.
//
// A strategy that adapts is a Learner. A run has rounds, fixed ranges of K; at the end of each one, the lessons of its
// executions are handed to the strategies of all workers in the order of K. So each knows the same, whoever ran what,
// and what execution K does depends on the seed and K and nothing else, with any number of workers.
//
// # The default order
//
// The value of a recorded schedule choice is its deviation from the default order: 0 is the machine that moved last if it
// is enabled, else the one that appeared first, else the timer with the earliest deadline; then come the others in the same
// order: machines by Op.Index, timers by Op.Due, then the offered faults by Op.Index.
// Deviation, Index and Moved are this rule. Moved says which operation counts as the last one: timers and faults do
// not, so that one more of them in a schedule costs one deviation and not two.
//
// # Fairness
//
// A strategy is fair when an operation that stays enabled is picked with probability 1. Random, FairPCT and POS are; the
// waiting time of POS has a heavy tail. PCT, NonPreemptive and DFS are not: under them a liveness violation by
// starvation proves nothing.
//
// # Exhaustiveness
//
// An exhaustive strategy returns false from Start once every schedule has run, or every state was reached, within its
// bound if it has one, and from then on. It picks faults itself, needs Finish, and runs in one worker. It relies on a
// deterministic program, and reports one that is not.
//
// # Faults
//
// A strategy that does not pick faults gets a FaultPlan: each unit of each budget is drawn as "never" or as a step. One
// that does, has FaultPicker.
//
// # Writing your own
//
// Implement Strategy's three methods, and no more of the optional interfaces than you need: callbacks cost
// time. The example of the package does so in less than 50 lines. Package strategytest runs a strategy on small
// programs, as the engine does, tests the contract above, and has the statistics to test the distribution that you claim.
package strategy
