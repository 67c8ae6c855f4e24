package command

import (
	"errors"
	"time"

	"github.com/ravelgo/ravel/systems/bankd/deploy"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

type brokerCommand struct {
	Listen string `default:"127.0.0.1:4222" help:"Address to listen on; port 0 is any free one." placeholder:"ADDR"`
}

func (c *brokerCommand) Run(s *session) error {
	b, err := deploy.StartBroker(s.ctx, c.Listen, s.net)
	if err != nil {
		return err
	}
	s.net.Log.Info("serving", "process", "broker", "url", b.URL())
	<-s.ctx.Done()
	return b.Stop()
}

type masterCommand struct {
	chainFlags
	Servers int    `default:"3" help:"The chain begins when so many servers are there." placeholder:"N"`
	Dir     string `required:"" help:"Folder of the master. It is made if it is not there." placeholder:"DIR"`
}

func (c *masterCommand) Run(s *session) error {
	p, err := deploy.StartMaster(s.ctx, deploy.MasterConfig{Net: s.net, Chain: c.chain(), Servers: c.Servers, Dir: c.Dir})
	if err != nil {
		return err
	}
	return s.run(p)
}

type serverCommand struct {
	chainFlags
	Name    string `required:"" help:"Name of the server, which no other one of the chain has." placeholder:"NAME"`
	Opening int64  `default:"100" help:"Balance that the account of a group opens with, the same at all servers." placeholder:"N"`
}

// pause is how long a server that was refused waits before it comes back.
const pause = 200 * time.Millisecond

// Run lets a server that was refused come back as a new one.
func (c *serverCommand) Run(s *session) error {
	for {
		p, err := deploy.StartServer(s.ctx, deploy.ServerConfig{Net: s.net, Chain: c.chain(), Name: c.Name, Opening: c.Opening})
		if err != nil {
			return err
		}
		err = s.run(p)
		if !errors.Is(err, deploy.ErrRefused) {
			return err
		}
		s.net.Log.Warn("starting again", "process", p.Name(), "error", err)
		select {
		case <-s.ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

type coordinatorCommand struct {
	Groups int    `default:"2" help:"Number of groups of accounts. It cannot change." placeholder:"N"`
	Dir    string `required:"" help:"Folder of the coordinator. It is made if it is not there." placeholder:"DIR"`
	Bugs   uint8  `hidden:"" help:"Seeded defects, for tests of tests: a bit set of bank.Bugs."`
}

func (c *coordinatorCommand) Run(s *session) error {
	p, err := deploy.StartCoordinator(s.ctx, deploy.CoordinatorConfig{Net: s.net, Groups: c.Groups, Dir: c.Dir, Bugs: bank.Bugs(c.Bugs)})
	if err != nil {
		return err
	}
	return s.run(p)
}
