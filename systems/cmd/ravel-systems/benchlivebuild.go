package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// livebench is the module of the programs, which compare with things that nobody else shall inherit.
const livebench = "github.com/ravelgo/ravel/live/livebench"

// buildLive builds the program that measures, with the dependencies of its own go.mod. Its module is not published: it is
// found in the workspace.
func buildLive(ctx context.Context) (measure liveMeasure, clean func(), err error) {
	source := checkout(ctx, livebench)
	if source == "" {
		return nil, nil, errors.New("bench live builds its programs from a checkout of Ravel: run it inside one, with the go command at hand")
	}
	dir, err := os.MkdirTemp("", "ravel-bench-")
	if err != nil {
		return nil, nil, err
	}
	clean = func() { os.RemoveAll(dir) }
	program := filepath.Join(dir, "livebench.exe")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	cmd.Dir, cmd.Env = source, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		clean()
		return nil, nil, fmt.Errorf("building %s: %w: %s", livebench, err, bytes.TrimSpace(out))
	}
	return measureIn(program), clean, nil
}

// checkout returns the folder of a module of this repository, "" outside of a checkout.
func checkout(ctx context.Context, module string) string {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// measureIn takes a sample in a process of its own.
func measureIn(program string) liveMeasure {
	return func(ctx context.Context, name, contender string) (liveSample, error) {
		var errs bytes.Buffer
		cmd := exec.CommandContext(ctx, program, name, contender)
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(errs.Bytes()))
		}
		var s liveSample
		if err := json.Unmarshal(out, &s); err != nil {
			return nil, fmt.Errorf("what it prints is no sample: %w: %s", err, bytes.TrimSpace(out))
		}
		return s, nil
	}
}
