// Package crash takes machines down at any point, and up again.
//
//	a := t.Create(ServerMachine.New(&Server{}))
//	crash.Enable(t.Root(), crash.Config{Crashes: 1, Restarts: 1}, crash.Node{
//		ID:  a,
//		New: func(incarnation int) ravel.Machine { return ServerMachine.New(&Server{}) },
//	})
//
// # Crashes
//
// As long as there are Crashes left, the tester may take down a node that is up, at any step: between two handlers, and
// between any two effects of one handler. It need not do so. The node is gone as [ravel.Context.Crash] says: its inbox,
// its timers and the effects that it has not performed are lost, its deferred functions run, and what is sent to it while
// it is down is dropped. What it has sent before stays sent. What outlives it are models that it wrote to before (package
// disk), and messages in flight (package network).
//
// With no Crashes the program is as it would be without Enable, step by step.
//
// A node must not halt by itself: a machine that has halted cannot crash, and to restart it is a mistake.
//
// # Restarts
//
// A restarted node has its old ID, and is whatever New returns: a machine that starts in its start state, with nothing in
// its inbox. New is called with 1 for the first restart of the node, 2 for the second.
//
// A node that is down may stay down, whatever is left of Restarts. With MustRestart it does not: as long as Restarts are
// left for it, it comes up before the execution comes to rest. That is what liveness needs: "every write is acknowledged
// in the end" only holds if somebody is there to do so. A node without Restarts left stays down.
//
// # Telling
//
// With Notify monitors are told Down and Up, in the same step as the crash and the restart. A Detector is sent them: its
// inbox holds Down behind everything that the node has sent to it without a network. To model a failure detector that is
// slow, let it pass Down on through a network; for one that errs, use timeouts on heartbeats.
//
// # Mistakes
//
// Negative budgets, no nodes, a zero ID, a node named twice, the calling machine itself, and Restarts for a node without
// New end the execution with a failure of kind misuse.
package crash
