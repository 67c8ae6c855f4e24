// Package command is the command line of a node with services compiled in, as a function: so each program brings its
// own services, and tests run it as a process.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

type cli struct {
	Nodes   map[string]string `default:"n1=127.0.0.1:7101;n2=127.0.0.1:7102;n3=127.0.0.1:7103" help:"Names and addresses of all nodes, three or five." placeholder:"NAME=ADDR;..."`
	Cluster string            `default:"fabric" help:"Name of the cluster. Others are not talked to." placeholder:"NAME"`
	Timeout time.Duration     `default:"10s" help:"How long a call waits for an answer." placeholder:"T"`

	Run    runCmd    `cmd:"" help:"Run a node until it is interrupted."`
	Status statusCmd `cmd:"" help:"Show nodes and partitions."`
	Call   callCmd   `cmd:"" help:"Send a request to a service and print the answer."`
	Swap   swapCmd   `cmd:"" help:"Make another replica the primary of a partition."`
}

// Program is a command with services compiled in.
type Program struct {
	Name, Description string
	Flags             any                    // pointer to a struct with more flags, in the manner of package kong, or nil
	Services          func() []local.Service // called when flags have been read
	Commands          []Command
}

// Command is a command of a program beside those that every program has.
type Command struct {
	Name, Help string
	Run        func(ctx context.Context, c *local.Client, out io.Writer) error
}

type ownCmd struct{ run Command }

func (o *ownCmd) Run(s *scene) error {
	cl := s.client()
	defer cl.Close()
	return o.run.Run(s.ctx, cl, s.out)
}

// Run runs the command and returns its exit code. Where a service allows it, "call" takes requests as text.
func (p Program) Run(args []string, out, messages io.Writer) int {
	var c cli
	code := -1
	options := []kong.Option{kong.Name(p.Name), kong.Description(p.Description), kong.Writers(out, messages),
		kong.Exit(func(n int) { code = n })}
	if p.Flags != nil {
		options = append(options, kong.Embed(p.Flags))
	}
	for _, own := range p.Commands {
		options = append(options, kong.DynamicCommand(own.Name, own.Help, "", &ownCmd{own}))
	}
	parser, err := kong.New(&c, options...)
	if err != nil {
		panic(err) // a struct of ours
	}
	parsed, err := parser.Parse(args)
	switch {
	case code >= 0: // help was printed
		return code
	case err != nil:
		fmt.Fprintf(messages, "%s: %v\nRun '%s --help' for usage.\n", p.Name, err, p.Name)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := parsed.Run(&scene{ctx, &c, p.Services, out, messages}); err != nil {
		fmt.Fprintf(messages, "%s: %v\n", p.Name, err)
		return exitFailed
	}
	return exitOK
}

// scene is what commands run in.
type scene struct {
	ctx           context.Context
	cli           *cli
	services      func() []local.Service
	out, messages io.Writer
}

func (s *scene) client() *local.Client {
	cfg := local.ClientConfig{Cluster: s.cli.Cluster, Timeout: s.cli.Timeout}
	for _, addr := range s.cli.Nodes {
		cfg.Addrs = append(cfg.Addrs, addr)
	}
	return local.NewClient(cfg)
}

type runCmd struct {
	Node      string        `arg:"" help:"Name of the node, one of --nodes."`
	Dir       string        `required:"" help:"Folder of the node. It is made if it is not there." placeholder:"DIR"`
	Listen    string        `help:"Address to listen on, if it is not that in --nodes." placeholder:"ADDR"`
	Lease     time.Duration `default:"3s" help:"How long a node goes on without the manager. The same on all nodes." placeholder:"T"`
	LogLevel  slog.Level    `default:"info" help:"Least level that is logged: debug, info, warn." placeholder:"LEVEL"`
	LogFormat string        `default:"text" enum:"text,json" help:"Format of the log: text or json." placeholder:"FORMAT"`
}

func (r *runCmd) Run(s *scene) error {
	options := &slog.HandlerOptions{Level: r.LogLevel}
	log := slog.New(slog.NewTextHandler(s.messages, options))
	if r.LogFormat == "json" {
		log = slog.New(slog.NewJSONHandler(s.messages, options))
	}
	return local.Run(s.ctx, local.Config{
		Node: r.Node, Nodes: s.cli.Nodes, Listen: r.Listen, Dir: r.Dir, Cluster: s.cli.Cluster, Services: s.services(),
		Lease: r.Lease, CallTimeout: s.cli.Timeout, Log: log,
	})
}

type callCmd struct {
	Service string   `arg:"" help:"Name of the service."`
	Request []string `arg:"" help:"The request: words, with a space between them."`
	Index   int      `help:"Number of the partition." placeholder:"N"`
	Key     string   `help:"A key: the partition is the one that is responsible for it." placeholder:"KEY"`
	Retry   bool     `help:"Try again until there is an answer. The request may be served more than once."`
}

func (c *callCmd) Run(s *scene) error {
	cl := s.client()
	defer cl.Close()
	p := service.PartitionID{Service: c.Service, Index: c.Index}
	if c.Key != "" {
		p = service.PartitionOf(c.Service, cl.Partitions(c.Service), c.Key)
	}
	for {
		answer, err := cl.Call(s.ctx, p, []byte(strings.Join(c.Request, " ")))
		var refused *service.ServeError
		switch {
		case err == nil:
			_, err := fmt.Fprintf(s.out, "%s\n", answer)
			return err
		case !c.Retry || s.ctx.Err() != nil || errors.As(err, &refused) && !passing(refused.Text):
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// passing reports whether an error of a service is one of the platform that ends by itself.
func passing(text string) bool {
	for _, err := range []error{service.ErrNotPrimary, service.ErrReconfigurationPending, service.ErrNoWriteQuorum, service.ErrWindowFull, service.ErrClosed} {
		if strings.Contains(text, err.Error()) {
			return true
		}
	}
	return false
}

type swapCmd struct {
	Service string `arg:"" help:"Name of the service."`
	Index   int    `help:"Number of the partition." placeholder:"N"`
	To      string `help:"Node of the next primary. By default any that has a replica." placeholder:"NAME"`
}

func (c *swapCmd) Run(s *scene) error {
	cl := s.client()
	defer cl.Close()
	return cl.Swap(s.ctx, service.PartitionID{Service: c.Service, Index: c.Index}, c.To)
}
