package replica_test

import (
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/paxos/journal"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// A node on a journal finds its votes again.
func TestOnJournal(t *testing.T) {
	path := journal.OSFile(filepath.Join(t.TempDir(), "journal"))
	start := func(w *world) *replica.Node {
		j, err := journal.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := replica.Open(replica.Config{ID: 1, Nodes: []synod.NodeID{1, 2, 3}},
			replica.Ports{Network: w, Store: replica.OnJournal(j), Timer: w, Clients: w, Machine: w})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	n := start(&world{})
	for _, e := range after(phase2, prepare(1, 7, 2)) {
		if err := e.do(n); err != nil {
			t.Fatal(err)
		}
	}
	w := &world{}
	n = start(w)
	for _, step := range []struct {
		event event
		does  string
	}{
		{prepare(0, 2, 3), "to 3: slot 0: 1 promises 2.3, has 1.1=c/1/x"},
		{prepare(1, 6, 3), "to 3: slot 1: 1 rejects 6.3, promised 7.2"},
	} {
		if err := step.event.do(n); err != nil {
			t.Fatal(err)
		}
		if got := w.took(); got != step.does {
			t.Errorf("%s: %q, want %q", step.event.name, got, step.does)
		}
	}
}
