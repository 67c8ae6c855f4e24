// Package moving is what the commands movetable and movefromazure have in common: a table is moved to a file while clients use
// it, by processes of which any may be killed, and the result is verified.
package moving

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Command is a command.
type Command struct {
	Name, Description string

	// Old opens the old table. Nil is a table in the file old.db.
	Old func(context.Context) (table.Table, error)

	// Settle is how long a request to the old table may still take effect whose outcome is unknown.
	Settle time.Duration
}

// settings are the command line.
type settings struct {
	Dir      string        `arg:"" help:"Directory of the tables and the journals. It is made if it is not there."`
	Rows     int           `default:"500" placeholder:"N" help:"Rows that are in the table at first. By default 500."`
	Writers  int           `default:"3" placeholder:"N" help:"Clients that write to the table meanwhile. By default 3."`
	Lease    time.Duration `default:"2s" placeholder:"T" help:"Leases of the configuration: how long others wait for a process that was killed. By default 2s."`
	Migrator bool          `help:"Be the migrator only. The clients are other processes."`
	Client   *int          `placeholder:"I" help:"Be the client of this number only, from 0 on, until another process has moved the table."`
	Quiet    bool          `help:"Show no progress."`
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
	case s.Client != nil && s.Migrator:
		return errors.New("--client and --migrator exclude each other: without both it is everything")
	case s.Client != nil && (*s.Client < 0 || *s.Client >= s.Writers):
		return fmt.Errorf("--client=%d: want 0 to %d, as --writers=%d", *s.Client, s.Writers-1, s.Writers)
	}
	return nil
}

// clients are the numbers of the clients that this process is.
func (s *settings) clients() (all []int) {
	switch {
	case s.Migrator:
		return nil
	case s.Client != nil:
		return []int{*s.Client}
	}
	for i := range s.Writers {
		all = append(all, i)
	}
	return all
}

// again is what to write behind the name of the command to go on.
func (s *settings) again() string {
	line := s.Dir
	if s.Rows != 500 {
		line += fmt.Sprintf(" --rows=%d", s.Rows)
	}
	if s.Writers != 3 {
		line += fmt.Sprintf(" --writers=%d", s.Writers)
	}
	switch {
	case s.Migrator:
		line += " --migrator"
	case s.Client != nil:
		line += fmt.Sprintf(" --client=%d", *s.Client)
	}
	return line
}

// Run runs the command and returns its exit code.
func (c *Command) Run(args []string, out, messages io.Writer) int {
	var s settings
	code := -1
	parser, err := kong.New(&s, kong.Name(c.Name), kong.Writers(out, messages), kong.Exit(func(n int) { code = n }),
		kong.Description(c.Description))
	if err != nil {
		panic(err) // the struct above
	}
	if _, err := parser.Parse(args); err != nil {
		if code >= 0 {
			return code
		}
		fmt.Fprintf(messages, "%s: %v\nRun '%s --help' for usage.\n", c.Name, err, c.Name)
		return 2
	}
	if code >= 0 {
		return code
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := c.move(ctx, &s, out, messages); err != nil {
		if ctx.Err() != nil {
			fmt.Fprintf(messages, "%s: interrupted; to go on, run it again: %s %s\n", c.Name, c.Name, s.again())
			return 130
		}
		fmt.Fprintf(messages, "%s: %v\n", c.Name, err)
		return 1
	}
	return 0
}
