package main

import (
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
	goFlags  []string // what followed "--"
}

// environmentError is an error that no other arguments would mend.
type environmentError struct{ error }

type commands struct {
	Test       testCommand       `cmd:"" help:"Explore the Ravel tests of packages. A front end of go test."`
	Replay     replayCommand     `cmd:"" help:"Run one recorded schedule of a test again."`
	Hunt       huntCommand       `cmd:"" passthrough:"" help:"Hunt the seeded bugs of the built-in systems."`
	Strategies strategiesCommand `cmd:"" help:"List the exploration strategies."`
	Version    versionCommand    `cmd:"" help:"Show version, toolchain, platform and support tier."`
}

var commandNames = []string{"test", "replay", "hunt", "strategies", "version"}

// main runs the command line and returns the exit code.
func (s *shell) main(args []string) int {
	args, s.goFlags = splitGoFlags(args)
	parser, err := kong.New(&commands{}, kong.Name("ravel"), kong.Description("Systematic testing of distributed systems."),
		kong.Writers(s.out, s.err), kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: cli.Columns, Compact: true}), kong.Bind(s))
	if err != nil {
		panic(err) // the declarations above are wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
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
		if !slices.Contains(commandNames, command) {
			text += "\nRun 'ravel --help' for usage."
		} else {
			text += "\nRun 'ravel " + command + " --help' for usage."
		}
	}
	fmt.Fprintln(s.err, cli.Wrap(text, cli.Columns))
	return cli.Usage
}

// explain says in our words what the command-line library found wrong with the arguments.
func explain(first string, err error) error {
	if slices.Contains(commandNames, first) {
		return errors.New(strings.TrimPrefix(err.Error(), first+": "))
	}
	if strings.HasPrefix(first, "-") {
		return err
	}
	return fmt.Errorf("unknown command %q: the commands are %s", first, strings.Join(commandNames, ", "))
}

func takesGoFlags(command string, flags []string) error {
	if len(flags) == 0 || command == "test" || command == "replay" {
		return nil
	}
	return fmt.Errorf("%s takes nothing behind --: only test and replay hand it to go test", command)
}

// splitGoFlags cuts the arguments at the first "--".
func splitGoFlags(args []string) (ours, goFlags []string) {
	if i := slices.Index(args, "--"); i >= 0 {
		return args[:i], args[i+1:]
	}
	return args, nil
}
