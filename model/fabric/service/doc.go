// Package service has the interfaces between a stateful service and the platform that keeps its replicas. A service
// that is written against them runs unchanged on the model of a platform, package model/fabric, where tests explore
// what can happen to it, and on a real one, package systems/fabric, where it happens.
//
// A service has partitions, which share nothing, and a partition has replicas on several nodes. One of them is the
// primary: it serves requests, and replicates what changes its state to the secondaries. The platform elects primaries,
// builds new replicas from snapshots, and lets clients find the primary.
//
//	type counter struct{ p service.Partition; n int }
//
//	func (s *counter) Serve(ctx context.Context, req []byte) ([]byte, error) {
//		if _, err := s.p.Replicate(ctx, []byte("+1")); err != nil {
//			return nil, err
//		}
//		return strconv.AppendInt(nil, int64(s.n), 10), nil
//	}
//
//	func (s *counter) Apply(context.Context, service.Op) error { s.n++; return nil }
//
// # What overlaps
//
// Open, ChangeRole and Close of a replica never overlap, and its Apply calls do not overlap each other. All other calls
// do overlap: while one waits, others go on. A call waits in methods of [Partition], in the iterator of Restore, and
// between the pieces of Snapshot. Between two waits it has the replica for itself: one call of a replica runs at a
// time. So a replica needs no locks, as long as it starts no goroutines of its own, and has to expect that everything
// has changed whenever it has waited.
//
// A service may start goroutines of its own and wait for them. They may not call methods of Partition that wait. Work
// that has to is started by Partition.Go.
//
// # Order of calls
//
//	Open  Recover?  ( ChangeRole | Restore | Apply | Rollback | Snapshot | Serve | Run )*  ( Close | Abort )
//
// Recover and Rollback are for a [Persistent] replica. Abort comes instead of Close when there is no time, even during
// another call, Open included; contexts are done by then. When a process dies nothing is called. A replica that ends before
// it was opened is told nothing.
package service
