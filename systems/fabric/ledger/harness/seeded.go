package harness

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
)

// Seeded is a defect of the ledger with the test that shows it.
type Seeded struct {
	Name    string
	Summary string // one line: what the code does wrong
	Shows   []failure.Kind
	Options Options
}

// How the defects show.
var (
	wrong   = []failure.Kind{failure.KindMonitor}
	panics  = []failure.Kind{failure.KindPanic}
	forever = []failure.Kind{failure.KindLiveness, failure.KindLivelock}
)

// Bugs returns the defects, each with as much trouble as it needs.
func Bugs() []Seeded {
	return []Seeded{
		seeded(ledger.F1, "a request is applied on the primary before it is committed", wrong, Options{Crashes: 1, Timers: 2}),
		seeded(ledger.F2, "snapshots have no sessions: a new replica does again what a client tries again", wrong,
			Options{Inspect: true, Crashes: 1, Timers: 2}),
		seeded(ledger.F3, "sessions are looked at before the wait for replication, and not behind it", wrong, Options{Timers: 2}),
		seeded(ledger.F4, "a request in doubt is answered as one that has had no effect", wrong,
			Options{Timeout: true, Tries: 1, Timers: 2}),
		seeded(ledger.F5, "a secondary acknowledges before it applies, and is elected in between", wrong, Options{Crashes: 1, Timers: 2}),
		seeded(ledger.F6, "reads are answered from memory, also by a primary that has been replaced", wrong,
			Options{Suspicions: 1, Stale: 1, Calls: 4}),
		seeded(ledger.F7, "interest is paid by work of its own, which goes on when the role is lost", wrong,
			Options{Interest: true, Swaps: 1}),
		seeded(ledger.F8, "a new primary takes requests before it has replayed its log", panics, Options{Crashes: 1, Timers: 2}),
		seeded(ledger.F9, "operations that are taken back stay in the book", wrong,
			Options{Durable: true, Inspect: true, Crashes: 1, Restarts: 1, Timers: 2}),
		seeded(ledger.F10, "the loss of the role waits for requests that wait for the loss of the role", forever,
			Options{Poll: true, Swaps: 1}),
		seeded(ledger.F11, "balances are read while the snapshot is sent", wrong, Options{Inspect: true}),
	}
}

func seeded(b ledger.Bugs, summary string, shows []failure.Kind, o Options) Seeded {
	o.Bugs = b
	return Seeded{b.String(), summary, shows, o}
}

// Variant is a test of the correct ledger.
type Variant struct {
	Name    string
	Summary string // one line: what happens
	Options Options
}

// Variants are the tests of the correct ledger.
func Variants() []Variant {
	return []Variant{
		{"steady", "no node fails, and timers may fire early", Options{Inspect: true, Timers: 2}},
		{"crash", "a node may crash and come back", Options{Inspect: true, Crashes: 1, Restarts: 1, Timers: 2}},
		{"suspicion", "a node may be given up that is alive, and naming may be behind",
			Options{Inspect: true, Suspicions: 1, Stale: 1, Timers: 2, Calls: 4}},
		{"swap", "another replica may become the primary", Options{Inspect: true, Swaps: 2, Stale: 1, Poll: true, Interest: true, Timers: 1}},
		{"calls", "requests and answers may be lost, or come twice", Options{Inspect: true, Crashes: 1, Lost: 1, Twice: 2, Timers: 1}},
		{"impatient", "requests and clients give up soon", Options{Inspect: true, Crashes: 1, Timeout: true, Tries: 1, Timers: 3}},
		{"poll", "requests wait until the replica can replicate", Options{Inspect: true, Crashes: 1, Timeout: true, Poll: true, Timers: 2}},
		{"interest", "interest is paid, and a node may be given up", Options{Inspect: true, Suspicions: 1, Interest: true, Timers: 2}},
		{"durable", "a node may crash, and comes back with what it knew",
			Options{Inspect: true, Durable: true, Crashes: 1, Restarts: 1, Timers: 2}},
		{"spare", "three clients, four nodes, of which one may crash, and a network that may be cut",
			Options{Inspect: true, Clients: 3, Nodes: 4, Crashes: 1, Cuts: 1, Timers: 1}},
	}
}
