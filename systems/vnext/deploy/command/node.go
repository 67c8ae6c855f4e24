package command

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

type nodeFlags struct {
	ID        string `required:"" help:"Name of the node, which no other one ever has." placeholder:"NAME"`
	Dir       string `required:"" help:"Folder of the node. It is made if it is not there." placeholder:"DIR"`
	Mgr       string `default:"127.0.0.1:7000" help:"Address of the manager." placeholder:"ADDR"`
	MgrName   string `default:"extmgr" help:"Name of the manager." placeholder:"NAME"`
	Listen    string `default:"127.0.0.1:0" help:"Address for messages. By default any free port." placeholder:"ADDR"`
	Advertise string `help:"Address that others reach the node at, if it is not that of --listen." placeholder:"ADDR"`
	HTTP      string `name:"http" help:"Address for /metrics, /status and /healthz. By default none." placeholder:"ADDR"`
	Cluster   string `default:"vnext" help:"Name of the cluster. Others are not talked to." placeholder:"NAME"`
	Quota     int64  `help:"Bytes that the node's files may have. By default as many as fit on the disk." placeholder:"N"`

	HeartbeatEvery time.Duration `default:"5s" help:"Period of heartbeats." placeholder:"T"`
	SyncEvery      time.Duration `default:"5m" help:"Period of reports." placeholder:"T"`
	ScrubEvery     time.Duration `default:"1m" help:"Period of reading and verifying one extent." placeholder:"T"`
	CopyTimeout    time.Duration `default:"30s" help:"Silence after which a copy turns to another source." placeholder:"T"`
	RefusedFor     time.Duration `default:"1m" help:"End when the manager listens to another node of this name for so long." placeholder:"T"`
	Drill          bool          `help:"Let 'extctl kill-node' end this node as kill -9 does."`
	Bugs           uint32        `hidden:"" help:"Seeded defects, for tests of tests: a bit set of extnode.Bugs."`
	logging
}

const nodeDescription = `Extent node: keeps replicas of extents on a disk, and copies them from other nodes when it is told to.`

// exitKilled is the exit code of a node that was killed in a drill: that of a
// process that a shell saw die of SIGKILL.
const exitKilled = 137

// Node runs extnoded and returns its exit code.
func Node(args []string, out, messages io.Writer) int {
	var f nodeFlags
	if _, code, done := parse("extnoded", nodeDescription, &f, args, out, messages); done {
		return code
	}
	ctx, stop := interrupted()
	defer stop()
	cfg := deploy.NodeConfig{
		Dir: f.Dir, Listen: f.Listen, Advertise: f.Advertise, HTTP: f.HTTP, Cluster: f.Cluster, Quota: f.Quota,
		RefusedFor: f.RefusedFor, Log: f.logger(messages),
		Node: extnode.Config{
			Self: extmgr.NodeID(f.ID), Manager: extmgr.Endpoint{Node: extmgr.NodeID(f.MgrName), Addr: f.Mgr},
			HeartbeatEvery: f.HeartbeatEvery, SyncEvery: f.SyncEvery, ScrubEvery: f.ScrubEvery, CopyTimeout: f.CopyTimeout,
			Bugs: extnode.Bugs(f.Bugs),
		},
	}
	if f.Drill {
		cfg.Kill = func() { os.Exit(exitKilled) }
	}
	n, err := deploy.StartNode(cfg)
	if err != nil {
		return report("extnoded", err, messages)
	}
	select {
	case <-ctx.Done():
		return report("extnoded", n.Stop(), messages)
	case err := <-n.Failed():
		return report("extnoded", errors.Join(err, n.Stop()), messages)
	}
}
