package twophase

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/model/network"
	"github.com/ravelgo/ravel/systems/twophase/commit"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Scenario is what the environment does to the messages and the participants.
type Scenario uint8

// The scenarios.
const (
	Reliable Scenario = iota // messages arrive at once and in order
	Lossy                    // messages are in flight, one may be lost and one may come twice
	Crashing                 // a participant may crash and restart
	numScenarios
)

var scenarios = [numScenarios]struct{ name, summary string }{
	Reliable: {"reliable", "messages arrive at once and in order; a timer may fire early"},
	Lossy:    {"lossy", "a message may be lost and one may come twice; a timer may fire early"},
	Crashing: {"crashing", "a participant may crash and restart from its log; a timer may fire early"},
}

// Scenarios returns all scenarios.
func Scenarios() []Scenario { return []Scenario{Reliable, Lossy, Crashing} }

// String returns the scenario's name.
func (s Scenario) String() string {
	if s < numScenarios {
		return scenarios[s].name
	}
	return fmt.Sprintf("Scenario(%d)", uint8(s))
}

// Summary says in a line what happens.
func (s Scenario) Summary() string {
	if s < numScenarios {
		return scenarios[s].summary
	}
	return s.String()
}

// Options choose a test. In the zero Options everything is as in the case study: a reliable network, two clients with two
// writes each, two participants, and the correct code.
type Options struct {
	Scenario     Scenario
	Clients      int // 0 is 2
	Writes       int // of each client; 0 is 2
	Participants int // 0 is 2
	Bugs         commit.Bugs
	LogBugs      txn.Bugs // of the participants' logs
}

// The budgets of the faults, in the scenarios that have them.
const (
	earlyTimers = 1
	losses      = 1
	duplicates  = 1
	crashes     = 1
)

// timeout is how long the coordinator waits for participants, and restartAfter how long one is down.
const (
	timeout      = time.Second
	restartAfter = 3 * timeout / 2
)

// Settings returns how the test is to be explored, whatever the options. Under the ordered clock a timer fires when
// nothing else can move, as when a message was lost, and one may fire before.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 2000, OrderedClock: true, EarlyTimers: earlyTimers}
}

// Test returns the body of the test that o describes, for check.Test and check.Explore; see [Options.Settings]. Options
// that make no sense fail it.
func Test(o Options) func(*check.T) {
	for _, n := range []*int{&o.Clients, &o.Writes, &o.Participants} {
		if *n == 0 {
			*n = 2
		}
	}
	return func(t *check.T) {
		if why := o.mistake(); why != "" {
			t.Fatalf("twophase: %s", why)
		}
		o.monitors(t)
		o.create(t)
	}
}

func (o Options) mistake() string {
	switch {
	case o.Scenario >= numScenarios:
		return fmt.Sprintf("there is no %v", o.Scenario)
	case o.Clients < 0 || o.Clients > 26 || o.Writes < 0 || o.Participants < 0:
		return fmt.Sprintf("%d clients with %d writes and %d participants: none may be negative, and clients at most 26",
			o.Clients, o.Writes, o.Participants)
	case o.Bugs.Check() != nil:
		return o.Bugs.Check().Error()
	case o.LogBugs.Has(txn.Unsynced) && o.Scenario != Crashing:
		return "a log that is not synced shows in crashes only: use the scenario Crashing"
	}
	return ""
}

func (o Options) monitors(t *check.T) {
	var all []int
	for i := range o.Participants {
		all = append(all, i)
	}
	t.Monitor(commit.Atomicity{Participants: all}.Monitor())
	t.Monitor(sessions.Monitor())
	t.Monitor(progress.Monitor())
}

func (o Options) create(t *check.T) {
	var net commit.Sender = commit.Direct{}
	if o.Scenario == Lossy {
		net = network.New(t.Root(), network.Config{Loss: losses, Duplicates: duplicates})
	}
	var ids []ravel.ID
	var nodes []crash.Node
	for i := range o.Participants {
		p := commit.Participant{Number: i, Net: net, Host: host{}, Bugs: o.LogBugs}
		if o.Scenario == Crashing {
			name := fmt.Sprintf("disk%d", i+1)
			disk.New(t.Root(), name, disk.Config{})
			p.Host = host{name}
		}
		again := func(int) ravel.Machine {
			q := p
			return commit.ParticipantMachine.New(&q)
		}
		id := t.Create(again(0))
		ids = append(ids, id)
		nodes = append(nodes, crash.Node{ID: id, New: again})
	}
	k := &commit.Coordinator{Participants: ids, Net: net, Timeout: timeout, Acks: o.Scenario != Reliable, Bugs: o.Bugs}
	coordinator := t.Create(k.New())
	for i := range o.Clients {
		t.Create(ClientMachine.New(&Client{Coordinator: coordinator, Key: string(rune('a' + i)), Writes: o.Writes}))
	}
	if o.Scenario == Crashing {
		t.Sometimes(false, commit.InDoubt)
		crash.Enable(t.Root(), crash.Config{
			Crashes: crashes, Restarts: crashes, MustRestart: true, RestartAfter: restartAfter,
		}, nodes...)
	}
}
