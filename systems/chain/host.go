package chain

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// The machines of a deployment: those of the tests, with a [Directory] in place of the
// harness. Their names are the IDs of the nodes.

// NewServer returns the machine of a server that has no place in the chain yet.
func NewServer(cfg chainrep.ServerConfig, d Directory) ravel.Machine {
	s := &Server{id: cfg.ID, real: chainrep.NewServer(cfg), book: &book{find: d}}
	return ServerMachine.New(s).Named(string(cfg.ID))
}

// NewMaster returns the machine of a master, new or restored. Its state is stored before
// anybody hears of it.
func NewMaster(id chainrep.NodeID, real *chainrep.Master, disk Store, d Directory) ravel.Machine {
	return MasterMachine.New(&Master{real: real, disk: disk, book: &book{find: d}}).Named(string(id))
}

// NewDetector returns the machine of a detector that waits for the word that a server is
// dead, or asks for it with a Ping: DetectorConfig.Suspect must be false.
func NewDetector(cfg chainrep.DetectorConfig, d Directory) ravel.Machine {
	return DetectorMachine.New(&Detector{real: chainrep.NewDetector(cfg), book: &book{find: d}}).Named(string(cfg.ID))
}
