package command_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/bankd/deploy"
	"github.com/ravelgo/ravel/systems/internal/proxy"
)

// member is a process of a town, and its way to the broker.
type member struct {
	name  string
	chain int // which chain it is a server of; -1: none
	args  []string
	via   *proxy.Proxy
	*process
}

// town is a deployment: a broker, and everybody else behind a proxy.
type town struct {
	t      testing.TB
	dir    string
	chains []deploy.Chain
	size   int // of a chain

	broker      *process
	masters     []*member
	servers     []*member
	coordinator *member      // nil without accounts
	via         *proxy.Proxy // of the clients
	clients     *deploy.Clients

	doubtful time.Time // until then a server may yet be missed that was cut off or paused
}

const (
	term    = 600 * time.Millisecond
	opening = 50
	beat    = 100 * time.Millisecond
	giveUp  = 2 * time.Second
)

// newTown starts a broker and nothing else.
func newTown(t testing.TB, size int) *town {
	t.Helper()
	w := &town{t: t, dir: t.TempDir(), size: size, via: newProxy(t)}
	w.startBroker()
	return w
}

func newProxy(t testing.TB) *proxy.Proxy {
	t.Helper()
	p, err := proxy.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func (w *town) all() []*member {
	all := append(slices.Clone(w.masters), w.servers...)
	if w.coordinator != nil {
		all = append(all, w.coordinator)
	}
	return all
}

// startBroker starts a broker, on another port than the one before it had.
func (w *town) startBroker() {
	w.t.Helper()
	w.broker = start(w.t, "broker", "--listen=127.0.0.1:0", "--cluster=test", "--log-format=json")
	addr := strings.TrimPrefix(w.broker.served(w.t, "url"), "nats://")
	w.via.To(addr)
	for _, m := range w.all() {
		m.via.To(addr)
	}
}

func (w *town) newMember(name string, chain int, args ...string) *member {
	w.t.Helper()
	m := &member{name: name, chain: chain, via: newProxy(w.t)}
	m.via.To(strings.TrimPrefix(w.broker.served(w.t, "url"), "nats://"))
	m.args = append(args, "--url=nats://"+m.via.Addr(), "--cluster=test", "--beat="+beat.String(), "--give-up="+giveUp.String(), "--log-format=json")
	w.start(m)
	return m
}

func (w *town) start(m *member) {
	w.t.Helper()
	m.process = start(w.t, m.args...)
}

// chain starts a chain, with more flags than the usual ones.
func (w *town) chain(c deploy.Chain, more ...string) {
	w.t.Helper()
	which, name := "--keys="+c.Name, c.Name
	if c.Group > 0 {
		which, name = fmt.Sprintf("--group=%d", c.Group), fmt.Sprintf("g%d", c.Group)
	}
	i := len(w.chains)
	w.chains = append(w.chains, c)
	flags := append([]string{which, "--term=" + term.String()}, more...)
	w.masters = append(w.masters, w.newMember(name+"-master", -1, append([]string{"master", "--dir=" + filepath.Join(w.dir, name),
		fmt.Sprintf("--servers=%d", w.size)}, flags...)...))
	for s := range w.size {
		w.servers = append(w.servers, w.newMember(fmt.Sprintf("%s-%d", name, s+1), i, append([]string{"server",
			fmt.Sprintf("--name=%d", s+1), fmt.Sprintf("--opening=%d", opening)}, flags...)...))
	}
}

// join connects the clients, which are in this process.
func (w *town) join() {
	w.t.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := deploy.Join(ctx, deploy.Net{URL: "nats://" + w.via.Addr(), Cluster: "test", Beat: beat, GiveUp: giveUp, Log: quiet})
	if err != nil {
		w.t.Fatal(err)
	}
	w.clients = c
}

// until waits until ok, and otherwise fails with what everybody has said last.
func (w *town) until(what string, ok func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("not so after %v: %s\n%s", patience, what, w.said())
		}
	}
}

func (w *town) said() string {
	text := "broker:\n" + w.broker.tail()
	for _, m := range w.all() {
		text += fmt.Sprintf("\n%s:\n%s", m.name, m.process.tail())
	}
	return text
}

// whole waits until a chain consists of all of its servers, under the names that they have now.
func (w *town) whole(chain int) {
	w.t.Helper()
	w.until(fmt.Sprintf("chain %d is whole", chain+1), func() bool {
		all := w.members(chain)
		return len(all) == w.size && !slices.ContainsFunc(all, func(s string) bool { return w.server(s) == nil })
	})
}

// members returns the servers of a chain, from head to tail; none if nobody knows, or if one is about to join.
func (w *town) members(chain int) (all []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	m, err := w.clients.Members(ctx, w.chains[chain])
	if err != nil || len(m.Joining) > 0 {
		return nil
	}
	for _, s := range m.Servers {
		all = append(all, string(s))
	}
	return all
}

// server returns the server that has a name now.
func (w *town) server(id string) *member {
	for _, m := range w.servers {
		if m.serving("process") == id {
			return m
		}
	}
	return nil
}

// of returns the servers of a chain.
func (w *town) of(chain int) (all []*member) {
	for _, m := range w.servers {
		if m.chain == chain {
			all = append(all, m)
		}
	}
	return all
}

// stop asks everybody to end, who must do so in order.
func (w *town) stop() {
	w.t.Helper()
	if err := w.clients.Stop(); err != nil {
		w.t.Error(err)
	}
	for _, m := range w.all() {
		if code := m.terminate(w.t); code != 0 {
			w.t.Errorf("%s: exit code %d\n%s", m.name, code, m.process.tail())
		}
	}
	if code := w.broker.terminate(w.t); code != 0 {
		w.t.Errorf("broker: exit code %d\n%s", code, w.broker.tail())
	}
}
