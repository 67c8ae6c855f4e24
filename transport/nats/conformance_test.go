package nats_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/model/network"
	"github.com/ravelgo/ravel/transport"
)

// A script is what both the model of a transport and the transport are put through, in words: a number is sent by a machine
// of one node to a machine of another, "cut" and "heal" act on the connection of the sender, "restart" starts the node of the
// receiver again, "settle" waits until what has become of everything is known.
type script string

// scripts are run once and again with each delivery.
var scripts = []script{
	"1 2 3",
	"1 settle cut 2 heal 3",
	"1 cut 2 heal 3",
	"1 settle cut 2 3 heal",
	"1 2 settle restart 3",
	"1 2 restart 3",
	"1 restart 2 restart 3",
}

// outcome is what can be seen from outside: what has arrived, in order, and what was reported, by number.
func outcome(arrived []int, reports []string) string {
	slices.Sort(reports)
	return strings.TrimSpace(strings.Trim(fmt.Sprint(arrived), "[]") + " | " + strings.Join(reports, " "))
}

// A node that is closed in an orderly way tells what it has not handed on: then it is not in doubt, but the model, whose
// nodes are killed, knows no more than that.
func report(n int, err error) string {
	for _, k := range []struct {
		kind error
		word string
	}{
		{transport.ErrLost, "lost"}, {transport.ErrDisconnected, "cut"}, {transport.ErrRestarted, "doubt"}, {transport.ErrNoNode, "doubt"},
	} {
		if errors.Is(err, k.kind) {
			return fmt.Sprintf("%d:%s", n, k.word)
		}
	}
	return fmt.Sprintf("%d:%v", n, err)
}

// TestConformance: whatever the transport does with a script, the model does in some execution. Random ones are enough to
// meet the few outcomes again and again.
func TestConformance(t *testing.T) {
	for _, d := range []transport.Delivery{transport.AtMostOnce, transport.AtLeastOnce} {
		for _, s := range scripts {
			t.Run(fmt.Sprintf("%s: %s", d, s), func(t *testing.T) {
				possible := modelled(t, s, d)
				for range 3 {
					if got := carried(t, s, d); !slices.Contains(possible, got) {
						t.Errorf("over NATS: %s\nthe model: %s", got, strings.Join(possible, "\n           "))
					}
				}
				if t.Logf("%d outcomes of the model", len(possible)); d == transport.AtLeastOnce && !strings.Contains(string(s), "restart") && len(possible) != 1 {
					t.Errorf("at least once there is one outcome without a restart, the model has %q", possible)
				}
			})
		}
	}
}

// modelled returns what can come of a script in the model.
func modelled(t *testing.T, s script, d transport.Delivery) []string {
	t.Helper()
	var mu sync.Mutex
	found := map[string]bool{}
	r, err := check.Explore("conformance", check.Config{Strategy: "random", Workers: 1, Schedules: 5_000, Stuck: time.Minute}, func(t *check.T) {
		var arrived []int
		var reports []string
		log := t.Go("Reports", func(c *ravel.Context) {
			for {
				u := ravel.Next(c).(network.Undelivered)
				reports = append(reports, report(u.Event.(note).N, u.Err))
			}
		})
		desk := t.Go("Desk", func(c *ravel.Context) {
			for {
				arrived = append(arrived, ravel.Next(c).(note).N)
			}
		})
		cfg := network.Config{Carrier: &network.Carrier{Delivery: d, Reports: log}}
		if d == transport.AtMostOnce {
			cfg.Loss = strings.Count(string(s), "cut") // what was under way then, at either end
		}
		net := network.New(t.Root(), cfg)
		t.Wait()
		for _, word := range strings.Fields(string(s)) {
			switch word {
			case "cut":
				net.Partition(t.Root(), desk)
			case "heal":
				net.Heal(t.Root())
			case "restart": // of which the sender hears in its own time
				t.Go("restart", func(c *ravel.Context) { net.Restarted(c, desk) })
			case "settle":
				t.Wait()
			default:
				net.Send(t.Root(), desk, note{N: number(word)})
			}
		}
		t.AtEnd(func() {
			mu.Lock()
			defer mu.Unlock()
			found[outcome(arrived, reports)] = true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure != nil {
		t.Fatal(r.Failure.Err)
	}
	var list []string
	for o := range found {
		list = append(list, o)
	}
	slices.Sort(list)
	return list
}

func number(word string) int {
	var n int
	if _, err := fmt.Sscan(word, &n); err != nil {
		panic(err)
	}
	return n
}

// carried returns what comes of a script over NATS.
func carried(t *testing.T, s script, d transport.Delivery) string {
	t.Helper()
	hub := join(t, quick("hub", ""))
	p := newProxy(t, hub.URL())
	receivers := []*site{receiving(t, hub.URL())}
	status := make(chan error, 100)
	cfg := quick("b", p.url())
	cfg.Delivery, cfg.Status = d, func(err error) { status <- err }
	b := settle(t, cfg, live.Options{})
	to := b.remote(t, "a/Desk")
	sent := 0
	settled := func() bool { return len(accounted(b, receivers)) == sent }
	for _, word := range strings.Fields(string(s)) {
		switch word {
		case "cut":
			p.off(true)
			for err := range status {
				if err != nil {
					break
				}
			}
		case "heal":
			p.off(false)
			for err := range status {
				if err == nil {
					break
				}
			}
		case "restart":
			receivers[len(receivers)-1].leave()
			receivers = append(receivers, receiving(t, hub.URL()))
		case "settle":
			eventually(t, "what has become of everything is known", settled)
		default:
			sent++
			_ = b.Send(t.Context(), to, note{N: number(word)}) // an error is a dead letter, too
		}
	}
	eventually(t, "what has become of everything is known", settled)
	if err := b.node.Close(t.Context()); err != nil { // confirms what is to be confirmed
		t.Error(err)
	}
	var arrived []int
	for _, a := range receivers {
		for _, n := range a.got() {
			arrived = append(arrived, n.N)
		}
	}
	var reports []string
	for _, l := range b.dead() {
		n := l.Event.(note).N
		if errors.Is(l.Err, transport.ErrNoNode) && slices.Contains(arrived, n) {
			t.Errorf("note %d has arrived, and is said not to have: %v", n, l.Err)
		}
		reports = append(reports, report(n, l.Err))
	}
	return outcome(arrived, reports)
}

// receiving is a node with a machine that receives.
func receiving(t *testing.T, url string) *site {
	t.Helper()
	a := settle(t, quick("a", url), live.Options{})
	a.create(t, deskMachine.New(newDesk(a)))
	return a
}

func accounted(b *site, receivers []*site) map[int]bool {
	m := map[int]bool{}
	for _, a := range receivers {
		for n := range known(a, b) {
			m[n] = true
		}
	}
	return m
}
