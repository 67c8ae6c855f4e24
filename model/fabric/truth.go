package fabric

import "github.com/ravelgo/ravel"

// What the monitors are told. None of it comes from the failover manager but dataLost and buildEnds.
type (
	created struct {
		Replica ReplicaID
		Node    ravel.ID
	}
	ended      struct{ Replica ReplicaID }
	callBegins struct {
		Replica ReplicaID
		Call    string
	}
	callEnds struct {
		Replica ReplicaID
		Call    string
	}
	roleChanged struct {
		Replica ReplicaID
		Role    Role
	}
	elected struct {
		Replica       ReplicaID
		Epoch         Epoch
		Last, Applied LSN
	}
	granted struct {
		Replica ReplicaID
		Epoch   Epoch
	}
	settled struct {
		Replica ReplicaID
		Epoch   Epoch
		Members []ReplicaID
	}
	committed struct {
		Replica ReplicaID
		LSN     LSN
		Epoch   Epoch
		Data    string
		Primary Epoch       // of the replica
		Holders []ReplicaID // that were counted, the primary included
	}
	applied struct {
		Replica ReplicaID
		LSN     LSN
		Epoch   Epoch
		Data    string
	}
	restored struct {
		Replica, From ReplicaID
		At            LSN
	}
	dataLost    struct{ Epoch Epoch }
	buildBegins struct{ Target ReplicaID }
	buildEnds   struct{ Target ReplicaID }
)

const (
	callOpen       = "Open"
	callChangeRole = "ChangeRole"
	callClose      = "Close"
	callAbort      = "Abort"
)

// monitor registers the monitors of the platform itself.
func monitor(c *ravel.Context, cfg *Config) {
	c.Monitor(lifecycleMonitor.New(&lifecycles{calls: map[ReplicaID]*calls{}}))
	c.Monitor(primaryMonitor.New(&primaries{granted: map[Epoch]ReplicaID{}}))
	c.Monitor(logMonitor.New(&logs{
		least: cfg.minReplicas(), held: map[ReplicaID][]entry{}, roles: map[ReplicaID]Role{}, committed: map[LSN]entry{},
	}))
	c.Monitor(buildMonitor.New(&builds{open: map[ReplicaID]bool{}, over: map[ReplicaID]bool{}}))
	c.Monitor(recoveryMonitor.New(&recovery{
		replicas: cfg.Replicas, up: map[ravel.ID]bool{}, on: map[ReplicaID]ravel.ID{},
	}))
}
