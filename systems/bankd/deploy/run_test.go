package deploy_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/systems/bankd/books"
	"github.com/ravelgo/ravel/systems/bankd/deploy"
)

const patience = time.Minute

// town is a deployment of which all processes are in this one.
type town struct {
	t   *testing.T
	ctx context.Context
	net deploy.Net
	dir string
}

func newTown(t *testing.T) *town {
	t.Helper()
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	w := io.Discard
	if testing.Verbose() {
		w = t.Output()
	}
	log := slog.New(slog.NewTextHandler(w, nil))
	c := &town{t, ctx, deploy.Net{Cluster: "test", Beat: 100 * time.Millisecond, Log: log}, t.TempDir()}
	t.Cleanup(func() { cancel(); noneLeft(t, before) })
	b, err := deploy.StartBroker(ctx, "127.0.0.1:0", c.net)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.ok(b.Stop()) })
	c.net.URL = b.URL()
	return c
}

// noneLeft waits until there are not more goroutines than before.
func noneLeft(t *testing.T, before int) {
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			buf := make([]byte, 1<<20)
			t.Errorf("%d goroutines are left, and there were %d:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
			return
		}
	}
}

func (c *town) ok(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Error(err)
	}
}

// settle is for what has started: it is stopped in the end, and must not have failed.
func (c *town) settle(p *deploy.Process, err error) *deploy.Process {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		select {
		case err := <-p.Failed():
			c.t.Errorf("%s: %v", p.Name(), err)
		default:
		}
		c.ok(p.Stop())
	})
	return p
}

func (c *town) chain(chain deploy.Chain, servers int, opening int64) {
	c.t.Helper()
	chain.Term = 5 * time.Second
	c.settle(deploy.StartMaster(c.ctx, deploy.MasterConfig{
		Net: c.net, Chain: chain, Servers: servers, Dir: filepath.Join(c.dir, fmt.Sprint(chain.Name, chain.Group))}))
	for i := range servers {
		c.settle(deploy.StartServer(c.ctx, deploy.ServerConfig{Net: c.net, Chain: chain, Name: fmt.Sprint(i + 1), Opening: opening}))
	}
}

func (c *town) clients() *deploy.Clients {
	c.t.Helper()
	k, err := deploy.Join(c.ctx, c.net)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { c.ok(k.Stop()) })
	return k
}

// audit wants a history of some length that is what the model allows.
func (c *town) audit(h *books.History, m porcupine.Model) {
	c.t.Helper()
	c.ok(books.Audit(h, m, ""))
	if n := h.Count(books.OK); n < 20 || h.Count(books.Failed) > 0 {
		c.t.Errorf("%d operations were answered, and %d have failed", n, h.Count(books.Failed))
	}
	c.t.Logf("%d operations, %d with an unknown outcome", h.Count(books.OK), h.Count(books.Unknown))
}

var load = books.Load{Seed: 1, Patience: 20 * time.Second, Unknown: deploy.ErrUnknown}

// The machines of package chain, live: three servers, and clients who set and get the same keys.
func TestKeysLive(t *testing.T) {
	c := newTown(t)
	keys := deploy.Chain{Name: "keys"}
	c.chain(keys, 3, 0)
	k := c.clients()
	var clerks []books.Clerk
	for range 3 {
		clerk, err := k.Keys(keys)
		c.ok(err)
		clerks = append(clerks, clerk)
	}
	if err := clerks[0].Set(c.ctx, "ready", "yes"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(c.ctx, 500*time.Millisecond)
	defer stop()
	h := books.NewHistory()
	load.Write(ctx, h, clerks, 2)
	c.audit(h, books.Keys())
}

// The machines of package tms, live: two groups of two servers, and clients who move money to and fro.
func TestAccountsLive(t *testing.T) {
	c := newTown(t)
	const opening = 50
	for g := range 2 {
		c.chain(deploy.Chain{Group: g + 1}, 2, opening)
	}
	c.settle(deploy.StartCoordinator(c.ctx, deploy.CoordinatorConfig{Net: c.net, Groups: 2, Dir: filepath.Join(c.dir, "tms")}))
	k := c.clients()
	var tellers []books.Teller
	for range 3 {
		teller, err := k.Accounts(2)
		c.ok(err)
		tellers = append(tellers, teller)
	}
	if _, err := tellers[0].Balances(c.ctx); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(c.ctx, time.Second)
	defer stop()
	h := books.NewHistory()
	load.Tell(ctx, h, tellers, 2, opening)
	c.audit(h, books.Accounts(2, opening))
}
