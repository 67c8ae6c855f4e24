// Package tcpnet is the network of a deployed extent store: the
// extmgr.NetworkEngine of managers, nodes and tools over TCP. What a message looks
// like on a connection is in package wire.
//
// # Connections
//
// A message to an endpoint with an address goes over a connection that this side
// opens and keeps: one for each peer, with a bounded queue and a goroutine that
// writes. One to an endpoint without an address goes back over the latest
// connection that a peer of that name has opened: this is how tools that do not
// listen are answered. Both sides greet each other. A peer of another cluster, of
// another format, or with another name than the one expected is not talked to, and
// the log says so.
//
// # Delivery
//
// At most once, and in order as long as a connection lives. A connection that
// fails is opened again when there is something to send, after a pause that
// doubles from Config.BackoffMin to Config.BackoffMax with each failure in a row.
// During the pause a peer counts as unreachable: messages to it are refused with
// [ErrUnreachable], so that whoever sends can turn to somebody else at once.
// Heartbeats and reports are kept nevertheless, since they are for a manager that
// will come back.
//
// # Bounds
//
// A queue has at most Config.QueueLen messages and Config.QueueBytes bytes of
// payload; what does not fit is refused with [ErrQueueFull]. A heartbeat or report
// takes the place of an older one of the same sender in the queue: only the newest
// means anything. When a connection cannot be opened, all else in the queue is
// dropped: it would be stale when it arrived.
//
// A peer has Config.Timeout to answer a greeting, to take a message, and to send
// the rest of a message of which the beginning has come. TCP's own probes find
// peers that vanish while they have nothing to say. A connection that was opened
// for sending is closed after Config.Idle without a message. At most Config.Inbound
// connections are accepted at the same time.
//
// # Concurrency
//
// SendMessage may be called from any goroutine and never waits. The handler is
// called by one goroutine for each connection, and may send. Close waits until
// all goroutines have ended; it may not be called by the handler.
package tcpnet
