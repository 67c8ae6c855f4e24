// Package failure has one error type for each way in which an execution can end badly.
//
// Every type implements Failure: a Kind, whose word is used in reports, JSON and saved files; one sentence that says what
// happened; Detail, which says the rest; and Where, the machine, state, step and line. Use errors.As to ask for a type,
// Of for any failure, and Same to decide whether a replay failed in the same way:
//
//	var d *failure.Deadlock
//	if errors.As(err, &d) {
//		fmt.Println(d.Blocked[0].WaitsFor)
//	}
//
// # Raised by the code
//
//   - assertion (Assertion): an Assert outside monitors failed.
//   - monitor (MonitorViolation): an Assert in a monitor failed; a specification is violated.
//   - unhandled event (Unhandled): a machine took an event that no state on its stack handles, defers or ignores.
//   - panic (Panic): a panic left a handler, a goroutine or the body of the test. One that the code recovers is its own
//     business.
//   - test failure (TestFailure): the code called Error, Fatal, Fail or FailNow of the execution's T.
//   - exit (Exit): the code tried to end the process or its goroutine.
//   - fatal error (Fatal): the Go runtime found an error that no recover can catch, such as an unlock of an unlocked mutex.
//
// # How an execution ends
//
// An execution is at rest (quiescent) when no machine, goroutine or timer can move. It ends there, at its first failure,
// or at its step bound.
//
//   - deadlock (Deadlock): at rest, a machine is blocked in a Receive, or a goroutine in any operation. Hot monitors are
//     reported with it.
//   - liveness (HotAtEnd): at rest, nobody is blocked, but a monitor is in a hot state.
//   - livelock (Livelock): a monitor stays hot although every operation gets its turn. The evidence is a fair cycle that
//     leads back to the same state, or a monitor that was hot beyond the threshold and stayed so through a fair suffix.
//   - bound (BoundHit): the execution was cut at its step bound. This is a failure only for tests that ask for it.
//   - leak (Leak): the body of the test has returned, and goroutines that the execution started can never end.
//
// An execution in which goroutines go on for ever is bounded, which is no failure (Endless). It is a deadlock or a leak all
// the same if some wait for what the others can do nothing about.
//
// Where goroutines are controlled, deadlocks and leaks describe each of them (Goroutine): what it waits for, since which
// step and in which line, who holds that or could help, and which locks it holds itself. A deadlock names a shortest cycle
// of goroutines that wait for each other, if there is one.
//
// # Memory
//
//   - data race (DataRace): two accesses to the same memory, one of them a write, that nothing orders.
//   - event changed (Changed): an event differs from what was sent.
//   - shared memory (SharedMemory): two machines, events or closures reach the same memory that can change.
//   - lock held (LockHeld): a machine holds a lock between two of its steps.
//
// # Control
//
//   - nondeterminism (Nondeterminism): the same choices led to two different executions.
//   - not reproducible (NotReproducible): a failure did not happen again when its schedule was replayed.
//   - uncontrolled goroutine (UncontrolledGoroutine): the code started a goroutine that Ravel does not control.
//   - stuck (Stuck): code has run for long without a step. Only this kind is found by the wall clock.
//   - process failure (ProcessFailure): the worker process that ran the execution ended.
//   - misuse (Misuse): code broke a Rule of the programming model or of the tester.
//
// # Stability
//
// The words of kinds and rules, and the names of types and fields, are kept. The sentences are for people and may be
// reworded in any version. Error contains no step numbers, so the sentence of a failure stays the same while its schedule
// is shrunk; Key and Same also disregard addresses, goroutine ids and line numbers. Deadlocks and leaks of goroutines,
// however, are the same if the same lines wait, in goroutines that the same lines created.
package failure
