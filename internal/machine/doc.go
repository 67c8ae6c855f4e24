// Package machine holds what every runtime of Ravel shares: compiled definitions of machines and monitors, the one
// interpreter of states and handlers, the one inbox, and the outbox of effects.
//
// # Who does what
//
// Package ravel is the typed face: it compiles declarations into a Def and wraps an Instance in a Context. A runtime (the
// tester's engine, the production runtime) implements Host, feeds events to Instance.Handle, and performs the effects
// that handlers leave in Instance.Out. Nothing here schedules, delivers or chooses.
//
// # Resolution
//
// What a machine does with an event is looked up from the top of its state stack downwards. At each depth the exact type
// comes before the wildcard. Do, Defer and Ignore of a lower state are inherited; Goto, Push and Halt of a lower state
// pop the states above it, with their exits, first. NoInherit ends the search for its event at its state.
//
// # One handler, start to end
//
// Handle runs the handler and then settles: every transition that a handler asked for, with the exits and entries it
// brings, and everything that those raise, until nothing is pending. A handler asks for at most one transition, and
// asks for nothing else after it.
package machine
