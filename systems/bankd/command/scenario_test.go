package command_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/systems/bankd/books"
	"github.com/ravelgo/ravel/systems/bankd/deploy"
)

var (
	scenarios = flag.Int("scenarios", 5, "scenarios of TestAccountsScenarios and TestKeysScenarios, each")
	firstSeed = flag.Uint64("scenario", 1, "the first scenario's seed")
)

// In a scenario processes are killed with SIGKILL, paused with SIGSTOP, and cut off, while clients are at work. Then all is
// well again, and everything must be whole and at work; the history of all that clients have asked for must be one that the
// specification allows; and whoever is asked to stop must stop. A scenario's seed decides what is done; when it takes effect
// is up to the machine. For more scenarios:
//
//	go test ./command -run TestAccountsScenarios -scenarios 50 -timeout 1h

// TestAccountsScenarios has two groups of three servers, their masters, the coordinator and a broker.
func TestAccountsScenarios(t *testing.T) { each(t, newAccounts) }

// TestKeysScenarios has a store of keys on a chain of three servers, its master and a broker.
func TestKeysScenarios(t *testing.T) { each(t, newKeys) }

func each(t *testing.T, business func(testing.TB) *business) {
	n := *scenarios
	if testing.Short() {
		n = min(n, 1)
	}
	for i := range n {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			if err := scenario(t, business(t), seed, someFaults(seed, 3)); err != nil {
				t.Error(err)
			}
		})
	}
}

// someFaults are different ones for each seed.
func someFaults(seed uint64, n int) (some []fault) {
	for _, k := range rand.New(rand.NewPCG(seed, 1)).Perm(len(faults))[:n] {
		some = append(some, faults[k])
	}
	return some
}

// business is a town and what clients do there.
type business struct {
	*town
	model  porcupine.Model
	load   func(ctx context.Context, h *books.History, l books.Load)
	last   func(ctx context.Context) error // new operations
	before int                             // goroutines
}

// clientsAtWork is how many clients there are.
const clientsAtWork = 4

// scenario returns what the audit says. Everything else that goes wrong is an error of t.
func scenario(t *testing.T, b *business, seed uint64, faults []fault) error {
	t.Helper()
	begin := time.Now()
	rng := rand.New(rand.NewPCG(seed, 2))
	h := books.NewHistory()
	b.work(t)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.load(ctx, h, books.Load{Seed: seed, Patience: patienceOf(seed), Pause: 5 * time.Millisecond, Unknown: deploy.ErrUnknown})
	}()
	for _, f := range faults {
		upTo(rng, 300*time.Millisecond)
		if what := f(b.town, rng); what != "" {
			t.Logf("%6dms: %s", time.Since(begin).Milliseconds(), what)
		}
	}
	for i := range b.chains {
		b.whole(i)
	}
	t.Logf("%6dms: everything is whole", time.Since(begin).Milliseconds())
	time.Sleep(200 * time.Millisecond) // under load
	stop()
	<-ended
	b.work(t)
	page := ""
	if d := filepath.Join(b.dir, "history.html"); testing.Verbose() {
		page = d
	}
	err := books.Audit(h, b.model, page)
	t.Logf("%6dms: %d operations answered, %d with an unknown outcome", time.Since(begin).Milliseconds(), h.Count(books.OK), h.Count(books.Unknown))
	if n := h.Count(books.Failed); n > 0 {
		t.Errorf("%d operations have failed, and none should", n)
	}
	b.stop()
	b.noneLeft()
	return err
}

// patienceOf is how long clients wait for an answer. In every other scenario that is shorter than what goes wrong may take, so
// that outcomes are unknown.
func patienceOf(seed uint64) time.Duration {
	if seed%2 == 0 {
		return time.Second
	}
	return 20 * time.Second
}

// work has new operations done, whatever it takes.
func (b *business) work(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := b.last(ctx); err != nil {
		t.Fatalf("%v\n%s", err, b.said())
	}
}

// noneLeft waits until this process has not more goroutines than before: the clients have gone.
func (b *business) noneLeft() {
	b.t.Helper()
	b.until("no goroutines are left", func() bool {
		// Each proxy has one that listens.
		return runtime.NumGoroutine() <= b.before+len(b.all())+1
	})
}

// newAccounts starts a bank, with more flags for the masters and the servers of its chains.
func newAccounts(t testing.TB) *business { return accounts(t, 3) }

func accounts(t testing.TB, size int, more ...string) *business {
	const groups = 2
	b := &business{before: runtime.NumGoroutine(), model: books.Accounts(groups, opening)}
	b.town = newTown(t, size)
	for g := range groups {
		b.chain(deploy.Chain{Group: g + 1}, more...)
	}
	b.coordinator = b.newMember("coordinator", -1, "coordinator", fmt.Sprintf("--groups=%d", groups), "--dir="+filepath.Join(b.dir, "tms"))
	b.join()
	var tellers []books.Teller
	for range clientsAtWork {
		a, err := b.clients.Accounts(groups)
		if err != nil {
			t.Fatal(err)
		}
		tellers = append(tellers, a)
	}
	b.load = func(ctx context.Context, h *books.History, l books.Load) { l.Tell(ctx, h, tellers, groups, opening) }
	b.last = func(ctx context.Context) error {
		for _, a := range tellers {
			all, err := a.Balances(ctx)
			if err != nil {
				return err
			}
			// The history says the same; here it is said in so many words.
			if len(more) == 0 && (all[0]+all[1] != groups*opening || min(all[0], all[1]) < 0) {
				return fmt.Errorf("the balances are %d, and should be %d together, none of them negative", all, groups*opening)
			}
		}
		return nil
	}
	return b
}

func newKeys(t testing.TB) *business { return keys(t, 3) }

func keys(t testing.TB, size int, more ...string) *business {
	c := deploy.Chain{Name: "keys"}
	b := &business{before: runtime.NumGoroutine(), model: books.Keys()}
	b.town = newTown(t, size)
	b.chain(c, more...)
	b.join()
	var clerks []books.Clerk
	for range clientsAtWork {
		k, err := b.clients.Keys(c)
		if err != nil {
			t.Fatal(err)
		}
		clerks = append(clerks, k)
	}
	b.load = func(ctx context.Context, h *books.History, l books.Load) { l.Write(ctx, h, clerks, 3) }
	b.last = func(ctx context.Context) error {
		for i, k := range clerks {
			key, value := fmt.Sprint("last", i), fmt.Sprint(time.Now().UnixNano())
			if err := k.Set(ctx, key, value); err != nil {
				return err
			}
			if got, _, err := k.Get(ctx, key); err != nil || got != value && len(more) == 0 {
				return errors.Join(err, fmt.Errorf("%s is %q, and was set to %q", key, got, value))
			}
		}
		return nil
	}
	return b
}
