// Package command has the command lines of the extent store: extmgrd, extnoded and
// extctl, as functions, so that tests can run them as processes of their own.
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

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// errFailed ends a command with exitFailed when all has been said.
var errFailed = errors.New("failed")

// parse reads a command line. done says that code is the exit code.
func parse(name, description string, into any, args []string, out, messages io.Writer) (_ *kong.Context, code int, done bool) {
	code = -1
	parser, err := kong.New(into, kong.Name(name), kong.Description(description), kong.Writers(out, messages),
		kong.Exit(func(n int) { code = n }))
	if err != nil {
		panic(err) // a struct of ours
	}
	parsed, err := parser.Parse(args)
	switch {
	case code >= 0: // help was printed
		return nil, code, true
	case err != nil:
		fmt.Fprintf(messages, "%s: %v\nRun '%s --help' for usage.\n", name, err, name)
		return nil, exitUsage, true
	}
	return parsed, exitOK, false
}

// interrupted is a context that ends with SIGINT or SIGTERM.
func interrupted() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// logging are the flags of a daemon's log.
type logging struct {
	LogLevel  slog.Level `default:"info" help:"Least level that is logged: debug, info, warn." placeholder:"LEVEL"`
	LogFormat string     `default:"text" enum:"text,json" help:"Format of the log: text or json." placeholder:"FORMAT"`
}

func (l logging) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: l.LogLevel}
	if l.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// report prints an error and returns the exit code.
func report(name string, err error, messages io.Writer) int {
	if err == nil {
		return exitOK
	}
	if !errors.Is(err, errFailed) {
		fmt.Fprintf(messages, "%s: %v\n", name, err)
	}
	return exitFailed
}
