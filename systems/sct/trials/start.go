package trials

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
)

const command = "github.com/ravelgo/ravel/systems/sct/trials/scttrials"

// A Builder has built the command that searches. Close it when its processes have ended.
type Builder struct {
	dir, program string
	env          []string
}

// Build builds the command with the overlay. The go command must find its package from the current directory. The first
// time it takes a minute: the standard library is compiled.
func Build(ctx context.Context) (b *Builder, err error) {
	// The toolchain of a go command that has started this process need not be that of the directory.
	env := slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GOROOT=") })
	o, err := overlay.Generate(ctx, overlay.Config{Env: env})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ravel-trials-")
	if err != nil {
		return nil, err
	}
	b = &Builder{dir: dir, program: filepath.Join(dir, "scttrials.exe"), env: env}
	if out, err := o.Command(ctx, env, "build", "-o", b.program, command).CombinedOutput(); err != nil {
		b.Close()
		return nil, fmt.Errorf("building %s with the overlay: %w: %s\nRun it in a folder of Ravel's sources, or of a module that requires them",
			command, err, bytes.TrimSpace(out))
	}
	return b, nil
}

// Close removes what was built.
func (b *Builder) Close() error { return os.RemoveAll(b.dir) }

// A Process does searches, one at a time.
type Process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *json.Decoder
	errs    *bytes.Buffer
}

// Start starts a process, which ends with the context, and has to be closed.
func (b *Builder) Start(ctx context.Context) (*Process, error) {
	p := &Process{cmd: exec.CommandContext(ctx, b.program), errs: new(bytes.Buffer)}
	p.cmd.Env, p.cmd.Stderr = b.env, p.errs
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.answers = json.NewDecoder(out)
	return p, p.cmd.Start()
}

// Do does a search. After an error that is not about the job the process is of no use.
func (p *Process) Do(j Job) (Result, error) {
	if err := json.NewEncoder(p.in).Encode(j); err != nil {
		return Result{}, p.lost(j, err)
	}
	var a answer
	if err := p.answers.Decode(&a); err != nil {
		return Result{}, p.lost(j, err)
	}
	if a.Error != "" {
		return Result{}, errors.New(a.Error)
	}
	return a.Result, nil
}

// lost is the error of a process that has ended.
func (p *Process) lost(j Job, err error) error {
	p.in.Close()
	ended := p.cmd.Wait()
	return fmt.Errorf("the process that searched %s under %s, seed %d, ended: %w\n%s", j.Program, j.Strategy, j.Seed,
		errors.Join(err, ended), bytes.TrimSpace(p.errs.Bytes()))
}

// Close ends the process.
func (p *Process) Close() error {
	p.in.Close()
	if p.cmd.ProcessState != nil {
		return nil // it was lost
	}
	return p.cmd.Wait()
}
