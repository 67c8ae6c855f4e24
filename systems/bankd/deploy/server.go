package deploy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/systems/bankd/lease"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms"
	"github.com/ravelgo/ravel/transport"
)

// ServerConfig are the settings of a server of a chain.
type ServerConfig struct {
	Net
	Chain   Chain
	Name    string // of the server, which no other one of the chain has: letters, digits, - and _
	Opening int64  // of the account of a group; the same at all of its servers
}

// ErrRefused says that a server must not take part any more: others had to do without it for too long. It can be started
// again, and joins as a new server.
var ErrRefused = errors.New("the lease has ended, and the chain goes on without this server: start it again")

// StartServer starts a server. The chain knows it under a name that it never had before.
func StartServer(ctx context.Context, cfg ServerConfig) (*Process, error) {
	var err error
	if cfg.Chain, err = cfg.Chain.checked(); err != nil {
		return nil, fmt.Errorf("server %s: %w", cfg.Name, err)
	}
	if err := transport.CheckNode(cfg.Name); err != nil {
		return nil, fmt.Errorf("the name of a server: %w", err)
	}
	name := cfg.Chain.Name + "-" + cfg.Name + "-" + strconv.FormatInt(time.Now().UnixMicro(), 36)
	s := &server{cfg: cfg, id: chainrep.NodeID(name), lost: make(chan chainrep.Relink, 64)}
	if s.Process, err = join(ctx, cfg.Net, name, s.letter); err != nil {
		return nil, err
	}
	if err := s.create(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), s.Stop())
	}
	s.work.Go(s.relink)
	return s.Process, nil
}

// server makes the machines of the process.
type server struct {
	*Process
	cfg  ServerConfig
	id   chainrep.NodeID
	lost chan chainrep.Relink
}

func (s *server) create() error {
	cfg := chainrep.ServerConfig{ID: s.id, Master: s.cfg.Chain.master(), Bugs: s.cfg.Chain.Bugs}
	machine := chain.NewServer(cfg, func(id chainrep.NodeID) ravel.ID { return s.find(string(id)) })
	if g := s.cfg.Chain.Group; g > 0 {
		var err error
		machine, err = tms.NewServer(tms.ServerConfig{
			Group: g - 1, Chain: cfg, Accounts: accounts(g, s.cfg.Opening), Bugs: s.cfg.Chain.BankBugs,
		}, s.find)
		if err != nil {
			return err
		}
	}
	id, err := s.system.Create(machine.Named("server"))
	if err != nil {
		return err
	}
	_, err = s.system.Create(lease.GateMachine.New(&lease.Gate{
		Of: s.id, Server: id, Leases: s.find(string(s.cfg.Chain.leases())), Term: s.cfg.Chain.Term,
		Refused: func() { s.fail(fmt.Errorf("%s: %w", s.id, ErrRefused)) },
	}).Named(string(s.id)))
	return err
}

// letter hears of what was lost. The master is told of what servers rely on.
func (s *server) letter(d live.DeadLetter) {
	if d.To.IsZero() {
		return
	}
	node, _, _ := strings.Cut(d.To.String(), "/")
	peer := chainrep.NodeID(node)
	var m chainrep.Relink
	switch d.Event.(type) {
	case chainrep.Forward, chainrep.Handover:
		m = chainrep.Relink{Up: s.id, Down: peer}
	case chainrep.Ack:
		m = chainrep.Relink{Up: peer, Down: s.id}
	default:
		return
	}
	select {
	case s.lost <- m:
	default: // what is in line will do as well, or the next loss
	}
}

// relink tells the master what was lost, for each two neighbours once in a while.
func (s *server) relink() {
	const pause = 200 * time.Millisecond
	lost := make(map[chainrep.Relink]bool)
	var due <-chan time.Time
	for {
		select {
		case <-s.ctx.Done():
			return
		case m := <-s.lost:
			if lost[m] = true; due == nil {
				due = time.After(pause)
			}
		case <-due:
			for m := range lost {
				s.log.Info("messages were lost", "from", s.id, "neighbours", m)
				s.send(s.find(string(s.cfg.Chain.master())), m)
			}
			clear(lost)
			due = nil
		}
	}
}
