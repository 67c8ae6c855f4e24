// Package txn is the part of two-phase commit that runs at the participants and in their clients: the participant with its
// durable log, and the numbering of a client's requests. It knows no network, no clock and no goroutines: a host turns
// messages into calls and results into messages.
//
// # Participants
//
// A [Participant] keeps keys and values. A transaction writes one key at all participants, and is decided by a coordinator:
//
//	v, err := p.Prepare(tx, w)   // send the vote, unless it is Silent
//	changed, err := p.Commit(tx) // acknowledge
//	changed, err := p.Abort(tx)  // acknowledge
//	value, ok := p.Read(key)     // what is committed
//
// There is one transaction at a time, and their numbers grow. Each call may be repeated, as a network that loses
// messages makes necessary: the answer is the same. So may old ones, which change nothing any more. What no coordinator
// may ask for is an [Error]: the commit of a transaction that the participant has not voted for, and another transaction
// while one is prepared.
//
// # Durability
//
// A vote and a decision are in the log, and the log is synced, before the call returns. So they hold whatever happens:
// [Open] reads the log and goes on from there, also with a transaction that is prepared and undecided. A participant never
// decides such a transaction by itself; it waits for the coordinator.
//
// The log is a file of records, each with its length and a checksum. A crash may tear the last one, which then was never
// answered for: Open cuts it off. A damaged record that has others behind it is no torn one, and Open returns [ErrDamaged];
// where the length is damaged the two cannot be told apart. The log only grows: it holds every vote and decision.
//
// After an error of the file a participant can no longer promise anything. All its methods that would return that error
// from then on.
//
// # Errors and concurrency
//
// A Participant is used by one goroutine at a time. The file belongs to it. [Seq] is a value type without errors.
package txn
