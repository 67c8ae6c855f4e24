package deploy_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

// TestDamage has what disks do to files: the log says what is wrong with which
// extent, its file is kept for someone to look at, and the other extents are read
// as before.
func TestDamage(t *testing.T) {
	tests := []struct {
		name   string
		damage func([]byte) []byte
		found  string // by what: start, scrub or read
		says   string
	}{
		{"torn write", func(b []byte) []byte { clear(b[len(b)/2:]); return b }, "scrub", "does not match its checksum"},
		{"truncated", func(b []byte) []byte { return b[:len(b)-1] }, "start", "its header says"},
		{"empty", func([]byte) []byte { return nil }, "start", "the header has 0 bytes of 52"},
		{"wrong header", func(b []byte) []byte { b[20] ^= 4; return b }, "start", "the header does not match its checksum"},
		{"wrong block", func(b []byte) []byte { b[70_000] ^= 4; return b }, "scrub", "the block at 65536 does not match its checksum"},
		{"wrong block, read", func(b []byte) []byte { b[70_000] ^= 4; return b }, "read", "the block at 65536 does not match its checksum"},
		{"wrong checksum", func(b []byte) []byte { b[len(b)-1] ^= 4; return b }, "scrub", "the block at 131072 does not match its checksum"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filled(t)
			victim, _ := sample(2)
			file := path(dir, victim.ID)
			bad := test.damage(load(t, file))
			store(t, file, bad)
			cfg, out := nodeConfig("en1", dir, "127.0.0.1:1")
			if test.found == "scrub" {
				cfg.Node.ScrubEvery = time.Millisecond
			}
			n := startNode(t, cfg)
			if test.found == "read" {
				var refused *deploy.NotReadError
				if err := read(t, n, 2); !errors.As(err, &refused) || refused.Reason != extnode.CopyDamaged {
					t.Errorf("reading it: %v, want %v", err, extnode.CopyDamaged)
				}
			}
			eventually(t, "it is taken out", func() bool { return n.Status().Damaged == 1 && len(n.Status().Extents) == 2 })
			if !out.has(test.says) || !out.has(victim.ID.String()) {
				t.Errorf("the log does not say %q and which extent:\n%s", test.says, out)
			}
			for _, id := range []byte{1, 3} {
				if err := read(t, n, id); err != nil {
					t.Error(err)
				}
			}
			stop(t, n)
			if kept := load(t, filepath.Join(dir, "damaged", victim.ID.String()+".1.ext")); !bytes.Equal(kept, bad) {
				t.Errorf("of the damaged file %d bytes are kept, of %d", len(kept), len(bad))
			}
		})
	}
}

// TestUnfinished: what was being written when the power failed is gone, and nothing
// else.
func TestUnfinished(t *testing.T) {
	dir := filled(t)
	info, _ := sample(1)
	store(t, filepath.Join(dir, "tmp", info.ID.String()+".ext"), load(t, path(dir, info.ID))[:1000])
	cfg, out := nodeConfig("en1", dir, "127.0.0.1:1")
	n := startNode(t, cfg)
	for id := byte(1); id <= 3; id++ {
		if err := read(t, n, id); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, "tmp")); err != nil || len(left) != 0 || !out.has("unfinished file removed") {
		t.Errorf("left over are %v, %v", left, err)
	}
}

// TestFullDisk: the tool is told, nothing is left behind, and what was there is
// read as before, also after a restart.
func TestFullDisk(t *testing.T) {
	dir := filled(t)
	cfg, _ := nodeConfig("en1", dir, "127.0.0.1:1")
	cfg.Quota = 500_000
	for range 2 {
		n := startNode(t, cfg)
		info, data := sample(4)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := newClient(t, "127.0.0.1:1").Put(ctx, extmgr.Endpoint{Node: "en1", Addr: n.Addr()}, info, data)
		cancel()
		if err == nil || !strings.Contains(err.Error(), "no space left on device") || !strings.Contains(err.Error(), info.ID.String()) {
			t.Errorf("put on a full disk: %v", err)
		}
		if free := n.Status().FreeBytes; free >= info.Length || free <= 0 {
			t.Errorf("free are %d bytes", free)
		}
		for id := byte(1); id <= 3; id++ {
			if err := read(t, n, id); err != nil {
				t.Error(err)
			}
		}
		stop(t, n)
		if left, _ := os.ReadDir(filepath.Join(dir, "tmp")); len(left) != 0 {
			t.Errorf("left behind are %v", left)
		}
	}
}

// TestFolder has folders that cannot be used: the error says which and why, and
// nothing in them is touched.
func TestFolder(t *testing.T) {
	dir := filled(t)
	running, _ := nodeConfig("en1", dir, "127.0.0.1:1")
	n := startNode(t, running)
	defer stop(t, n)
	file := filepath.Join(t.TempDir(), "file")
	store(t, file, []byte("text"))
	broken := t.TempDir()
	store(t, filepath.Join(broken, "data"), []byte("text"))
	counters := filled(t)
	for _, name := range []string{"incarnation-1", "incarnation-2"} {
		if err := os.Remove(filepath.Join(counters, name)); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(counters, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name, dir string
		is        error
		says      string
	}{
		{"none", "", nil, "no folder was given"},
		{"in use", dir, deploy.ErrInUse, "choose another folder"},
		{"a file", file, nil, "not a directory"},
		{"no folder inside", broken, nil, "not a folder"},
		{"unreadable counter", counters, nil, "is a directory"},
	}
	for _, test := range tests {
		cfg, _ := nodeConfig("en1", test.dir, "127.0.0.1:1")
		_, err := deploy.StartNode(cfg)
		if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.dir) ||
			(test.is != nil && !errors.Is(err, test.is)) {
			t.Errorf("%s: %v, want %q", test.name, err, test.says)
		}
	}
	other, _ := nodeConfig("en2", filled(t), "127.0.0.1:1")
	if _, err := deploy.StartNode(other); !errors.Is(err, deploy.ErrForeign) || !strings.Contains(err.Error(), `"en1"`) {
		t.Errorf("a folder of another node: %v", err)
	}
	if err := read(t, n, 1); err != nil {
		t.Errorf("who was there first: %v", err)
	}
}

// TestForbiddenFolder is about permissions, which root does not heed.
func TestForbiddenFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read every folder: run the test as another user")
	}
	dir := filled(t)
	data := filepath.Join(dir, "data")
	if err := os.Chmod(data, 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(data, 0o755)
	cfg, _ := nodeConfig("en1", dir, "127.0.0.1:1")
	if _, err := deploy.StartNode(cfg); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder that may not be read: %v", err)
	}
}

// TestTornName: a crash in the very first start does not make a folder useless.
func TestTornName(t *testing.T) {
	dir := t.TempDir()
	store(t, filepath.Join(dir, "name"), []byte("en"))
	cfg, _ := nodeConfig("en1", dir, "127.0.0.1:1")
	stop(t, startNode(t, cfg))
	if got := string(load(t, filepath.Join(dir, "name"))); got != "en1\n" {
		t.Errorf("the name is %q", got)
	}
}
