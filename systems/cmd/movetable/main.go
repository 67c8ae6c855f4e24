// Command movetable moves a table from one file to another while writers use it, and can be killed at any time: run it again,
// and it goes on where it was. It is an example of package mtable, and a test of it that anybody can run.
//
//	movetable DIR
//
// The directory is made if it is not there, with a table of some rows in old.db. Writers then insert, replace and delete rows
// of the table, and a reader streams through it, while the migrator moves it to new.db. The configuration is in config.db,
// with leases, as it would be for processes on several machines. Every writer keeps a journal of what it is about to write
// and what it has written, from which the result is verified: no write may be lost, doubled or put out of order.
//
// When it is killed, even with kill -9, the next run first has to wait until the leases of the one before have ended.
//
// # Exit codes
//
//	0    the table has been moved, and verified
//	1    a write was lost, a row is wrong, or the table could not be moved
//	2    usage error
//	130  interrupted
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// settings are the command line.
type settings struct {
	Dir     string        `arg:"" help:"Directory of the tables and the journals. It is made if it is not there."`
	Rows    int           `default:"500" placeholder:"N" help:"Rows that are in the table at first. By default 500."`
	Writers int           `default:"3" placeholder:"N" help:"Writers that use the table meanwhile. By default 3."`
	Lease   time.Duration `default:"2s" placeholder:"T" help:"Leases of the configuration: how long a run waits for one that was killed. By default 2s."`
	Quiet   bool          `help:"Show no progress."`
}

// Validate implements the interface of the command-line library.
func (s *settings) Validate() error {
	switch {
	case s.Rows < 1:
		return fmt.Errorf("--rows=%d: want at least 1", s.Rows)
	case s.Writers < 1:
		return fmt.Errorf("--writers=%d: want at least 1", s.Writers)
	case s.Lease < 100*time.Millisecond:
		return fmt.Errorf("--lease=%v: want at least 100ms, or a busy disk is taken for a process that has died", s.Lease)
	}
	return nil
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run runs the command and returns its exit code.
func run(args []string, out, messages io.Writer) int {
	var s settings
	code := -1
	parser, err := kong.New(&s, kong.Name("movetable"), kong.Writers(out, messages), kong.Exit(func(c int) { code = c }),
		kong.Description("Move a table from one file to another while writers use it. Kill it at any time and run it again."))
	if err != nil {
		panic(err) // the struct above
	}
	if _, err := parser.Parse(args); err != nil {
		if code >= 0 {
			return code
		}
		fmt.Fprintf(messages, "movetable: %v\nRun 'movetable --help' for usage.\n", err)
		return 2
	}
	if code >= 0 {
		return code
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := move(ctx, &s, out, messages); err != nil {
		if ctx.Err() != nil {
			fmt.Fprintf(messages, "movetable: interrupted; to go on, run it again: movetable %s\n", s.Dir)
			return 130
		}
		fmt.Fprintln(messages, "movetable:", err)
		return 1
	}
	return 0
}
