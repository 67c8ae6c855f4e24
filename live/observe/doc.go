// Package observe has monitors listen to the record of a live system: the specifications of the tests, over what production has
// done. The idea is that of PObserve of the P language.
//
//	system, err := live.New(live.Options{Record: 1 << 16, Notifications: &events}) // in production
//	...
//	err = system.WriteTrace(file)
//
//	func TestObserve(t *testing.T) { // beside the tests of the system
//		observe.Test(t, observe.Options{Events: &events, Monitors: []ravel.Monitor{LeaseOrderMonitor.New(&LeaseOrder{})}})
//	}
//
//	ravel observe flight.json ./lock // on the command line
//
// # What must be recorded
//
// The flight recorder keeps notifications as bytes if live.Options.Notifications is set: a registry of package transport that
// knows the types. Here an equal registry, or one that has codecs for the same versions, turns them into values again. The system
// needs no monitors of its own. IDs in notifications are IDs again; those of one machine are equal, and their order is
// that in which the log first mentions them. The system must not join a transport between two notifications: it is
// from then on that its machines have addresses.
//
// A notification that cannot be made again (its type is not registered, no codec reads its version, or what comes out prints
// otherwise than what went in, as with fields that a codec leaves out) is named in the report. The monitors that would have
// heard it have heard too little from there on.
//
// # What is known
//
// The verdict on a monitor is one of these:
//
//   - Violated: the specification is violated, at a place in the log that the report names.
//   - Suspected: the monitor has found a violation, but has not heard all that came before. It may be a false alarm.
//   - Hot: it was hot when the log ended. That the log ends is no proof that nothing would have followed; see
//     Options.AtRest and Options.HotFor for when it is a violation.
//   - NoViolation: it has found none in what it has heard. If it has heard nothing, or not all, the report says so.
//
// # A lost beginning
//
// The flight recorder is a ring: what came before its latest events is lost. The log says how many events are. Monitors then
// start in the middle, in their start states. In general nothing follows from what such a monitor finds: a Violated
// becomes Suspected. Exempt are monitors that are named in Options.SuffixClosed: those whose specification holds
// of every end of an execution of which it holds, so that an end that breaks it proves that the whole does. "Numbers
// only grow" is such a specification; "what is returned has been taken" is none.
package observe
