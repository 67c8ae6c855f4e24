package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

type toolFlags struct {
	Mgr     string        `default:"127.0.0.1:7000" help:"Address of the manager." placeholder:"ADDR"`
	MgrName string        `default:"extmgr" help:"Name of the manager." placeholder:"NAME"`
	Cluster string        `default:"vnext" help:"Name of the cluster." placeholder:"NAME"`
	Timeout time.Duration `default:"30s" help:"Time that the command may take." placeholder:"T"`

	Put      putCommand    `cmd:"" help:"Store a file as an extent, and print the extent."`
	Get      getCommand    `cmd:"" help:"Read an extent."`
	Ls       lsCommand     `cmd:"" help:"List extents and who holds them."`
	Status   statusCommand `cmd:"" help:"Show nodes, extents with too few replicas, and copies ordered. Exit code 1 if there are any such extents."`
	Verify   verifyCommand `cmd:"" help:"Read and verify every replica. Exit code 1 if an extent has too few good ones."`
	KillNode killCommand   `cmd:"" help:"End a node that was started with --drill, as kill -9 does."`
}

const toolDescription = `Tool of the extent store.`

// session is what a subcommand works with.
type session struct {
	ctx    context.Context
	client *deploy.Client
	out    io.Writer
}

// Tool runs extctl and returns its exit code.
func Tool(args []string, out, messages io.Writer) int {
	var f toolFlags
	parsed, code, done := parse("extctl", toolDescription, &f, args, out, messages)
	if done {
		return code
	}
	ctx, stop := interrupted()
	defer stop()
	limited, cancel := context.WithTimeoutCause(ctx, f.Timeout, fmt.Errorf("gave up after %v (--timeout): is it running there "+
		"(--mgr of this tool, --listen of the manager), under this name (--mgr-name), in this cluster (--cluster)?", f.Timeout))
	defer cancel()
	client, err := deploy.NewClient(deploy.ClientConfig{
		Manager: extmgr.Endpoint{Node: extmgr.NodeID(f.MgrName), Addr: f.Mgr}, Cluster: f.Cluster,
	})
	if err != nil {
		return report("extctl", err, messages)
	}
	err = parsed.Run(&session{limited, client, out})
	err = errors.Join(err, client.Close())
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return report("extctl", err, messages)
}

type killCommand struct {
	Node string `arg:"" help:"Name of the node."`
}

// Run implements the command.
func (k *killCommand) Run(s *session) error {
	status, err := s.client.Status(s.ctx)
	if err != nil {
		return err
	}
	node, ok := status.Node(extmgr.NodeID(k.Node))
	if !ok {
		return fmt.Errorf("no live node is called %q: see 'extctl status'", k.Node)
	}
	if err := s.client.Kill(s.ctx, node); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "killed %s\n", k.Node)
	return err
}

type verifyCommand struct{}

// Run implements the command.
func (verifyCommand) Run(s *session) error {
	v, err := s.client.Verify(s.ctx)
	if err != nil {
		return err
	}
	for _, err := range append(v.Bad, v.Short...) {
		fmt.Fprintln(s.out, err)
	}
	fmt.Fprintf(s.out, "%d extents, %d good replicas, %d replicas that could not be read, %d extents with too few\n",
		v.Extents, v.Replicas, len(v.Bad), len(v.Short))
	if !v.OK() {
		return errFailed
	}
	return nil
}

type getCommand struct {
	Extent string `arg:"" help:"The extent, in 32 hexadecimal digits."`
	Out    string `short:"o" help:"File to write. By default the standard output." placeholder:"FILE"`
}

// Run implements the command.
func (g *getCommand) Run(s *session) error {
	id, err := deploy.ParseExtentID(g.Extent)
	if err != nil {
		return err
	}
	status, err := s.client.Status(s.ctx)
	if err != nil {
		return err
	}
	_, data, err := s.client.Get(s.ctx, status, id)
	if err != nil {
		return err
	}
	if g.Out == "" {
		_, err = s.out.Write(data)
		return err
	}
	return os.WriteFile(g.Out, data, 0o644)
}
