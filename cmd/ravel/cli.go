package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/ravelgo/ravel/internal/cli"
)

// shell is where a command runs.
type shell struct {
	out, err io.Writer
	line     *cli.Line // for progress; nil unless err is a terminal
	goFlags  []string  // what followed "--"

	ctx context.Context // what can be interrupted ends with it; nil is never
}

// environmentError is an error that no other arguments would mend.
type environmentError struct{ error }

type commands struct {
	Test       testCommand       `cmd:"" help:"Run go test: explore the Ravel tests of packages."`
	Replay     replayCommand     `cmd:"" help:"Run one recorded schedule of a test again."`
	Cover      coverCommand      `cmd:"" help:"Show what tests visit of their machines, and what they never do."`
	Trace      traceCommand      `cmd:"" help:"Show a saved trace as text, or in the format of another program."`
	View       viewCommand       `cmd:"" help:"Show a trace in the browser."`
	Observe    observeCommand    `cmd:"" help:"Have monitors listen to the log of a live system."`
	Env        envCommand        `cmd:"" help:"Print variables that let a plain go test do as ravel test does."`
	Hunt       delegatedCommand  `cmd:"" passthrough:"" help:"Hunt the seeded bugs of the built-in systems."`
	Bench      delegatedCommand  `cmd:"" passthrough:"" help:"Measure Ravel, and how hard the seeded bugs are to find."`
	Strategies strategiesCommand `cmd:"" help:"List the exploration strategies."`
	Version    versionCommand    `cmd:"" help:"Show version, toolchain, platform and support tier."`
}

const description = `Systematic testing of distributed systems.

  ravel test ./...       explores the Ravel tests of a module
  ravel hunt vnext/V1    finds a bug in a system that comes with Ravel

Ravel tests are tests that call check.Test; see
https://pkg.go.dev/github.com/ravelgo/ravel/check.

Exit codes:

  0  nothing found
  1  a bug was found: a test failed
  2  usage error, or the code does not build
  3  a failure was found that did not happen again when it was replayed`

var commandNames = []string{"test", "replay", "trace", "view", "cover", "observe", "env", "hunt", "bench", "strategies", "version"}

// main runs the command line and returns the exit code.
func (s *shell) main(args []string) int {
	args = usual(args)
	if isDelegated(args[0]) {
		return s.exit(args[0], s.systems(args))
	}
	args, s.goFlags = splitGoFlags(args)
	parser, err := kong.New(&commands{}, kong.Name("ravel"), kong.Description(description),
		kong.Writers(s.out, s.err), kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: cli.Columns, Compact: true}), kong.Bind(s))
	if err != nil {
		panic(err) // the declarations above are wrong
	}
	ctx, err := parser.Parse(cli.DoubleHyphens(args))
	if err == nil {
		err = takesGoFlags(ctx.Selected().Name, s.goFlags)
	}
	if err != nil {
		return s.exit(args[0], explain(args[0], err))
	}
	return s.exit(args[0], ctx.Run())
}

// usual turns what people also type into what it means: no argument, help, --version.
func usual(args []string) []string {
	switch {
	case len(args) == 0 || args[0] == "--":
		return append([]string{"--help"}, args...)
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version" || args[0] == "-version":
		return append([]string{"version"}, args[1:]...)
	}
	return args
}

// exit prints an error, and what to do next, and returns the exit code.
func (s *shell) exit(command string, err error) int {
	var code cli.Status
	var environment environmentError
	switch {
	case err == nil:
		return cli.Clean
	case errors.As(err, &code):
		return int(code)
	}
	text := "ravel: " + err.Error()
	if !errors.As(err, &environment) {
		text += "\n" + seeHelp(command)
	}
	fmt.Fprintln(s.err, cli.Wrap(text, cli.Columns))
	return cli.Usage
}

func seeHelp(command string) string {
	if !slices.Contains(commandNames, command) {
		return "Run 'ravel --help' for usage."
	}
	return "Run 'ravel " + command + " --help' for usage."
}

// hint says something that is not an error of the command line.
func (s *shell) hint(text string) { fmt.Fprintln(s.err, cli.Wrap("ravel: "+text, cli.Columns)) }

// explain says in our words what the command-line library found wrong with the arguments.
func explain(first string, err error) error {
	err = cli.Explain(errors.New(strings.TrimPrefix(err.Error(), first+": ")))
	switch {
	case slices.Contains(commandNames, first):
		if runsGoTest(first) && strings.HasPrefix(err.Error(), "unknown flag") {
			return fmt.Errorf("%w; flags of go test follow behind --: ravel %s ... -- %s", err, first, goTestFlag(err))
		}
		return err
	case strings.HasPrefix(first, "-"):
		return err
	}
	return fmt.Errorf("unknown command %q: the commands are %s", first, strings.Join(commandNames, ", "))
}

// goTestFlag is the unknown flag that the error is about, as the go command writes it.
func goTestFlag(err error) string {
	flag, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "unknown flag "), ",")
	return "-" + strings.TrimLeft(flag, "-")
}

func runsGoTest(command string) bool {
	return slices.Contains([]string{"test", "replay", "cover", "observe"}, command)
}

func takesGoFlags(command string, flags []string) error {
	if len(flags) == 0 || runsGoTest(command) {
		return nil
	}
	return fmt.Errorf("%s takes nothing behind --: only test, replay, cover and observe hand it to go test", command)
}

// splitGoFlags cuts the arguments at the first "--".
func splitGoFlags(args []string) (ours, goFlags []string) {
	if i := slices.Index(args, "--"); i >= 0 {
		return args[:i], args[i+1:]
	}
	return args, nil
}
