// Package dict keeps the state of a replicated service in dictionaries, which change in transactions. It is a thin layer above
// service.Partition.Replicate, after the reliable collections of Service Fabric: a service that embeds a [Store] has its
// Apply, Snapshot and Restore from it, and is left with Serve.
//
//	type bank struct {
//		dict.Store
//		accounts *dict.Dict[string, int]
//	}
//
//	func newBank(service.Info) service.Replica {
//		b := &bank{}
//		b.accounts = dict.New[string, int](&b.Store, "accounts")
//		return b
//	}
//
//	func (b *bank) Serve(ctx context.Context, req []byte) ([]byte, error) {
//		tx := b.Begin()
//		n, _, err := b.accounts.Get(tx, string(req))
//		...
//		b.accounts.Set(tx, string(req), n+1)
//		return nil, tx.Commit(ctx)
//	}
//
// # Transactions
//
// A transaction reads the state as it is applied, and its own writes. Commit replicates its writes as one operation, and
// returns when that is committed and applied here. It is optimistic: Commit fails with [ErrConflict], and has left no trace, if
// something that the transaction has read has changed since, or is about to change because the commit of another
// transaction is under way. Then the caller begins again. So transactions that have committed are serializable, in the
// order of their LSNs. Nothing waits for locks.
//
// After any other error of Commit the transaction is in doubt, exactly when Replicate says that an operation is.
//
// A transaction that has only read commits at once and without replication: all that it has read was there at one moment.
// Whether that moment is now is another question: a primary that has been replaced and has not heard of it reads old
// values. [Store.Barrier] tells.
//
// # Encoding
//
// Keys and values travel as JSON. A value that was read is the caller's own: changing it changes no dictionary.
//
// # Concurrency
//
// Methods may be called wherever the methods of the replica run, one at a time, as package service says; there are no locks. A
// transaction belongs to one call.
package dict
