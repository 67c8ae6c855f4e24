package deploy_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// patience is how long a test waits for what must happen, on any machine.
const patience = time.Minute

// output is a log that can be read while it is written.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func (o *output) has(text string) bool { return strings.Contains(o.String(), text) }

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after %v: %s", patience, what)
		}
	}
}

func startManager(t *testing.T) *deploy.Manager {
	t.Helper()
	m, err := deploy.StartManager(deploy.ManagerConfig{
		Dir: t.TempDir(), Listen: "127.0.0.1:0", HTTP: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler),
		Manager: extmgr.Config{
			HeartbeatEvery: 20 * time.Millisecond, ExpireAfter: 500 * time.Millisecond,
			SyncEvery: 100 * time.Millisecond, RepairEvery: 50 * time.Millisecond,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Stop(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// nodeConfig is that of a node whose manager is at addr.
func nodeConfig(name, dir, addr string) (deploy.NodeConfig, *output) {
	out := new(output)
	return deploy.NodeConfig{
		Dir: dir, Listen: "127.0.0.1:0", RefusedFor: 100 * time.Millisecond, Log: slog.New(slog.NewTextHandler(out, nil)),
		Node: extnode.Config{
			Self: extmgr.NodeID(name), Manager: extmgr.Endpoint{Node: "extmgr", Addr: addr},
			HeartbeatEvery: 20 * time.Millisecond, SyncEvery: 100 * time.Millisecond, ScrubEvery: time.Hour,
		},
	}, out
}

func startNode(t *testing.T, cfg deploy.NodeConfig) *deploy.Node {
	t.Helper()
	n, err := deploy.StartNode(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	return n
}

func stop(t *testing.T, n *deploy.Node) {
	t.Helper()
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
}

func newClient(t *testing.T, manager string) *deploy.Client {
	t.Helper()
	c, err := deploy.NewClient(deploy.ClientConfig{Manager: extmgr.Endpoint{Addr: manager}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// sample is an extent of three blocks, the last of them short.
func sample(id byte) (extmgr.ExtentInfo, []byte) {
	data := bytes.Repeat([]byte{id, 1, 2, 3, 5, 7, 11}, 20_000)
	return extmgr.ExtentInfo{
		ID: extmgr.ExtentID{id}, Version: 1, Length: int64(len(data)), CRC32C: extstore.Checksum(data),
	}, data
}

func path(dir string, id extmgr.ExtentID) string {
	return filepath.Join(dir, "data", id.String()[:2], id.String()+".ext")
}

// filled is the folder of a node with extents 1, 2 and 3, which does not run.
func filled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cfg, _ := nodeConfig("en1", dir, "127.0.0.1:1")
	n := startNode(t, cfg)
	client := newClient(t, "127.0.0.1:1")
	for id := byte(1); id <= 3; id++ {
		info, data := sample(id)
		if err := client.Put(t.Context(), extmgr.Endpoint{Node: "en1", Addr: n.Addr()}, info, data); err != nil {
			t.Fatal(err)
		}
	}
	stop(t, n)
	return dir
}

// read reads an extent from a node and compares it with what was put.
func read(t *testing.T, n *deploy.Node, id byte) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	want, data := sample(id)
	info, got, err := newClient(t, "127.0.0.1:1").Read(ctx, extmgr.Endpoint{Node: "en1", Addr: n.Addr()}, want.ID, 1)
	if err == nil && (info != want || !bytes.Equal(got, data)) {
		t.Errorf("extent %d is read as another one, %+v", id, info)
	}
	return err
}

func load(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func store(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
