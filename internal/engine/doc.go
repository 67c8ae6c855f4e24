// Package engine runs one execution of a program of machines under control: every choice is made by a strategy, and the
// same choices give the same execution.
//
// # Steps
//
// Between two steps every machine is at rest: between two handlers, or suspended in a wait. A step is one of
//   - dequeue: a machine takes an event and runs its handler with everything that the handler raises and enters; what the
//     handler wants others to see collects in its outbox;
//   - flush: a machine performs the first effect of its outbox, and the notifications directly behind it;
//   - a timer fires;
//   - a fault happens, atomically.
//
// A machine with a non-empty outbox can only flush. A dequeue that nobody could have observed (it notified no monitor, read
// no clock, used no default handler, met no shared model, let no periodic timer go on by reading its tick) commutes to the right of every other step, so it is joined with
// the flush that follows it: one scheduling decision instead of two, the same set of behaviours. Step counts are counts of
// joined steps.
//
// # Coroutines
//
// Handlers run inline on the engine's loop. The loop itself runs on a coroutine: a handler that must wait parks that
// coroutine, and the loop goes on on another one. A handler that ends before its end (a failed assertion, a crash, the end
// of the execution) is unwound by Goexit, which no recover can stop; see coro.go.
//
// # Determinism
//
// The engine uses no clock, no randomness, no map order and no goroutine but the coroutines. Everything is reused from one
// execution to the next; in steady state a step allocates nothing.
package engine
