// Package transport is what the machines of one process need to reach those of another: addresses, the codec that turns
// events into bytes and back, and the interface of a transport. Package transport/nats implements it.
//
// # Nodes and addresses
//
// A node is a process that takes part in a cluster, under a name that no other node of the cluster has. A machine that can be
// reached from other nodes has a name as well. An Address is both: "bank-1/accounts". An Address without a node, "accounts",
// is that of whichever node hosts a machine of this name.
//
// # Delivery
//
// Send hands an event over. What can be said of it then is a matter of the Delivery that the sender has chosen:
//
//   - AtMostOnce: it is delivered once, or lost. Losses happen when a connection or a process dies. What a node sends to
//     another one arrives in the order in which it was sent, with what is lost left out.
//   - AtLeastOnce: it is sent again until its receiver has it. The receiver leaves out what it has had already, so the machine
//     gets it once, in order, unless the receiving process dies: what it had not confirmed by then is reported as undelivered,
//     although some of it may have arrived.
//
// Nothing is lost silently. What a transport knows to be lost, and what it cannot know to have arrived, it reports to the
// function that its user has given, on the node of the sender, of the receiver, or both; an Undelivered that only the receiver
// can know of holds no event.
//
// # Back-pressure
//
// A sender may have so many events under way to one other node. Send waits while there are as many, so that a machine that
// is slow slows down those that send to it, and not the memory of either.
//
// # Events and versions
//
// Only events of registered types can be sent to another node: see Registry. Each has a name and a version, which need not be
// the same on all nodes: when two nodes meet they tell each other what they read, and the sender writes the newest version
// that the receiver reads. Where there is none the event is refused with a *SkewError, at the sender.
package transport
