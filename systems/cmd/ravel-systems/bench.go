package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
)

type benchCommand struct {
	Speed      speedCommand      `cmd:"" help:"Measure the speed of Ravel on this machine, and compare it with its bars."`
	Difficulty difficultyCommand `cmd:"" help:"Count the schedules until each seeded bug is found, for many seeds."`
	Correct    correctCommand    `cmd:"" help:"Explore the tests of the built-in systems without bugs."`
	Traces     tracesCommand     `cmd:"" help:"Count the executions that it takes to explore small programs to the end."`
	States     statesCommand     `cmd:"" help:"Count the states of small programs, and how many are explored in a second."`
	Explorers  explorersCommand  `cmd:"" help:"Compare strategies on the seeded bugs of the protocols, as the paper on delaying explorers does."`
	Samplers   samplersCommand   `cmd:"" help:"Count the schedules that each sampler takes to find the bugs of small programs with goroutines."`
	Migration  migrationCommand  `cmd:"" help:"Compare strategies on the bugs of the migrating table, as the study of its library does."`
	Shrink     shrinkCommand     `cmd:"" help:"Shrink the failures of the seeded bugs, and replay what is left of them."`
	Stress     stressCommand     `cmd:"" help:"Look for seeded bugs of the extent store in a deployed cluster under stress, and with a hunt."`
	Live       liveCommand       `cmd:"" help:"Measure machines in production beside protoactor-go and channels, on one node and between two."`
	Model      modelCommand      `cmd:"" help:"Count the lines, machines and bugs of the case studies and of their models."`
}

var benchNames = []string{"speed", "difficulty", "correct", "traces", "states", "explorers", "samplers", "migration", "shrink", "stress", "live", "model"}

// badNumber is the complaint of the command-line library about a number that is a
// flag of these commands alone, badBudget the one about a duration that is.
var badNumber = regexp.MustCompile(`^--(seeds|cap|replays|runs|most|states|trials): expected .* but got "([^"]*)"$`)

var badBudget = regexp.MustCompile(`^--budget: expected .*? but got "([^"]*)"`)

// interrupted is the exit code of a command that was: shells say the same of a
// process that an interrupt ended.
const interrupted = 130

// load are the flags that do not change what is found, but how long it takes.
type load struct {
	Time    *time.Duration `placeholder:"T" help:"Start no executions of ${each} after this time, such as 30s. What it ends is shown as cut. By default no limit."`
	Workers *int           `placeholder:"N" help:"Executions side by side; the results are the same. By default one per processor."`
	Out     string         `placeholder:"FILE" help:"Append each result to this file, and skip what it has. Settings that are not given are those of the file."`
	Report  bool           `help:"Show what the file has, and run nothing."`
}

// check reports what makes no sense of the flags.
func (l *load) check() error {
	if l.Report && l.Out == "" {
		return errors.New("--report goes with --out=FILE, which has the results")
	}
	return nil
}

// missing says that a file has nothing to report.
func (l *load) missing() error {
	return fmt.Errorf("--report: %s has no results of these: without --report they are made", l.Out)
}

// flags is the part of a command line that says the same again.
func (l *load) flags() string {
	var b strings.Builder
	if l.Time != nil {
		fmt.Fprintf(&b, " --time=%v", *l.Time)
	}
	if l.Workers != nil {
		fmt.Fprintf(&b, " --workers=%d", *l.Workers)
	}
	if l.Out != "" {
		b.WriteString(" --out=" + quoted(l.Out))
	}
	return b.String()
}

// quoted is a word for a command line.
func quoted(s string) string {
	if strings.ContainsAny(s, " \t\n'\"$`\\&|;<>()*?[]#~!") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// allows reports whether executions may be started for longer than before.
func (l *load) allows(more float64) bool { return l.Time == nil || l.Time.Seconds() > more }

// interruptible returns a context that an interrupt ends. Release it.
func (s *shell) interruptible() (context.Context, context.CancelFunc) {
	ctx := s.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

// explore explores until the context ends: then the report is nil, and the
// exploration, which cannot be stopped, is left to the end of the process.
func (s *shell) explore(ctx context.Context, title, name string, cfg check.Config, body func(*check.T)) (*check.Report, error) {
	defer s.show(&cfg, title)()
	if cfg.Stuck == 0 { // measurements run for hours, and beside other work that may not let an execution move for long
		cfg.Stuck = time.Minute
	}
	type result struct {
		report *check.Report
		err    error
	}
	done := make(chan result, 1)
	go func() {
		r, err := check.Explore(name, cfg, body)
		done <- result{r, err}
	}()
	select {
	case r := <-done:
		return r.report, r.err
	case <-ctx.Done():
		return nil, nil
	}
}

// interrupted says how to go on after an interrupt.
func (s *shell) interrupted(done, all int, out, again string) error {
	text := fmt.Sprintf("ravel: interrupted when %d of %d were done.", done, all)
	if out == "" {
		fmt.Fprintln(s.err, cli.Wrap(text+" With --out=FILE they would be kept, and a second run would go on.", cli.Columns))
	} else {
		fmt.Fprintf(s.err, "%s To go on:\n  %s\n", text, again)
	}
	return cli.Status(interrupted)
}
