package command_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/bankd/books"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Scenarios find defects. TMS_2 of the catalog, chainrep.NoDedupe: an operation that the coordinator submits again is done twice.
func TestAccountsDefect(t *testing.T) {
	found(t, accounts, chainrep.NoDedupe)
}

// CR_10 of the catalog: the head does not apply what it passes on, and when it is the only one that is left, everything is gone.
func TestKeysDefect(t *testing.T) {
	found(t, keys, chainrep.CR10)
}

// The same scenarios, without the defects.
func TestNoDefect(t *testing.T) {
	for name, b := range map[string]func(testing.TB, int, ...string) *business{"accounts": accounts, "keys": keys} {
		t.Run(name, func(t *testing.T) {
			if err := scenario(t, b(t, 2), 1, []fault{killLast}); err != nil {
				t.Error(err)
			}
		})
	}
}

// found runs scenarios until one of them finds the defect. When a server is killed is up to the machine, and with it whether
// something was under way there.
func found(t *testing.T, business func(testing.TB, int, ...string) *business, defect chainrep.Bugs) {
	t.Helper()
	const most = 10
	var v *books.Verdict
	for seed := uint64(1); seed <= most && v == nil && !t.Failed(); seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			b := business(t, 2, fmt.Sprintf("--bugs=%d", defect))
			if err := scenario(t, b, seed, []fault{killLast}); err != nil && !errors.As(err, &v) {
				t.Error(err)
			}
		})
	}
	if v == nil {
		t.Errorf("the defect is not found in %d scenarios", most)
	}
}

// killLast kills the tail of the first chain, and starts it again when the chain has gone on for a while without it.
func killLast(w *town, _ *rand.Rand) string {
	w.whole(0)
	m := w.server(w.members(0)[w.size-1])
	m.kill()
	w.until("the chain has one server less", func() bool { return len(w.members(0)) == w.size-1 })
	time.Sleep(300 * time.Millisecond) // under load
	w.start(m)
	return fmt.Sprintf("%s killed, started again when the chain had gone on", m.name)
}
