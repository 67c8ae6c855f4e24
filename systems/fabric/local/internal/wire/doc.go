// Package wire is how the processes of a cluster talk: messages that may be lost, and calls that are answered, over
// TCP.
//
// # Frames
//
// A connection carries frames:
//
//	u32  length of what follows the checksum
//	u32  checksum (CRC-32C) of what follows
//	u8   what it is: greeting, message, call, answer, failure
//	u8   kind of message or call, for whoever handles it
//	u64  number of the call
//	     body
//
// Numbers are big-endian. The side that connects greets first, with the name of the cluster and its own; it sends
// messages and calls, and the other side answers calls in any order. A frame with a wrong checksum, one that is too
// long, and a greeting of another cluster end the connection.
//
// # Delivery
//
// There is one connection to an address and lane, opened when there is something to send. Lanes keep what is urgent
// apart from what is much. Messages arrive in order and at most once while a connection lives, and are dropped when it
// does not, or when too many wait. A call fails with [ErrUnreachable] if nothing was sent, and with [ErrLost] if the
// connection ended before an answer came.
package wire
