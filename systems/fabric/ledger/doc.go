// Package ledger is a replicated ledger: accounts with balances, and transfers between them. It is a service in the sense of
// package service, whose interfaces are all that it knows of the platform that runs it.
//
//	factory, err := ledger.New(ledger.Config{})                   // what the platform makes replicas with
//
//	c, err := ledger.NewClient(caller, ledger.ClientConfig{Name: "teller-7", Partition: p})
//	err = c.Open(ctx, "alice", 100)
//	left, err := c.Transfer(ctx, "alice", "bob", 30)
//
// # State
//
// Bookkeeping is double: what is credited to one account is debited from another. Money comes from the house, an account of
// which the balance is minus the sum of all others; it alone may be negative. So the sum of all balances, which Audit returns,
// is always 0.
//
// A book is a deterministic state machine. Everything that decides about an operation, whether there is enough on the account,
// and whether the request has been served before, is decided where it is applied, by every replica alike.
//
// # Requests
//
// [Open] and [Transfer] change the state. They have a [RequestID], the name of the client and a number, and take effect at most
// once, however often and wherever they arrive: the book has a session for each client, with the number and the answer of its
// last request. A client has one request under way at a time, and numbers only grow. Sessions are part of the state as
// balances are, and go into snapshots. There is one for every client that ever was, so names should be used again.
//
// [Balance] and [Audit] go through the log as well, as a mark that changes nothing. A primary that has been replaced and does
// not know it cannot commit the mark, so it cannot answer with an old balance.
//
// # In doubt
//
// A request has an effect, or none, or is in doubt: it was replicated, and the replica does not know what became of it. The
// [Answer] to it says which ([InDoubt], [Unavailable]), and the [Client] tries again under the same number until it knows. What
// it could not find out is [ErrInDoubt], which is not a failure of the transfer: it may have taken place, or do so later.
//
// # Interest
//
// With [Interest] the house pays interest on all balances, period by period. It is background work of the primary. A period is
// an operation that names its number, so that it is paid once, even if an old primary and its successor both order it.
//
// # Copies
//
// A snapshot has the balances and sessions of one moment, and the LSN of the last operation in them. Operations up to that one
// are ignored when they come again, and one that leaves a gap is an error that ends the replica.
package ledger
