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

	"github.com/ravelgo/ravel/internal/cli"
)

// goTest runs go test -json in dir and shows its events, raw or as go test would, and says how it ended.
func (s *shell) goTest(dir string, env, args []string, raw bool, extra ...string) (*verdict, error) {
	cmd := exec.Command("go", append([]string{"test"}, args...)...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, append(env, extra...), s.err
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	v := &verdict{}
	r := &renderer{out: s.out, err: s.err, verbose: hasFlag(s.goFlags, "v"), verdict: v}
	if raw || hasFlag(s.goFlags, "json") {
		r.raw = s.out
	}
	code, err := run(cmd, func() error { return r.read(pipe) })
	v.goFailed = code != 0
	return v, err
}

var errNoGo = environmentError{errors.New("the go command was not found: install Go 1.25 or newer and put it on the PATH")}

// run starts a command of the go toolchain, lets it be interrupted in our place, and returns its exit code.
func run(cmd *exec.Cmd, meanwhile func() error) (int, error) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	defer signal.Stop(interrupted)
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return 0, errNoGo
		}
		return 0, environmentError{fmt.Errorf("running %s: %w", cmd.Path, err)}
	}
	var read error
	if meanwhile != nil {
		read = meanwhile()
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, fmt.Errorf("running %s: %w", cmd.Path, err)
	}
	code := cmd.ProcessState.ExitCode()
	if code < 0 { // ended by a signal
		return cli.Usage, read
	}
	return code, read
}

func (s *shell) hint(text string) { fmt.Fprintln(s.err, cli.Wrap("ravel: "+text, cli.Columns)) }

// event is what go test -json prints.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// read shows a stream of events.
func (r *renderer) read(stream io.Reader) error {
	in := bufio.NewReaderSize(stream, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the output of go test: %w", err)
		}
	}
}

func (r *renderer) line(line []byte) {
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
	if r.raw == nil {
		r.show(&e)
	}
}
