// Package linear specifies objects as linearizable: every operation takes effect at one moment between its invocation and
// its return, as if there were no concurrency. Histories are judged by the checker of github.com/anishathalye/porcupine.
//
//	var store = linear.Map[string, string, int]{} // clients and keys are strings, values are numbers
//
//	t.Monitor(store.Monitor())                    // in the test's body
//
//	c.Notify(store.Write("c1", "x", 1))           // a client, before it sends the request
//	c.Notify(store.Done("c1"))                    // and when it has the answer
//
// # What clients tell
//
// A client tells every operation when it invokes it and when it returns: the invocation before anything is sent, the return
// after the answer has come. An invocation told later than that, or a return told earlier, blames a correct object; the
// other way round a wrong one passes. A client has one operation at a time; several at once are several clients.
//
// An operation may end in another way. One that has had no effect, and never will, is [Failed] and does not count. One
// whose client gives up, or crashes and comes back, is [Lost]: it may take effect at any time from then on, or never. So may
// an operation that is still pending when the execution ends.
//
// # Calls
//
// Code that calls an object need not announce anything: a [History] records its calls where they are made, in the body, in
// handlers, in plain functions and in goroutines under control.
//
//	h := linear.NewHistory(t, model)
//	op := h.Call("c1", input)
//	op.Return(output)
//
// # When it is checked
//
// At every return, and when an operation has failed. A history cannot stop being linearizable in any other event, so
// nothing is missed, and the execution ends at the operation that fits nowhere, not at its end. Executions that get to no end
// are judged as well: those that are cut at their step bound, and those that a search breaks off in a state that it knows.
//
// Checking is NP-complete in general. It is fast for histories in which few operations are concurrent, and those of a
// model with partitions, such as the keys of a [Map]. Operations that are lost stay concurrent with everything after them:
// their number should be small, ten rather than a hundred. There is no time limit, as the result must not depend on a clock.
//
// # What a failure shows
//
// The history goes to the trace, with a bar for each operation, and so does an order that explains all others, the longest
// legal prefix. Both are beside the saved schedule as data, see [Verdict], and as the checker's page.
//
// # State
//
// The state of the monitor is the history, up to the order of events that no specification can tell apart: invocations
// that follow each other directly, and returns that do. It grows with the number of operations; a search for repeated
// states tells executions apart by their histories, and clients should do few operations.
//
// # Models
//
// [Register], [Map], [Counter], [Queue] and [Log] are ready-made. [Sequential] makes a model of a pure function, and [Spec]
// takes any porcupine.Model.
package linear
