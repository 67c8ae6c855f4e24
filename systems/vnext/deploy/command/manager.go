package command

import (
	"io"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

type managerFlags struct {
	Dir     string `required:"" help:"Folder of the manager. It is made if it is not there." placeholder:"DIR"`
	Listen  string `default:"127.0.0.1:7000" help:"Address for messages." placeholder:"ADDR"`
	HTTP    string `name:"http" help:"Address for /metrics, /status and /healthz. By default none." placeholder:"ADDR"`
	Cluster string `default:"vnext" help:"Name of the cluster. Others are not talked to." placeholder:"NAME"`
	Name    string `default:"extmgr" help:"Name of the manager." placeholder:"NAME"`

	Target         int           `default:"3" help:"Wanted replicas of each extent." placeholder:"N"`
	HeartbeatEvery time.Duration `default:"5s" help:"Period of heartbeats, as nodes have it." placeholder:"T"`
	ExpireAfter    time.Duration `default:"15s" help:"Silence after which a node is forgotten." placeholder:"T"`
	SyncEvery      time.Duration `default:"5m" help:"Period of reports, as nodes have it." placeholder:"T"`
	RepairEvery    time.Duration `default:"30s" help:"Period of looking for extents with too few replicas." placeholder:"T"`
	RepairDeadline time.Duration `default:"10m" help:"Time that a copy may take." placeholder:"T"`
	MaxInflight    int           `default:"2" help:"Copies ordered from one node at the same time." placeholder:"N"`
	Bugs           uint32        `hidden:"" help:"Seeded defects, for tests of tests: a bit set of extmgr.Bugs."`
	logging
}

const managerDescription = `Extent manager: knows which nodes hold which extents, and orders copies until each has enough.`

// Manager runs extmgrd and returns its exit code.
func Manager(args []string, out, messages io.Writer) int {
	var f managerFlags
	if _, code, done := parse("extmgrd", managerDescription, &f, args, out, messages); done {
		return code
	}
	ctx, stop := interrupted()
	defer stop()
	m, err := deploy.StartManager(deploy.ManagerConfig{
		Dir: f.Dir, Listen: f.Listen, HTTP: f.HTTP, Cluster: f.Cluster, Log: f.logger(messages),
		Manager: extmgr.Config{
			Self: extmgr.NodeID(f.Name), Target: f.Target, HeartbeatEvery: f.HeartbeatEvery, ExpireAfter: f.ExpireAfter,
			SyncEvery: f.SyncEvery, RepairEvery: f.RepairEvery, RepairDeadline: f.RepairDeadline, MaxInflightPerNode: f.MaxInflight,
			Bugs: extmgr.Bugs(f.Bugs),
		},
	})
	if err != nil {
		return report("extmgrd", err, messages)
	}
	<-ctx.Done()
	return report("extmgrd", m.Stop(), messages)
}
