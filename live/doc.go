// Package live runs machines in production: the same definitions, unchanged, that package check explores in tests.
//
//	system, err := live.New(live.Options{Policies: map[string]live.Policy{"Server": {
//		Directive: live.Restart,
//		Fresh:     func() ravel.Machine { return ServerMachine.New(&Server{}) },
//	}}})
//	...
//	server, err := system.Create(ServerMachine.New(&Server{}))
//	...
//	pong, err := live.Ask[Pong](ctx, system, server, func(from ravel.ID) any { return Ping{from} })
//	...
//	err = system.Stop(ctx)
//
// # One semantics
//
// The interpreter of states and handlers and the inbox are those of the tester, so what package ravel says about events, states,
// transitions, effects and waiting holds here word for word. What the tester chooses is left to the world: who moves when,
// when a timer fires, what a choice yields. Every execution of a system is one that the tester can produce, except for what
// follows from the end of an execution:
//
//   - A failure ends the machine that failed, or its handler, and nothing else; see Failures.
//   - Nobody looks for quiescence: a machine that waits in Receive for ever is no deadlock.
//   - Faults that are on offer never happen; Sometimes, Explorer and the like do nothing.
//   - There are no models. A machine that registers or looks for one, or creates a machine of the packages under model, fails
//     with an error that says so: it needs the real thing, behind the interface by which the test has given it the model.
//
// A handler may block, on a file, a socket or a lock: that holds a goroutine, and nobody else up. Under the tester it
// would have to do so through an interface that the test replaces.
//
// # Goroutines and memory
//
// A machine runs on a goroutine while it has something to do, and has none while it has not. An idle machine takes less than
// a kilobyte. A machine that waits amid a handler, in Receive or Next, keeps its goroutine; so a machine that is a plain
// function costs as much as a goroutine does.
//
// A name under which a machine was shown is never used again, so that nobody takes a later machine for an earlier one. The system
// remembers each name that it was given, by Machine.Named or for a plain function, also when its machines have halted: give
// names of their own to a bounded number of machines, and leave the others to be numbered.
//
// Effects are performed in program order when the handler returns or waits. A machine whose handler made another one active
// passes its goroutine on when it becomes idle itself, so that a message and its answer need no switch of goroutines.
//
// # From outside
//
// System.Create, Send and Stop, and Ask, may be called from any goroutine that is no handler. A Context belongs to its
// machine's handlers; a goroutine that a handler has started uses System.Send. Find returns a machine by its name. Remote
// makes an ID of a function: what is sent to it leaves the system, which is how a transport reaches other nodes.
//
// # Choices, clocks and timers
//
// Choices are random, each value with the same probability. Now is the wall clock, and stands still while a handler runs.
// Timers are those of package time. They are subject to the rules of package ravel: a periodic timer does not fire while
// its tick is unread, StopTimer takes an unread tick back.
//
// # Inboxes
//
// Inboxes are unbounded, or bounded by Options.Inbox and Options.Inboxes. A machine whose next effect is a send to a full
// inbox waits there: back-pressure, between two effects. The tester knows the same bounds: see check.Inboxes. Two
// machines that wait for each other so do wait for ever; who waits for long is reported (Observer.Blocked, and the log).
// With Inbox.Reject an event for a full inbox is a dead letter instead.
//
// # Nothing is lost silently
//
// An event that nobody will handle is a dead letter: sent to a machine that has halted or is down or to an ID of another
// system, left in the inbox of one that ends, rejected by a full inbox, unsent by a machine that went down, or the one that
// its handler failed on. Dead letters are counted by reason (System.DeadLetters), logged as warnings, and given to
// Options.DeadLetters and the Observer. An event that a state ignores is none: that is the program's will.
//
// # Failures
//
// A machine fails by a failed assertion, a panic or a Goexit that leaves its handler, an event that no state handles, or a
// breach of the programming model. The effects that the handler asked for before are performed; the event is lost. The error
// is a failure of package failure. What becomes of the machine its Policy says:
//
//   - Stop, the default: it halts.
//   - Restart: it starts again under its ID, with a fresh state and the inbox that it had, after a pause that doubles with each
//     restart. Its timers are stopped. What fails too often within a window stops or escalates.
//   - Escalate: it goes down, and its creator gets the event Failed, whose handler may start it again with Context.Restart. A
//     creator that has no handler for it fails itself, by the same rules. Behind the last creator is the owner of the system:
//     System.Done is closed, and System.Err tells.
//
// A creator whose definition declares Failed gets it under the other directives as well. Every failure is logged as an error.
//
// # Monitors
//
// Options.Monitors are specifications that listen in production too. All notifications are heard one after the other, by
// all monitors in the same order. A violation is logged and reported to the Observer; the monitor hears nothing from then on,
// and the machines go on. A monitor that has been hot for Options.HotAfter is reported with how long; System.Hot tells at
// any time.
//
// # Flight recorder
//
// With Options.Record a ring keeps the latest events. System.WriteTrace writes them as a trace that the tools for traces
// read; its order is one in which a single thread could have done the same.
//
// # Shutdown
//
// Stop refuses what comes from outside, stops the timers, lets the machines finish what they have, and ends them when they have
// or when its context is done. What was not done is an error that says what it is.
//
// # Metrics and spans
//
// An Observer hears of every handler, failure and dead letter. Package live/otel, a module of its own, makes OpenTelemetry
// metrics and spans of that. Without an Observer and a flight recorder nothing is measured and no event costs more.
package live
