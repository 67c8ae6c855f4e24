// Package difftest checks the engine against a second, independent definition of what programs of machines do.
//
// Generate makes small random programs: a few machines with states, handlers, timers, faults, a shared model and a monitor.
// Engine compiles one to real machines and runs every execution of it on package engine under depth-first search. Naive
// interprets the same program by the textbook: every machine is a thread of control of its own; before each send, create,
// timer start and stop, write, offer and halt, and before each dequeue, any other thread may move; each of these happens at
// once where the program says so; notifications follow without a scheduling point. Naive knows neither outboxes nor joined
// steps, and shares no code with the engine for queues, dequeueing, deferral, transitions and timers.
//
// Both must reach the same set of outcomes: terminal states (fields, state stacks, inboxes, timers, monitor, model, budget)
// and failures (kind, machine, message). Compare says what differs, and Shrink makes the program that differs small.
//
// # What is not compared
//
// The fields of a crashed machine: what a handler does before its first effect can be observed by nobody, so the engine may
// run it early or not at all. The numbers of machines and timers that were asked for but never came to be because their
// creator crashed; paths count only those that did.
package difftest
