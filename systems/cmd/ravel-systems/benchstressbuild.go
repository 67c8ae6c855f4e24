package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/ravelgo/ravel/systems/vnext/deploy/drill"
)

// stressRun runs a stress test. Folder and command of the configuration are its own.
type stressRun func(ctx context.Context, cfg drill.Config, seed uint64) (drill.Result, error)

// systemsModule is the module of the commands of the extent store.
const systemsModule = "github.com/ravelgo/ravel/systems"

// buildStress builds the commands of the extent store as they are deployed.
func buildStress(ctx context.Context) (run stressRun, clean func(), err error) {
	source := checkout(ctx, systemsModule)
	if source == "" {
		return nil, nil, errors.New("bench stress builds extmgrd and extnoded from a checkout of Ravel: run it inside one, with the go command at hand")
	}
	dir, err := os.MkdirTemp("", "ravel-stress-")
	if err != nil {
		return nil, nil, err
	}
	clean = func() { os.RemoveAll(dir) }
	cmd := exec.CommandContext(ctx, "go", "build", "-o", dir+string(filepath.Separator), "./cmd/extmgrd", "./cmd/extnoded")
	cmd.Dir = source
	if out, err := cmd.CombinedOutput(); err != nil {
		clean()
		return nil, nil, fmt.Errorf("building extmgrd and extnoded: %w: %s", err, bytes.TrimSpace(out))
	}
	return func(ctx context.Context, cfg drill.Config, seed uint64) (drill.Result, error) {
		cfg.Dir = dir
		cfg.Command = func(name string, args ...string) *exec.Cmd { return exec.Command(filepath.Join(dir, name), args...) }
		return drill.Stress(ctx, cfg, seed)
	}, clean, nil
}
