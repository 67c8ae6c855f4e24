package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/cli"
)

// goTest runs go test -json as planned, with more variables in its environment. It shows the events, raw or as go test
// would, and says how it ended.
func (s *shell) goTest(b *build, env, args []string, raw bool, rep *reporting) (*verdict, error) {
	v := &verdict{}
	flags, verbose := withoutVerbose(b.user.words())
	r := &renderer{verbose: verbose, verdict: v, reporting: rep}
	if rep != nil {
		rep.where = b.dir
	}
	ask, line := attr.AskOutcome, s.line
	if raw || hasFlag(flags, "json") {
		r.raw, line = s.out, nil
	}
	if line != nil {
		ask = attr.AskProgress
		defer line.Clear()
	}
	r.board.line, r.out, r.err = line, line.Above(s.out), line.Above(s.err)
	// Another -v, be it in GOFLAGS, would take away the marks that tell attributes from what tests print.
	cmd := b.command("test", slices.Concat([]string{"-json", "-v=test2json", "-count=1"}, b.flags, args, flags)...)
	cmd.Stderr = r.err
	cmd.Env = append(append(append(cmd.Env, env...), rep.environ()...), attr.Variable+"="+ask)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	end, err := run(cmd, func() error { return r.read(pipe) })
	v.goFailed, v.interrupted = end.code != 0, end.interrupted
	return v, err
}

var errNoGo = environmentError{errors.New("the go command was not found: install Go 1.25 or newer and put it on the PATH")}

// ending is how a command ended.
type ending struct {
	code        int
	interrupted bool
}

// run starts a command of the go toolchain and lets it be interrupted in our place.
func run(cmd *exec.Cmd, meanwhile func() error) (ending, error) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return ending{}, errNoGo
		}
		return ending{}, environmentError{fmt.Errorf("running %s: %w", cmd.Path, err)}
	}
	var read error
	if meanwhile != nil {
		read = meanwhile()
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return ending{}, environmentError{fmt.Errorf("running %s: %w", cmd.Path, err)}
	}
	end := ending{cmd.ProcessState.ExitCode(), len(interrupts) > 0}
	if end.code < 0 { // ended by a signal
		end.code = cli.Usage
	}
	return end, read
}

// event is what go test -json prints.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of what is built
	Test        string
	Output      string
	FailedBuild string
	Elapsed     float64 // seconds
	Key, Value  string  // of an attribute
}

// read shows a stream of events.
func (r *renderer) read(stream io.Reader) error {
	in := bufio.NewReaderSize(stream, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			r.event(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return environmentError{fmt.Errorf("reading the output of go test: %w", err)}
		}
	}
}

func (r *renderer) event(line []byte) {
	if r.raw != nil {
		r.raw.Write(line)
	}
	var e event
	if json.Unmarshal(line, &e) != nil || e.Action == "" {
		if r.raw == nil {
			r.out.Write(line)
		}
		return
	}
	r.verdict.note(&e)
	if r.reporting != nil {
		r.reporting.ran.note(&e)
	}
	if r.raw == nil {
		r.board.note(&e)
		r.show(&e)
	}
}
