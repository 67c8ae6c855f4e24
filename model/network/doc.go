// Package network models a network between machines: links that delay messages, and by the tester's choice lose,
// duplicate, reorder and cut them off.
//
// A plain ravel Send puts an event into the receiver's inbox at once: two messages of different senders arrive in the order
// in which they were sent, and nothing is ever in flight. What is sent through a Network is in flight for a while.
//
//	net := network.New(t.Root(), network.Config{Loss: 1, Duplicates: 1})
//	server := t.Create(ServerMachine.New(&Server{Net: net}))
//	...
//	s.Net.Send(c, client, Reply{OK: true}) // in a handler of the server
//
// Messages are the events themselves: the receiver handles a Reply like any other. The tests of a protocol put all its
// machines on one network; a machine that stands for the test's driver sends directly.
//
// # Links
//
// There is a link from every machine to every other one, and to itself. Links are FIFO. Each message is delivered in a step
// of its own, and links do not wait for each other: of two messages on different links either may arrive first, and
// anything may happen before one arrives. No message waits for ever while others pass. That is all that happens when the
// budgets are zero. In a schedule of zeros each message is delivered as soon as the network moves.
//
// Under the ordered clock (see package ravel) timers fire when nothing else can move. Then every message is faster than
// every timeout, unless the timer fires early or a cut holds the message up.
//
// # Faults
//
// Each budget says how often a fault may happen in an execution; it need not happen. A fault can only happen while it
// makes sense, and a budget of zero adds no choice to the program.
//
//   - Loss: a message in flight disappears.
//   - Duplicates: a copy of a message in flight joins the end of its link. The copy may be lost or copied as well.
//   - Reorders: a message in flight and the next one of its link change places.
//   - Partitions: the machines are cut in two; see below.
//
// # Partitions
//
// A cut divides the machines that have sent something through the network, or were sent something, in two, in any way
// (of more than 16 machines, it cuts off one). Those that the network meets later join the side of the one with the
// highest ID. Between the sides nothing is delivered until the cut heals;
// within a side all goes on as before. Messages across a cut wait, unless Lossy says that they are lost: those in flight
// when it happens, and those that reach the network while it lasts. There is one cut at a time.
//
// A cut heals by a timer, so it always heals before the execution comes to rest; under Permanent it stays. Partition and
// Heal cut and heal on demand, without a budget: they are messages to the network, and take effect when it has got them.
//
// # Duplicates
//
// Two copies of a message must not share memory, or a receiver that changes one would change the other. Events that are
// plain data (numbers, strings, IDs, times, error values, and structs and arrays of them) are copied by assignment. Any
// other event (a pointer; a struct with a slice or a map) needs a method Clone that returns its own type,
//
//	func (m *Write) Clone() *Write { return &Write{Key: m.Key, Value: slices.Clone(m.Value)} }
//
// or a function Config.Clone. With Duplicates in the budget, sending one that has neither is a mistake whether or not it
// comes to a copy.
//
// # As a transport between nodes
//
// With Config.Carrier the network behaves as package transport specifies, and package transport/nats does, between machines that
// are each a node of their own: FIFO, at most once or at least once, and what is lost or in doubt is reported as an
// Undelivered to a machine of the test. A machine never learns that what it has sent is lost. Restarted says that a
// node is a new process: what it had not confirmed is in doubt.
//
// Not modelled are windows: a sender that waits for room is one that the tester leaves where it is, but two machines that wait for
// each other so, for ever, are not found. A silent node is not given up: cuts that last keep, at least once, what they
// hold up. What the machines of one node send to those of another has one order there; here each pair of machines has its own.
//
// # Crashes
//
// What is in flight outlives the crash of its sender. What is delivered to a machine that is down, or has halted, is lost;
// what waits in flight until it is up again is delivered. See package crash.
//
// # Mistakes
//
// Negative budgets, the zero Network, the zero ID, a nil event and an event that cannot be duplicated end the execution
// with a failure of kind misuse. So do two networks of one name with different budgets.
package network
