package fabric

import "github.com/ravelgo/ravel"

// life counts the lives of a node: restarts of its process, and leases that it has lost since.
type life struct{ Restarts, Leases int }

func (l life) before(m life) bool {
	return l.Restarts < m.Restarts || l.Restarts == m.Restarts && l.Leases < m.Leases
}

// What the failover manager tells replicas, in an order.
type (
	order struct {
		Replica ReplicaID
		Do      any
	}
	create  struct{ Idle bool }
	drop    struct{}
	fence   struct{ Epoch Epoch }
	promote struct {
		Epoch     Epoch
		Seq       int
		Cur, Prev config
		Ends      map[ReplicaID]LSN // of the logs of the other members
	}
	build     struct{ Target member }
	activate  struct{ Epoch Epoch }
	configure struct {
		Seq       int
		Cur, Prev config
	}
	settle struct{ Seq int }
)

// What replicas and nodes tell the failover manager, in a report.
type (
	report struct {
		Replica ReplicaID
		Say     any
	}
	opened struct{}
	fenced struct {
		Epoch    Epoch
		Progress progress
	}
	built     struct{ Target ReplicaID }
	activated struct{}
	caughtUp  struct{ Seq int }
	faulted   struct{}

	nodeUp struct {
		Node ravel.ID
		Life life
	}
	nodeDown struct {
		Node ravel.ID
		Life life
	}
)

// leaseLost tells a node that it was given up while it lived.
type leaseLost struct{ Next life }

// between is a message of one replica to another one.
type between struct {
	From member
	To   ReplicaID
	Msg  any
}

// The messages of a copy. The pieces go one by one.
type (
	piece struct {
		Epoch Epoch
		Data  []byte
		End   bool // there is no piece in this message, and no other one comes
		Log   []Epoch
	}
	pieceTaken struct{ Epoch Epoch }
	copied     struct{ Epoch Epoch }
)
