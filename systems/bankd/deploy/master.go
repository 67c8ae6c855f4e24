package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/bankd/lease"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms"
)

// MasterConfig are the settings of the master of a chain.
type MasterConfig struct {
	Net
	Chain   Chain
	Servers int    // the chain begins when so many are there
	Dir     string // its folder

	// Again is how often the master asks again for what may have been lost; 0 is 1 s. A reconfiguration should take less.
	Again time.Duration
}

// StartMaster starts the master of a chain. One that has been killed goes on with its folder.
func StartMaster(ctx context.Context, cfg MasterConfig) (*Process, error) {
	var err error
	if cfg.Chain, err = cfg.Chain.checked(); err != nil {
		return nil, fmt.Errorf("master: %w", err)
	}
	if cfg.Servers < 1 {
		return nil, fmt.Errorf("master of %s: %d servers: a chain begins with at least 1", cfg.Chain.Name, cfg.Servers)
	}
	if cfg.Again == 0 {
		cfg.Again = time.Second
	}
	d, err := openDisk(cfg.Dir, masterName(cfg.Chain.Name))
	if err != nil {
		return nil, fmt.Errorf("master of %s: %w", cfg.Chain.Name, err)
	}
	p, err := join(ctx, cfg.Net, masterName(cfg.Chain.Name), nil)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	p.close = append(p.close, d.close)
	m := &master{Process: p, cfg: cfg, disk: d}
	if err := m.create(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", p.name, err), p.Stop())
	}
	p.repeat(cfg.Again, func() {
		if id, ok := p.system.Find(p.name); ok {
			p.send(id, chain.Again{})
		}
	})
	return p, nil
}

// master makes the machines of the process.
type master struct {
	*Process
	cfg  MasterConfig
	disk *disk
}

// create makes everything but the master itself of a chain that has not begun.
func (m *master) create() error {
	leases := &lease.Leases{Term: m.cfg.Chain.Term, First: m.cfg.Servers, Begin: m.begin}
	detector := chainrep.DetectorConfig{ID: m.cfg.Chain.detector(), Master: m.cfg.Chain.master(), Bugs: m.cfg.Chain.Bugs}
	machine := chain.NewDetector(detector, m.at)
	if m.cfg.Chain.Group > 0 {
		machine = tms.NewDetector(detector, m.find)
	}
	var err error
	if leases.Detector, err = m.system.Create(machine.Named(detectorName)); err != nil {
		return err
	}
	var image chainrep.MasterImage
	found, err := m.disk.load(masterKey, &image)
	switch {
	case err != nil:
		return err
	case found && len(image.Servers) == 0:
		return fmt.Errorf("all servers of chain %s have failed, and what they stored is lost: to begin anew, remove folder %s", m.cfg.Chain.Name, m.cfg.Dir)
	case found:
		leases.Known = append(image.Servers, image.Joining...)
		real, err := chainrep.RestoreMaster(m.config(nil), image)
		if err != nil {
			return err
		}
		if leases.Master, err = m.system.Create(m.machine(real)); err != nil {
			return err
		}
		m.log.Info("chain restored", "servers", image.Servers, "epoch", image.Epoch)
	}
	id, err := m.system.Create(lease.LeasesMachine.New(leases).Named(leasesName))
	if err != nil {
		return err
	}
	_, err = m.system.Create(directoryMachine.New(&directory{leases: id}).Named(directoryName))
	return err
}

func (m *master) at(id chainrep.NodeID) ravel.ID { return m.find(string(id)) }

// config has the directory as the only client, and as the detector: it passes on to Leases what it hears, and that to the detector.
func (m *master) config(servers []chainrep.NodeID) chainrep.MasterConfig {
	return chainrep.MasterConfig{
		ID: m.cfg.Chain.master(), Servers: servers, Clients: []chainrep.NodeID{m.cfg.Chain.directory()},
		Detector: m.cfg.Chain.directory(), Bugs: m.cfg.Chain.Bugs,
	}
}

// begin makes the master of a new chain.
func (m *master) begin(c *ravel.Context, servers []chainrep.NodeID) ravel.ID {
	real, err := chainrep.NewMaster(m.config(servers))
	c.Assert(err == nil, "%v", err)
	m.log.Info("chain begins", "servers", servers)
	return c.Create(m.machine(real))
}

func (m *master) machine(real *chainrep.Master) ravel.Machine {
	if g := m.cfg.Chain.Group; g > 0 {
		return tms.NewMaster(g-1, m.cfg.Chain.master(), real, watched{m.disk, m.log}, m.find)
	}
	return chain.NewMaster(m.cfg.Chain.master(), real, watched{m.disk, m.log}, m.at)
}
