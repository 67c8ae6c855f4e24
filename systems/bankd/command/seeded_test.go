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
	b := accounts(t, 2, fmt.Sprintf("--bugs=%d", chainrep.NoDedupe))
	found(t, scenario(t, b, 1, []fault{killLast}))
}

// CR_10 of the catalog: the head does not apply what it passes on, and when it is the only one that is left, everything is gone.
func TestKeysDefect(t *testing.T) {
	b := keys(t, 2, fmt.Sprintf("--bugs=%d", chainrep.CR10))
	found(t, scenario(t, b, 1, []fault{killLast}))
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

func found(t *testing.T, err error) {
	t.Helper()
	var v *books.Verdict
	if !errors.As(err, &v) {
		t.Errorf("the defect is not found: %v", err)
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
