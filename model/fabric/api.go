package fabric

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
)

// ReplicaID identifies a replica. A replica that replaces another one has an ID of its own, also on the same node.
type ReplicaID int64

// LSN is the number of an operation in the log of a partition. The first one is 1.
type LSN int64

// Epoch orders the primaries of a partition. DataLoss counts how often data may have been lost, Conf how often the primary
// has changed.
type Epoch struct{ DataLoss, Conf int64 }

// Compare orders epochs: data losses first.
func (e Epoch) Compare(other Epoch) int {
	return cmp.Or(cmp.Compare(e.DataLoss, other.DataLoss), cmp.Compare(e.Conf, other.Conf))
}

func (e Epoch) String() string { return fmt.Sprintf("%d.%d", e.DataLoss, e.Conf) }

// Role is what a replica is to its partition.
type Role int

// The roles.
const (
	RoleNone            Role = iota // it has none yet, or none any more
	RoleIdleSecondary               // it is being built, and counts for no quorum
	RoleActiveSecondary             // it counts for the quorum
	RolePrimary                     // it orders the operations
)

func (r Role) String() string {
	return [...]string{"none", "idle secondary", "active secondary", "primary"}[r]
}

// Access says whether a replica may replicate.
type Access int

// The states of access.
const (
	AccessNotPrimary             Access = iota
	AccessReconfigurationPending        // it is the primary, and may not replicate yet, or not now
	AccessNoWriteQuorum                 // too few replicas are there
	AccessGranted
)

func (a Access) String() string {
	return [...]string{"not primary", "reconfiguration pending", "no write quorum", "granted"}[a]
}

// Why Replicate fails. After ErrClosed, ErrNotPrimary and the errors of a context the operation is in doubt if Replicate
// has returned an LSN: it may have been committed, or may be so later. In all other cases it has left no trace.
var (
	ErrNotPrimary             = errors.New("fabric: the replica is not the primary")
	ErrReconfigurationPending = errors.New("fabric: a reconfiguration is pending")
	ErrNoWriteQuorum          = errors.New("fabric: too few replicas for a write quorum")
	ErrWindowFull             = errors.New("fabric: too many operations are under way")
	ErrClosed                 = errors.New("fabric: the replica is closed")
)

// Op is an operation of the log.
type Op struct {
	LSN   LSN
	Epoch Epoch
	Data  []byte
}

// Replica is a replica of a service. The service implements it.
//
// Open, ChangeRole and Close never overlap, and Apply calls do not overlap each other. All other calls do overlap: while
// one waits, others run. A call waits in the methods of Partition and in the iterator of Restore, and nowhere else.
type Replica interface {
	// Open is the first call.
	Open(ctx context.Context, p Partition) error
	// ChangeRole tells a new role. When the call for RolePrimary returns, clients are about to find the replica; when the
	// one for another role returns, the service does nothing any more that only a primary may do.
	ChangeRole(ctx context.Context, e Epoch, r Role) error
	// Close is the last call, unless the replica is aborted.
	Close(ctx context.Context) error
	// Abort ends the replica at any time, also during other calls, whose contexts are done. It does not wait.
	Abort()

	// Apply changes the state by an operation. It is called in the order of LSNs without gaps: on a primary when the
	// operation is committed and before Replicate returns; on a secondary when it arrives. Returning is the
	// acknowledgement. An error ends the replica.
	Apply(ctx context.Context, op Op) error
	// Snapshot returns the state as it is when it is called, in pieces. They are asked for one by one, while other calls
	// go on: later changes must not show in them.
	Snapshot(ctx context.Context) iter.Seq2[[]byte, error]
	// Restore makes the state that of a snapshot. The iterator waits for the next piece. An error of it is to be returned.
	Restore(ctx context.Context, pieces iter.Seq2[[]byte, error]) error

	// Serve answers a request of a client, or of another service. It is called on any replica that a client takes for the
	// primary. Requests are served side by side.
	Serve(ctx context.Context, req []byte) ([]byte, error)
}

// Runner is implemented by replicas with background work. Run is called behind ChangeRole to RolePrimary. Its context is
// done when the replica is about to lose that role, and ChangeRole waits until Run has returned.
type Runner interface {
	Run(ctx context.Context) error
}

// Partition is what a replica knows of its surroundings. The platform implements it.
type Partition interface {
	// Replica returns the replica's own ID.
	Replica() ReplicaID
	// Role returns the role of which the replica was told last, and Access whether Replicate has a chance right now.
	Role() Role
	Access() Access
	// Replicate appends an operation to the log and waits until it is committed and applied here. With an error, an LSN
	// other than 0 says that the operation is in doubt.
	Replicate(ctx context.Context, data []byte) (LSN, error)
	// Yield lets everything else go on that can.
	Yield(ctx context.Context) error
}
