package service

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
)

// ReplicaID identifies a replica. A replica that replaces another one has an ID of its own, also on the same node.
type ReplicaID int64

// LSN, log sequence number, is the number of an operation in the log of a partition. The first one is 1.
type LSN int64

// PartitionID names a partition of a service: they are numbered from 0.
type PartitionID struct {
	Service string
	Index   int
}

func (p PartitionID) String() string { return p.Service + "/" + strconv.Itoa(p.Index) }

// PartitionOf returns the partition of a service with n partitions that is responsible for a key.
func PartitionOf(service string, n int, key string) PartitionID {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	return PartitionID{service, int(h.Sum32() % uint32(max(n, 1)))}
}

// Info says which replica it is, of what.
type Info struct {
	Partition  PartitionID
	Partitions int // of the service
	Replica    ReplicaID
}

// Epoch orders the primaries of a partition. DataLoss counts how often data may have been lost, Conf how often the
// primary has changed.
type Epoch struct{ DataLoss, Conf int64 }

// Compare orders epochs: data losses first.
func (e Epoch) Compare(other Epoch) int {
	return cmp.Or(cmp.Compare(e.DataLoss, other.DataLoss), cmp.Compare(e.Conf, other.Conf))
}

func (e Epoch) String() string { return fmt.Sprintf("%d.%d", e.DataLoss, e.Conf) }

// Op is an operation of the log.
type Op struct {
	LSN   LSN
	Epoch Epoch
	Data  []byte
}

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
	return name(int(r), "none", "idle secondary", "active secondary", "primary")
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
	return name(int(a), "not primary", "reconfiguration pending", "no write quorum", "granted")
}

func name(i int, names ...string) string {
	if i < 0 || i >= len(names) {
		return strconv.Itoa(i)
	}
	return names[i]
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

// Why Call fails, beside the errors of its context. After ErrNoPrimary the request was not served. After ErrNoAnswer,
// an error of the context, and ErrClosed, which says that the replica that calls has ended, nobody knows.
var (
	ErrNoPrimary = errors.New("fabric: no primary is known")
	ErrNoAnswer  = errors.New("fabric: no answer came in time")
)

// ErrRebuild is returned by a Rollback that cannot take anything back.
var ErrRebuild = errors.New("fabric: the replica has to be built anew")

// ServeError is an error that the Serve of a replica has returned, as its caller sees it: the text has travelled.
type ServeError struct {
	Partition PartitionID
	Text      string
}

func (e *ServeError) Error() string { return e.Text }
