package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/systems/catalog"
)

// shell is where the command runs.
type shell struct {
	out, err io.Writer
	systems  []catalog.System
	color    bool // out is a terminal that shows colours
	progress bool // err is a terminal: show how far it is
}

func newShell(out, err *os.File) *shell {
	return &shell{
		out: out, err: err,
		systems:  catalog.Systems(),
		color:    isTerminal(out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
		progress: isTerminal(err) && os.Getenv("TERM") != "dumb",
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}

type commands struct {
	Hunt huntCommand `cmd:"" help:"Hunt the seeded bugs of the built-in systems."`
}

var commandNames = []string{"hunt"}

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
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(cli.DoubleHyphens(args))
	if err != nil {
		return s.exit(args[0], explain(args[0], err))
	}
	return s.exit(args[0], ctx.Run())
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
	help := "ravel --help"
	if slices.Contains(commandNames, command) {
		help = "ravel " + command + " --help"
	}
	fmt.Fprintf(s.err, "%s\nRun '%s' for usage.\n", cli.Wrap("ravel: "+err.Error(), cli.Columns), help)
	return cli.Usage
}

// explain says in our words what the command-line library found wrong with the
// arguments.
func explain(first string, err error) error {
	if slices.Contains(commandNames, first) || strings.HasPrefix(first, "-") {
		return errors.New(strings.TrimPrefix(err.Error(), first+": "))
	}
	return fmt.Errorf("unknown command %q: the commands are %s", first, strings.Join(commandNames, ", "))
}
