// Package nats carries events between the nodes of a cluster over NATS (nats.io), as package transport specifies.
//
//	node, err := nats.Connect(ctx, nats.Config{Node: "bank-1", URL: "nats://10.0.0.7:4222", Codec: &events})
//
// Without a URL a node starts a NATS server inside its process, which others can be given the URL of: see Config.Embedded.
// Node.URL tells it.
//
// # What NATS does and what this package does
//
// NATS is used for what it is best at: connections, subjects, security, clusters of servers. It promises to deliver at most once
// and does not say what it has lost. This package numbers what one node sends to another. The receiver confirms what it has
// handed to its machines, so the sender knows what is under way, keeps no more than Config.Window of it, and learns of gaps;
// with transport.AtLeastOnce it sends again what is not confirmed, and the receiver leaves out what it has had. JetStream is not
// needed.
//
// Events that are sent while others are under way travel in one message with those that come right behind them. Nothing waits
// for that: a message is sent as soon as there is a processor for it, with what has come together by then. Machines get events
// one by one all the same, and each is lost, refused and confirmed for itself.
//
// # Connections
//
// Connect fails if no server can be reached or the credentials are refused. Later on the client reconnects by itself, again and
// again. In between, Send fails with transport.ErrDisconnected, or with AtLeastOnce keeps the event until the window is full. A
// first event to a node, which must be greeted before, is then kept by Send itself, which waits for the connection and fails with
// transport.ErrDisconnected only after Config.GiveUp. Nothing is buffered beyond that. Config.Status hears of every change.
//
// # Nodes that come and go
//
// Before its first event to a node, a node greets it: each tells the other what versions of which types of events it reads. A
// node that does not answer is transport.ErrNoNode. Every Config.Beat, nodes confirm that they are there to those that send to
// them; after Config.GiveUp without a word, what is under way is reported as undelivered. Of a sender that has left, or has been
// silent for twice as long, its receivers keep nothing.
//
// A node that is started again under its name is another one: what the one before it did not confirm is reported as
// transport.ErrRestarted, and the next event begins anew with a greeting.
//
// A node that is closed takes nothing more, hands on what it has, as long as the context of Close allows, and tells those that
// send to it how far that has come. What is behind has not been handed on and is reported as transport.ErrNoNode by its
// sender, which may send it to somebody else. Only an event whose handler does not return in time is in doubt, and reported as
// transport.ErrRestarted.
//
// # Subjects
//
// All subjects begin with the name of the cluster: CLUSTER.hello.NODE takes greetings, CLUSTER.node.NODE everything else, and
// CLUSTER.machine.NAME, with the name in hexadecimal, is answered by the node that hosts a machine of that name. The user
// of a node needs no permissions but to publish and to subscribe to CLUSTER.> and _INBOX.>; Connect or Serve say so if it lacks
// them.
package nats
