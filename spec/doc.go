// Package spec is a library of specifications: monitors for what protocols commonly promise. Package
// [github.com/ravelgo/ravel/spec/linear] adds linearizability.
//
// # A specification
//
// A specification is a value of a generic type. Its type arguments say what the names of transactions, processes, values and
// so on are in the program; its fields are options, and zero is a good value of most. It is declared once, used by all
// executions, and never changed:
//
//	var commits = spec.Atomicity[TxID, string]{Participants: []string{"p1", "p2"}}
//
// The method Monitor returns a new monitor, for one execution. The other methods make the events that the monitor hears, so
// that their types are those of the specification, whatever is passed:
//
//	t.Monitor(commits.Monitor())              // in the test's body
//	c.Notify(commits.Voted(tx, "p1", true))   // in a participant
//
// Events can also be written as values of their types, such as [Voted].
//
// # Who tells
//
// Events come from those who know: an acceptor says what it has accepted, not a leader what it believes of acceptors. An
// event is told when the fact becomes binding, and before any message that others could act on: in a handler, Notify stands
// before Send. What was told is true for ever, unless the specification has an event that takes it back.
//
// Two specifications of one type with the same type arguments hear the same events. Where a program has two logs or two
// kinds of requests, defined types tell them apart: type Read int and type Write int make two of [Progress].
//
// # State
//
// All that a monitor remembers is plain data, and independent of the order in which facts were told where the specification
// is: searches for repeated states (strategies states and ses, and lassos) see through interleavings that make no difference.
// What it grows with is said at each type. Keys and values are comparable, and their text in reports is that of fmt.Sprint.
//
// # Failures
//
// A failure names the property by the word that the literature has for it, who broke it, and both facts that contradict each
// other. Events told in an order that cannot be, such as an end without a beginning, are failures as well: a monitor that is
// wired wrongly says so.
package spec
