package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// life counts the lives of a node: restarts of its process, and leases that it has lost since.
type life struct{ Restarts, Leases int }

func (l life) before(m life) bool {
	return l.Restarts < m.Restarts || l.Restarts == m.Restarts && l.Leases < m.Leases
}

// What the failover manager tells replicas, in an order.
type (
	order struct {
		Replica service.ReplicaID
		Life    life // of the node: it is not for a later one
		Do      any
	}
	create struct {
		Idle   bool // it is to be built
		Fresh  bool // it begins with nothing
		Reopen bool // it is a member of the configuration that was gone
	}
	drop    struct{ Keep bool } // its storage
	fence   struct{ Epoch service.Epoch }
	promote struct {
		Epoch     service.Epoch
		Seq       int
		Cur, Prev config
		Ends      map[service.ReplicaID]service.LSN // of the logs of the other members
	}
	build struct {
		Target member
		Has    progress
	}
	activate  struct{ Epoch service.Epoch }
	configure struct {
		Seq       int
		Cur, Prev config
	}
	settle struct{ Seq int }
)

// What replicas and nodes tell the failover manager, in a report.
type (
	report struct {
		Replica service.ReplicaID
		Say     any
	}
	opened struct {
		Persistent bool
		Progress   progress
	}
	fenced struct {
		Epoch    service.Epoch
		Progress progress
	}
	built     struct{ Target service.ReplicaID }
	activated struct{}
	caughtUp  struct{ Seq int }
	faulted   struct{}

	nodeUp struct {
		Node ravel.ID
		Life life
		Kept bool // it has the state of a replica
	}
	nodeDown struct {
		Node ravel.ID
		Life life
		Gone bool // it will not come up again
	}
)

// leaseLost tells a node that it was given up while it lived.
type leaseLost struct{ Next life }

// between is a message of one replica to another one.
type between struct {
	From member
	To   service.ReplicaID
	Msg  any
}

// The messages of a copy. The pieces go one by one.
type (
	piece struct {
		Epoch service.Epoch
		N     int // from 1
		Data  []byte
		End   bool // there is no piece in this message, and no other one comes
		Log   []service.Epoch
	}
	pieceTaken struct {
		Epoch service.Epoch
		N     int
	}
	copied struct{ Epoch service.Epoch }
)

// cloned returns a copy of a message that shares no memory with it, for a network that repeats messages.
func cloned(msg any) any {
	switch m := msg.(type) {
	case order:
		m.Do = cloned(m.Do)
		return m
	case promote:
		m.Cur, m.Prev, m.Ends = slices.Clone(m.Cur), slices.Clone(m.Prev), maps.Clone(m.Ends)
		return m
	case configure:
		m.Cur, m.Prev = slices.Clone(m.Cur), slices.Clone(m.Prev)
		return m
	case report:
		m.Say = cloned(m.Say)
		return m
	case fenced:
		m.Progress.Epochs = slices.Clone(m.Progress.Epochs)
		return m
	case between:
		m.Msg = cloned(m.Msg)
		return m
	case build:
		m.Has.Epochs = slices.Clone(m.Has.Epochs)
		return m
	case opened:
		m.Progress.Epochs = slices.Clone(m.Progress.Epochs)
		return m
	case piece:
		m.Data, m.Log = slices.Clone(m.Data), slices.Clone(m.Log)
		return m
	}
	return msg // it is plain data
}
