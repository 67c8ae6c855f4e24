package tms

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms/bank"
	"github.com/ravelgo/ravel/systems/tms/chainrsm"
)

// The machines of a deployment: those of the tests, with a [Directory] in place of the harness. Their names are their
// addresses.

// CoordinatorName is the address of the coordinator.
const CoordinatorName = coordinatorName

// ServerConfig are the settings of a replica of a group.
type ServerConfig struct {
	Group    int // by number, from 0
	Chain    chainrep.ServerConfig
	Accounts map[string]int64 // of the group, with the balances that they open with
	Bugs     bank.Bugs
}

// NewServer returns the machine of a replica that has no place in the chain yet. What servers say to each other goes to
// them directly.
func NewServer(cfg ServerConfig, d Directory) (ravel.Machine, error) {
	b, err := bank.NewBranch(cfg.Accounts, cfg.Bugs)
	if err != nil {
		return ravel.Machine{}, fmt.Errorf("tms: %w", err)
	}
	s := &Server{id: cfg.Chain.ID, group: cfg.Group, real: chainrsm.New(cfg.Chain, b), branch: b, book: &book{find: d}}
	return ServerMachine.New(s).Named(string(cfg.Chain.ID)), nil
}

// NewMaster returns the machine of the master of a group, new or restored. Its state is stored before anybody hears of it.
// There must be one client in its configuration: it stands for the coordinator.
func NewMaster(group int, id chainrep.NodeID, real *chainrep.Master, disk chain.Store, d Directory) ravel.Machine {
	return MasterMachine.New(&Master{group: group, real: real, disk: disk, book: &book{find: d}}).Named(string(id))
}

// NewDetector returns the machine of a detector that waits for the word that a server is dead.
func NewDetector(cfg chainrep.DetectorConfig, d Directory) ravel.Machine {
	return DetectorMachine.New(&Detector{real: chainrep.NewDetector(cfg), book: &book{find: d}}).Named(string(cfg.ID))
}

// NewCoordinator returns the machine of the coordinator of so many groups, which begins with what is in the store.
func NewCoordinator(groups int, disk Store, bugs bank.Bugs, d Directory) (ravel.Machine, error) {
	real, err := bank.NewCoordinator(bank.CoordinatorConfig{Name: coordinatorName, Groups: groups, Repeats: true, Bugs: bugs})
	if err != nil {
		return ravel.Machine{}, fmt.Errorf("tms: %w", err)
	}
	return CoordinatorMachine.New(&Coordinator{real: real, disk: disk, book: &book{find: d}}).Named(coordinatorName), nil
}
