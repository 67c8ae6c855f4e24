package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/systems/catalog"
)

// shell is where the command runs.
type shell struct {
	out, err io.Writer
	systems  []catalog.System
	figures  func() []bars.Figure
	samplers func() []bars.Sampler
	live     func(context.Context) (measure liveMeasure, clean func(), err error)
	stress   func(context.Context) (run stressRun, clean func(), err error)
	color    bool            // out is a terminal that shows colours
	line     *cli.Line       // shows how far it is; nil shows nothing
	ctx      context.Context // what can be interrupted ends with it; nil is never
}

func newShell(out, err *os.File) *shell {
	s := &shell{
		out: out, err: err,
		systems: catalog.Systems(),
		figures: bars.Figures, samplers: bars.Samplers, live: buildLive, stress: buildStress,
		color: cli.CanColor(out),
	}
	if cli.CanRewrite(err) {
		s.line = cli.NewLine(err)
	}
	return s
}

type commands struct {
	Hunt  huntCommand  `cmd:"" help:"Hunt the seeded bugs of the built-in systems."`
	Bench benchCommand `cmd:"" help:"Measure Ravel, and how hard the seeded bugs are to find."`
}

var commandNames = []string{"hunt", "bench"}

// helped ends a command line that asked for help.
type helped int

// main runs the command line and returns the exit code.
func (s *shell) main(args []string) (code int) {
	parser, err := kong.New(&commands{}, kong.Name("ravel"), kong.Description("Systematic testing of distributed systems: the built-in systems."),
		kong.Writers(s.out, s.err), kong.Exit(func(code int) { panic(helped(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: cli.Columns, Compact: true}), kong.Bind(s))
	if err != nil {
		panic(err) // the declarations above are wrong
	}
	defer func() {
		if r := recover(); r != nil {
			h, ok := r.(helped)
			if !ok {
				panic(r)
			}
			code = int(h)
		}
	}()
	if len(args) == 0 || len(args) == 1 && args[0] == "bench" {
		args = append(args, "--help")
	}
	command := commandOf(args)
	ctx, err := parser.Parse(cli.DoubleHyphens(args))
	if err != nil {
		return s.exit(command, explain(args, err))
	}
	return s.exit(command, ctx.Run())
}

// commandOf is the command that the arguments begin with, as far as there is
// such a one.
func commandOf(args []string) string {
	switch {
	case !slices.Contains(commandNames, args[0]):
		return ""
	case args[0] == "bench" && len(args) > 1 && slices.Contains(benchNames, args[1]):
		return "bench " + args[1]
	}
	return args[0]
}

// exit prints an error, and what to do next, and returns the exit code.
func (s *shell) exit(command string, err error) int {
	var code cli.Status
	switch {
	case err == nil:
		return cli.Clean
	case errors.As(err, &code):
		return int(code)
	}
	help := strings.Join(strings.Fields("ravel "+command+" --help"), " ")
	fmt.Fprintf(s.err, "%s\nRun '%s' for usage.\n", cli.Wrap("ravel: "+err.Error(), cli.Columns), help)
	return cli.Usage
}

// explain says in our words what the command-line library found wrong with the
// arguments.
func explain(args []string, err error) error {
	command := commandOf(args)
	switch {
	case command == "" && !strings.HasPrefix(args[0], "-"):
		return fmt.Errorf("unknown command %q: the commands are %s", args[0], strings.Join(commandNames, ", "))
	case command == "bench" && !strings.HasPrefix(args[1], "-"):
		return fmt.Errorf("unknown command %q: the commands are bench %s", "bench "+args[1], strings.Join(benchNames, ", bench "))
	}
	text := strings.TrimPrefix(err.Error(), command+": ")
	if m := badNumber.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("--%s=%s: want a number of at least 1", m[1], m[2])
	}
	if m := badBudget.FindStringSubmatch(text); m != nil {
		if err := cli.CheckSetting("time", "--budget", m[1]); err != nil {
			return err
		}
	}
	return cli.Explain(errors.New(text))
}
