// Package command has the command line of bankd, as a function, so that tests can run it as processes of their own.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/ravelgo/ravel/systems/bankd/deploy"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// flags are all of the command line.
type flags struct {
	URL       string        `name:"url" default:"nats://127.0.0.1:4222" help:"Where the broker is." placeholder:"URL"`
	Cluster   string        `default:"bank" help:"Name of the deployment. Others may share the broker." placeholder:"NAME"`
	Beat      time.Duration `default:"250ms" help:"How often processes confirm that they are there." placeholder:"T"`
	GiveUp    time.Duration `default:"5s" help:"How long a process that cannot be reached is waited for. A little more than two terms of leases." placeholder:"T"`
	LogLevel  slog.Level    `default:"info" help:"Least level that is logged: debug, info, warn." placeholder:"LEVEL"`
	LogFormat string        `default:"text" enum:"text,json" help:"Format of the log: text or json." placeholder:"FORMAT"`

	Broker      brokerCommand      `cmd:"" help:"Run a broker, over which all others talk: a NATS server."`
	Master      masterCommand      `cmd:"" help:"Run the master of a chain: of a group of accounts, or of a store of keys."`
	Server      serverCommand      `cmd:"" help:"Run a server of a chain."`
	Coordinator coordinatorCommand `cmd:"" help:"Run the coordinator of transactions among groups."`
	Transfer    transferCommand    `cmd:"" help:"Move money from one account to another."`
	Balances    balancesCommand    `cmd:"" help:"Show all balances, at one moment."`
	Set         setCommand         `cmd:"" help:"Give a key a value."`
	Get         getCommand         `cmd:"" help:"Show the value of a key."`
	Status      statusCommand      `cmd:"" help:"Show the servers of a chain."`
	Load        loadCommand        `cmd:"" help:"Let clients move money, or set and get keys, and audit the answers."`
}

const description = `A bank on replicated groups of accounts: two-phase commit among groups, each of which is a chain.`

// session is what subcommands run in.
type session struct {
	ctx context.Context // ends with SIGINT or SIGTERM
	net deploy.Net
	out io.Writer
}

// Run runs bankd and returns its exit code.
func Run(args []string, out, messages io.Writer) int {
	var f flags
	code := -1
	parser, err := kong.New(&f, kong.Name("bankd"), kong.Description(description), kong.Writers(out, messages),
		kong.Exit(func(n int) { code = n }))
	if err != nil {
		panic(err) // a struct of ours
	}
	parsed, err := parser.Parse(args)
	switch {
	case code >= 0: // help was printed
		return code
	case err != nil:
		fmt.Fprintf(messages, "bankd: %v\nRun 'bankd --help' for usage.\n", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := &session{ctx, deploy.Net{URL: f.URL, Cluster: f.Cluster, Beat: f.Beat, GiveUp: f.GiveUp, Log: f.logger(messages)}, out}
	if err := parsed.Run(s); err != nil {
		fmt.Fprintf(messages, "bankd: %v\n", err)
		return exitFailed
	}
	return exitOK
}

func (f *flags) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: f.LogLevel}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// chainFlags say which chain a process belongs to.
type chainFlags struct {
	Group    int           `xor:"chain" required:"" help:"Number of the group of accounts, from 1." placeholder:"N"`
	Keys     string        `xor:"chain" required:"" help:"Name of the store of keys." placeholder:"NAME"`
	Term     time.Duration `default:"2s" help:"Term of leases, the same for all of a chain: a server is missed a little later." placeholder:"T"`
	Bugs     uint32        `hidden:"" help:"Seeded defects, for tests of tests: a bit set of chainrep.Bugs."`
	BankBugs uint8         `hidden:"" help:"Seeded defects, for tests of tests: a bit set of bank.Bugs."`
}

func (f chainFlags) chain() deploy.Chain {
	return deploy.Chain{Name: f.Keys, Group: f.Group, Term: f.Term, Bugs: chainrep.Bugs(f.Bugs), BankBugs: bank.Bugs(f.BankBugs)}
}

// run has a process run until it fails, or somebody stops it.
func (s *session) run(p *deploy.Process) error {
	s.net.Log.Info("serving", "process", p.Name())
	select {
	case <-s.ctx.Done():
		return p.Stop()
	case err := <-p.Failed():
		return errors.Join(err, p.Stop())
	}
}
