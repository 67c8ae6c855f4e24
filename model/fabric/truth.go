package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// What the monitors are told. None of it comes from the failover manager but dataLost and buildEnds.
type (
	created struct {
		Replica service.ReplicaID
		Node    ravel.ID
	}
	ended      struct{ Replica service.ReplicaID }
	fails      struct{ Replica service.ReplicaID } // by an error of its own
	callBegins struct {
		Replica service.ReplicaID
		Call    string
		Role    service.Role // of the replica, which a ChangeRole tells it
	}
	callEnds struct {
		Replica service.ReplicaID
		Call    string
	}
	roleChanged struct {
		Replica service.ReplicaID
		Role    service.Role
	}
	runBegins struct{ Replica service.ReplicaID }
	runEnds   struct{ Replica service.ReplicaID }
	drains    struct {
		Replica service.ReplicaID
		Epoch   service.Epoch
	}
	resumes struct{ Replica service.ReplicaID }
	elected struct {
		Replica       service.ReplicaID
		Epoch         service.Epoch
		Last, Applied service.LSN
	}
	granted struct {
		Replica service.ReplicaID
		Epoch   service.Epoch
	}
	settled struct {
		Replica service.ReplicaID
		Epoch   service.Epoch
		Members []service.ReplicaID
	}
	committed struct {
		Replica service.ReplicaID
		LSN     service.LSN
		Epoch   service.Epoch
		Data    string
		Primary service.Epoch       // of the replica
		Holders []service.ReplicaID // that were counted, the primary included
	}
	applied struct {
		Replica service.ReplicaID
		LSN     service.LSN
		Epoch   service.Epoch
		Data    string
	}
	restored struct {
		Replica, From service.ReplicaID
		At            service.LSN
		Node          ravel.ID
	}
	recovered struct { // from the storage of a node
		Replica service.ReplicaID
		Node    ravel.ID
		At      service.LSN
		Epoch   service.Epoch
		Data    string // of the operation at At, if it did not come by a copy
	}
	wiped struct { // what a replica has, or has found, is of no use any more
		Replica service.ReplicaID
		Node    ravel.ID
	}
	rollsBack struct {
		Replica service.ReplicaID
		To      service.LSN
	}
	hasRolledBack struct {
		Replica service.ReplicaID
		To      service.LSN
	}
	diskIs struct { // in a node that comes up
		Node ravel.ID
		Disk int
	}
	gone     struct{ Node ravel.ID } // for ever
	dataLost struct {
		Part    int
		Epoch   service.Epoch
		InForce []config // as the failover manager knows them
	}
	buildBegins struct{ Target service.ReplicaID }
	buildEnds   struct{ Target service.ReplicaID }
)

const (
	callOpen       = "Open"
	callRecover    = "Recover"
	callRollback   = "Rollback"
	callChangeRole = "ChangeRole"
	callClose      = "Close"
	callAbort      = "Abort"
)

// monitor registers the monitors of the platform itself.
func monitor(c *ravel.Context, dir *directory) {
	c.Monitor(lifecycleMonitor.New(&lifecycles{calls: map[service.ReplicaID]*calls{}}))
	c.Monitor(primaryMonitor.New(&primaries{dir: dir, granted: map[grant]service.ReplicaID{}}))
	c.Monitor(logMonitor.New(newLogs(dir)))
	c.Monitor(buildMonitor.New(&builds{open: map[service.ReplicaID]bool{}, over: map[service.ReplicaID]bool{}}))
	c.Monitor(callMonitor.New(&underWay{calls: map[service.ReplicaID]string{}, on: map[service.ReplicaID]ravel.ID{}}))
	c.Monitor(recoveryMonitor.New(newRecovery(dir)))
}
