// Package strategytest tests strategies without an engine.
//
// # Programs
//
// A Program has threads that each take a list of actions: reads and writes of objects, locks, semaphores, births, data
// choices, with faults that stop threads. A Simulator runs it under a strategy: it calls Pick when at least two threads
// are enabled, PickFault when faults are on offer, Value at data choices, and the Observer that strategy.ObserverOf
// finds. It offers operations in an order that is not that of their indices, uses an *Op again in the next
// execution, and overwrites the slices it has lent, so that a strategy that keeps any of them goes wrong here. A
// strategy without FaultPicker gets a fault plan, as it does from the engine.
//
// A Trace is what happened: the moves, and the choices in both recorded forms.
//
// # The contract
//
// Check tests everything that a strategy promises without saying so:
//
//	func TestRoundRobin(t *testing.T) {
//		strategytest.Check(t, func() strategy.Strategy { return new(RoundRobin) })
//	}
//
// # The distribution
//
// What a sampler claims about probabilities needs a test of its own. Explore runs many executions; ChiSquare, Uniform,
// Probability and AtLeast compare the counts with the claim, at thresholds that chance alone rarely passes:
//
//	sim := strategytest.NewSimulator(t, program)
//	found := 0
//	sim.Explore(new(Mine), strategy.Execution{Seed: 1}, 10_000, func(tr *strategytest.Trace) {
//		if tr.Before(1, 0, 0, 0) {
//			found++
//		}
//	})
//	strategytest.AtLeast(t, "thread 1 first", found, 10_000, 0.5)
package strategytest
