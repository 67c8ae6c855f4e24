package service

import (
	"context"
	"iter"
	"time"
)

// Factory makes a replica, in the process that is to host it. It neither blocks nor fails: that is for Open.
type Factory func(Info) Replica

// Replica is a replica of a partition. The service implements it.
type Replica interface {
	// Open is the first call.
	Open(ctx context.Context, p Partition) error
	// ChangeRole tells a new role. When the call for RolePrimary returns, clients are about to find the replica; when the
	// one for another role returns, the service does nothing any more that only a primary may do.
	ChangeRole(ctx context.Context, e Epoch, r Role) error
	// Close is the last call, unless the replica is aborted.
	Close(ctx context.Context) error
	// Abort ends the replica at any time from the beginning of Open on, also during other calls, whose contexts are done. It
	// does not wait.
	Abort()

	// Apply changes the state by an operation. It is called in the order of LSNs without gaps: on a primary when the
	// operation is committed and before Replicate returns; on a secondary when it arrives. Returning is the
	// acknowledgement, so what has to outlive the process is durable by then. An error ends the replica.
	Apply(ctx context.Context, op Op) error
	// Snapshot returns the state as it is when it is called, in pieces. They are asked for one by one, while other calls
	// go on: later changes must not show in them.
	Snapshot(ctx context.Context) iter.Seq2[[]byte, error]
	// Restore makes the state that of a snapshot, whatever it was. The iterator waits for the next piece. An error of
	// it is to be returned.
	Restore(ctx context.Context, pieces iter.Seq2[[]byte, error]) error

	// Serve answers a request of a client, or of another service. It is called on any replica that the caller takes
	// for the primary. Requests are served side by side.
	Serve(ctx context.Context, req []byte) ([]byte, error)
}

// Runner is implemented by replicas with background work. Run is called behind ChangeRole to RolePrimary. Its context is
// done when the replica is about to lose that role, and ChangeRole waits until Run has returned.
type Runner interface {
	Run(ctx context.Context) error
}

// Persistent is implemented by replicas whose state outlives their process, in the storage of their partition. One that
// is not Persistent begins with nothing, and gets a snapshot.
//
// What Apply, Restore and Rollback have returned from is durable. A process that dies amid an Apply leaves the state
// before or behind it. A replica whose Restore was broken off finds an empty storage.
type Persistent interface {
	Replica
	// Recover reads the state from storage, and returns the LSN and the epoch of the last operation that is in it,
	// zero if there is none. It is called once, behind Open, also on a replica that has just been made. As Restore is
	// told neither, snapshots hold both. Operations behind that LSN which the platform has are applied again.
	Recover(ctx context.Context) (LSN, Epoch, error)
	// Rollback takes back the operations behind an LSN: they were never committed, and another primary has been elected
	// that does not have them. A replica that cannot do that returns ErrRebuild, and is built anew.
	Rollback(ctx context.Context, to LSN) error
}

// Partition is what a replica knows of its surroundings. The platform implements it.
type Partition interface {
	Caller

	// Info says which replica it is, of what.
	Info() Info
	// Role returns the role of which the replica was told last, and Access whether Replicate has a chance right now.
	Role() Role
	Access() Access

	// Replicate appends an operation to the log, and then waits until it is committed and applied here. Nothing comes
	// between the call and the appending. With an error, an LSN other than 0 says that the operation is in doubt.
	Replicate(ctx context.Context, data []byte) (LSN, error)

	// Storage returns where the replica may keep what has to outlive its process: the same files for each replica of a
	// partition on a node, until a replica is closed for good. Only replicas that are Persistent have one; others get
	// nil.
	Storage() Storage

	// Go starts work that may call methods of Partition and goes on beside the calls of the replica. Its context is done
	// when the replica ends.
	Go(work func(ctx context.Context))
	// Sleep waits, for at least so long. In a test it may take any time.
	Sleep(ctx context.Context, d time.Duration) error
	// Yield lets everything else go on that can.
	Yield(ctx context.Context) error
}

// Caller calls services.
type Caller interface {
	// Call has naming find the primary of a partition, sends it a request, and waits for the answer. It tries once:
	// after ErrNoAnswer the request may have been served, may be being served, or may be served later, and even more
	// than once. An error that Serve has returned is a *ServeError.
	Call(ctx context.Context, to PartitionID, req []byte) ([]byte, error)
	// Partitions returns how many partitions a service has, 0 if there is no such service.
	Partitions(service string) int
}

// Storage holds files that outlive the process. Errors are *fs.PathError. What was written is durable when it was synced:
// Sync is for what a file holds, SyncNames for what was done to names.
type Storage interface {
	List() []string
	Read(name string) ([]byte, error)
	Append(name string, p []byte) error
	Write(name string, off int, p []byte) error
	Truncate(name string, size int) error
	Rename(from, to string) error
	Remove(name string) error
	Sync(name string) error
	SyncNames() error
}
