// Package ravel is the programming model of Ravel: a distributed system as machines that exchange events, and its
// specification as monitors that listen.
//
// A program of machines runs under the tester (package check), which controls every source of nondeterminism that the
// program has: who moves next, what a choice yields, when a timer fires, which fault happens. It runs the program again and
// again, each time along another schedule, and when a specification breaks it replays the schedule and shows it.
//
//	type Ping struct{ From ravel.ID }
//	type Pong struct{ N int }
//
//	type Server struct{ served int }
//
//	var ServerMachine = ravel.Define[Server]("Server",
//		ravel.Start("Serving", ravel.On((*Server).ping)))
//
//	func (s *Server) ping(c *ravel.Context, p Ping) {
//		s.served++
//		c.Send(p.From, Pong{s.served})
//	}
//
//	func TestServer(t *testing.T) {
//		check.Test(t, func(t *check.T) {
//			server := t.Create(ServerMachine.New(&Server{}))
//			for range 2 {
//				t.Go("client", func(c *ravel.Context) {
//					c.Send(server, Ping{c.Self()})
//					pong := ravel.Receive[Pong](c)
//					c.Assert(pong.N == 1, "served as number %d", pong.N) // fails: one of the two is number 2
//				})
//			}
//		})
//	}
//
// # Machines
//
// A machine has an inbox, private fields and a stack of states. [Define] compiles a definition of it, out of clauses;
// [Definition.New] makes a machine around a struct of the user's own, and [Context.Create] creates it. Creation returns an
// [ID] at once; the machine starts in a step of its own. [Func] and [Context.Go] make a machine of a plain function, which
// takes its events with [Receive] and [Next] and halts when it returns.
//
// Define checks a definition whole and panics with a [DefinitionError] that lists every mistake with its file and line;
// [TryDefine] returns the error. A definition is immutable and shared by all executions. What New is given is not: each
// execution needs a struct of its own, made in the body of the test.
//
// Handlers of one machine never run side by side, and no two machines reach the same memory that changes. An ID may be
// compared, be a key of a map and travel in events. It belongs to one execution.
//
// # Events
//
// An event is any value that is not nil. Types are matched exactly: T and *T are two types, and an interface matches
// nothing, except that a handler whose event has the type any takes every event that its state does not declare by type.
//
// [Context.Send] puts an event into an inbox. Delivery is reliable, and immediate once the send is performed; inboxes are
// first in, first out. What a real network adds is a model of its own (package model/network). What an event points to
// belongs to the receiver from Send on: the sender may neither change it nor look at what the receiver does to it. The
// tester digests payloads at Send and reports one that changed before it was taken.
//
// What is sent to a machine that has halted, or that is down, is dropped. A send to an ID that was never created is a
// failure.
//
// Inboxes have no bound, unless an [Inbox] gives them one: then a machine that is about to send to a full inbox is not able to
// move until there is room, or the event is dropped. Whether it is full is asked when the send is to be performed, so waiting for
// room is like waiting for one's turn. Machines that wait for each other so are a deadlock.
//
// A machine that is between two handlers takes the first event of its inbox that its stack of states neither defers nor
// ignores. Ignored events that it passes are dropped, deferred ones stay where they are. An event that is taken and that
// no state on the stack handles is a failure.
//
// # States
//
// A state declares what it does with which event: [On] runs a handler, [Goto] leaves for another state, [Push] puts
// another state on top, [Pop] returns to the one below, [HaltOn] halts, [Defer] leaves the event in the inbox, [Ignore]
// drops it. [OnDefault] runs when there is no event to take, [Entry] and [Exit] when the state is entered and left. A
// machine starts in the one state that is declared with [Start]; the others are declared with [In].
//
// Handlers make transitions as well: [Context.Goto], [Context.Push], [Context.Pop], [Context.Raise] and [Context.Halt].
// They take effect when the handler returns. A handler makes at most one, as the last thing it asks for: a second one, or
// an effect behind it, is a failure that names both lines. All that follows belongs to the same step: exits, entries,
// raised events and what these ask for in turn.
//
//   - Goto runs the exit of the old state and the entry of the new one, also when both are the same state.
//   - Push runs the entry of the new state and no exit; Pop runs the exit of the top and no entry below. A state that was
//     not pushed cannot be popped.
//   - Raise handles an event ahead of the inbox. Raising an event that the state defers or ignores is a failure.
//   - Halt ends the machine without exits. Its inbox is emptied.
//   - Exits make no transitions and do not wait.
//
// A pushed state inherits On, Defer and Ignore from the states below it; the nearest declaration wins, and in one state the
// exact type wins over any. Goto, Push, Pop and HaltOn of a lower state pop the states above it first, with their exits.
// [NoInherit] makes a state deaf to what the states below declare for an event.
//
// # Effects and steps
//
// A handler changes its own fields at once. What others can see are effects: send, create, start and stop of a timer,
// write to a model, offer of a fault, crash, restart, halt. Effects collect in program order and are performed one by one
// after the handler has returned or has come to a wait, with a scheduling point before each: other machines may move
// between two effects of one handler, and a crash may fall between them and take the rest with it.
//
// The tester's unit is the step: what runs between two scheduling decisions. One step is the taking of an event with the
// whole of its handler, another the performance of one effect. Notifications of monitors are performed together with the
// effect before them, or with the handler if there is none, so that no one moves in between. A handler that nobody could
// have observed so far is joined with its first effect to one step: fewer decisions, the same behaviours. Counts of steps
// are counts of joined steps.
//
// A failed [Context.Assert] and a panic end the handler. The effects before it are still performed, in order; the
// execution fails when their turn is over.
//
// # Waiting
//
// [Receive] waits for the first event of a type, [ReceiveWhere] for one that satisfies a predicate, [ReceiveAny] for one of
// several types. All other events stay in the inbox, whatever the state defers or ignores. Receiving is an obligation: a
// machine that still waits when nothing can move any more is deadlocked. [Next] takes any event and is none: a machine
// that waits in it is idle. [Context.Yield] lets others move. [Context.CancelTimer] and [Context.Read] wait because their
// result depends on what others do.
//
// Before it waits, a machine performs the effects that it has asked for.
//
// # Choices
//
// [Context.Bool], [Context.Int] and [Choose] return values of the tester's choice. They are demonic: nothing says that the
// tester ever chooses otherwise, and a livelock may rest on it. [Context.FairBool] and [Context.FairInt] promise that each
// value comes up again and again, so that a cycle in which one never does is not counted as a livelock.
//
// Choices, scheduling decisions, timers and faults are one sequence, the schedule. It determines the execution.
//
// # Timers
//
// [Context.After] and [Context.Every] start a timer that puts an event into the machine's own inbox, once or again and
// again. An armed timer is an operation like a machine: by default it may fire at any step, and the clock,
// [Context.Now], advances to its deadline if it is not there yet. Code that is right only because one timeout is longer
// than another one, or longer than a message takes, is found out that way. With check.OrderedClock timers fire in the order
// of their deadlines when nothing else can move. The clock stands still while a handler runs.
//
// A periodic timer does not fire while its last tick is unread. [Context.StopTimer] also takes back a tick that is unread;
// CancelTimer does not, and says whether it came in time.
//
// # Faults
//
// A fault is something that may happen and need not. [Context.OfferFault] offers one, out of a [Budget] that limits how
// often faults of its kind happen in an execution; when it happens, its machine handles the fault's event in one atomic
// step, ahead of its inbox. [Context.Crash] takes a machine down where it stands, with its inbox, its timers and the
// effects that it has not performed; [Context.Restart] starts it again under its ID, as a new machine. A [Model] is state
// that outlives a crash: it changes only through [Context.Write], which is an effect, so that a crash may come before it.
//
// Most tests do not call these themselves but use the packages under model: crash, disk, network, timer.
//
// # Monitors
//
// A monitor is a specification. [DefineMonitor] compiles it, [MonitorDefinition.New] makes one, Monitor of the test
// registers it. It hears every event given to [Context.Notify] whose type it declares in some state. It runs synchronously
// and atomically, and does nothing but listen: it changes its fields, asserts and changes state.
//
// A safety monitor asserts; its states are [Warm]. A liveness monitor says with the temperature of its states whether
// something is still owed: in a [Hot] state it is, in a [Cold] one it is not. The execution fails if nothing can move any
// more and a monitor is hot. It also fails if a monitor stays hot for long: the number of steps spent hot since the last
// cold state passes a threshold, and then goes on doing so under a schedule in which everybody gets their turn and no fault
// happens.
//
// # What handlers may not do
//
// An execution must depend on its schedule alone. A handler, and everything that it calls, therefore may not
//
//   - start goroutines, nor block on channels, locks, files or sockets;
//   - ask the wall clock, package math/rand, or the order of a map;
//   - read or write package variables, or anything else that another machine or execution may change;
//   - hold a lock beyond its end;
//   - use the Context of another machine, or its own outside its handlers.
//
// The tester notices most of these and names the place. [Context.Now] is the clock, [Context.Int] the random numbers,
// sorted keys or a slice the order.
package ravel
