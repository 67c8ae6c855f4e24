package replica_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// The ways of node 1 into each phase: a follower of 2, a leader without work, and a
// leader with its first command in phase 1 and 2 of slot 0, and done with it.
var (
	follower = []event{leader(2)}
	idle     = []event{leader(1)}
	phase1   = after(idle, submit(1))
	phase2   = after(phase1, promise(0, 2, 1, nothing))
	done     = after(phase2, accepted(0, 2, proposal(1, 1, value(1))))
)

// TestNode is the transition table of the node: each event in each phase.
func TestNode(t *testing.T) {
	x := proposal(1, 1, value(1))
	tests := []struct {
		name  string
		path  []event
		event event
		phase synod.Phase
		does  string
	}{
		{"nobody leads, submit", nil, submit(1), synod.Idle, ""},
		{"nobody leads, then 2", []event{submit(1)}, leader(2), synod.Idle, "to 2: forward c/1/x"},
		{"nobody leads, then 1", []event{submit(1)}, leader(1), synod.Phase1, "arm; save slot 0 1.1 nothing; to others: slot 0: prepare 1.1"},

		{"follower, promise", follower, promise(0, 2, 1, nothing), synod.Idle, ""},
		{"follower, accepted", follower, accepted(0, 2, x), synod.Idle, ""},
		{"follower, reject", follower, reject(0, 2, 1, ballot(1, 2)), synod.Idle, ""},
		{"follower, timeout", follower, timeout, synod.Idle, ""},
		{"follower, submit", follower, submit(1), synod.Idle, "to 2: forward c/1/x"},
		{"follower, forward", follower, from(3, replica.Forward{Command: command(1)}), synod.Idle, ""},
		{"follower, prepare", follower, prepare(0, 1, 2), synod.Idle, "save slot 0 1.2 nothing; to 2: slot 0: 1 promises 1.2"},
		{"follower, prepare below", after(follower, prepare(0, 1, 3)), prepare(0, 1, 2), synod.Idle, "to 2: slot 0: 1 rejects 1.2, promised 1.3"},
		{"follower, accept", follower, accept(0, proposal(1, 2, "v")), synod.Idle, "save slot 0 1.2 1.2=v; to 2: slot 0: 1 accepted 1.2=v"},
		{"follower, prepare of another slot", after(follower, prepare(0, 1, 3)), prepare(1, 1, 2), synod.Idle,
			"save slot 1 1.2 nothing; to 2: slot 1: 1 promises 1.2"},
		{"follower, chosen", follower, chosen(2, 0, value(1)), synod.Idle, "apply c/1/x"},
		{"follower, leads without work", follower, leader(1), synod.Idle, ""},

		{"leader, submit", idle, submit(1), synod.Phase1, "arm; save slot 0 1.1 nothing; to others: slot 0: prepare 1.1"},
		{"leader, forward", idle, from(3, replica.Forward{Command: command(1)}), synod.Phase1,
			"arm; save slot 0 1.1 nothing; to others: slot 0: prepare 1.1"},
		{"leader, submit where it has promised", after(idle, prepare(0, 4, 2)), submit(1), synod.Phase1,
			"arm; save slot 0 5.1 nothing; to others: slot 0: prepare 5.1"},
		{"leader, timeout", idle, timeout, synod.Idle, ""},
		{"leader, again", idle, leader(1), synod.Idle, ""},

		{"phase 1, promise", phase1, promise(0, 2, 1, nothing), synod.Phase2,
			"arm; save slot 0 1.1 1.1=c/1/x; to others: slot 0: accept 1.1=c/1/x"},
		{"phase 1, promise with a proposal", phase1, promise(0, 2, 1, proposal(1, 0, "old")), synod.Phase2,
			"arm; save slot 0 1.1 1.1=old; to others: slot 0: accept 1.1=old"},
		{"phase 1, promise for another slot", phase1, promise(1, 2, 1, nothing), synod.Phase1, ""},
		{"phase 1, accepted", phase1, accepted(0, 2, x), synod.Phase1, ""},
		{"phase 1, reject", phase1, reject(0, 2, 1, ballot(3, 2)), synod.Phase1, "arm; save slot 0 4.1 nothing; to others: slot 0: prepare 4.1"},
		{"phase 1, reject in the last round", after(phase1, reject(0, 2, 1, ballot(3, 2))), reject(0, 3, 4, ballot(4, 3)), synod.Idle, "stop; arm"},
		{"phase 1, timeout", phase1, timeout, synod.Phase1, "arm; save slot 0 2.1 nothing; to others: slot 0: prepare 2.1"},
		{"phase 1, submit", phase1, submit(2), synod.Phase1, ""},
		{"phase 1, prepare above", phase1, prepare(0, 2, 3), synod.Phase1, "save slot 0 2.3 nothing; to 3: slot 0: 1 promises 2.3"},
		{"phase 1, prepare below", phase1, prepare(0, 0, 3), synod.Phase1, "to 3: slot 0: 1 rejects 0.3, promised 1.1"},
		{"phase 1, accept above", phase1, accept(0, proposal(2, 3, "v")), synod.Phase1, "save slot 0 2.3 2.3=v; to 3: slot 0: 1 accepted 2.3=v"},
		{"phase 1, chosen", phase1, chosen(2, 0, "d/1/y"), synod.Phase1,
			"stop; apply d/1/y; reply d/1=1; arm; save slot 1 1.1 nothing; to others: slot 1: prepare 1.1"},
		{"phase 1, its own command chosen", phase1, chosen(2, 0, value(1)), synod.Idle, "stop; apply c/1/x; reply c/1=1"},
		{"phase 1, a later slot chosen", phase1, chosen(2, 1, "d/1/y"), synod.Phase1, "to 2: slot 0 is missing"},
		{"phase 1, 2 leads", after(phase1, submit(2)), leader(2), synod.Idle, "stop; to 2: forward c/1/x; to 2: forward c/2/x"},

		{"phase 2, promise", phase2, promise(0, 3, 1, proposal(1, 0, "old")), synod.Phase2, ""},
		{"phase 2, accepted", phase2, accepted(0, 2, x), synod.Idle, "stop; apply c/1/x; reply c/1=1; to others: slot 0 is c/1/x"},
		{"phase 2, accepted, and there is more", after(phase2, submit(2)), accepted(0, 2, x), synod.Phase1,
			"stop; apply c/1/x; reply c/1=1; arm; save slot 1 1.1 nothing; to others: slot 0 is c/1/x; to others: slot 1: prepare 1.1"},
		{"phase 2, accepted in another slot", phase2, accepted(1, 2, x), synod.Phase2, ""},
		{"phase 2, reject", phase2, reject(0, 2, 1, ballot(1, 2)), synod.Phase1, "arm; save slot 0 2.1 1.1=c/1/x; to others: slot 0: prepare 2.1"},
		{"phase 2, timeout", phase2, timeout, synod.Phase1, "arm; save slot 0 2.1 1.1=c/1/x; to others: slot 0: prepare 2.1"},
		{"phase 2, submit", phase2, submit(2), synod.Phase2, ""},
		{"phase 2, prepare above", phase2, prepare(0, 2, 3), synod.Phase2, "save slot 0 2.3 1.1=c/1/x; to 3: slot 0: 1 promises 2.3, has 1.1=c/1/x"},
		{"phase 2, chosen", phase2, chosen(2, 0, "d/1/y"), synod.Phase1,
			"stop; apply d/1/y; reply d/1=1; arm; save slot 1 1.1 nothing; to others: slot 1: prepare 1.1"},
		{"phase 2, 2 leads", phase2, leader(2), synod.Idle, "stop; to 2: forward c/1/x"},

		{"done, promise", done, promise(0, 3, 1, nothing), synod.Idle, ""},
		{"done, accepted", done, accepted(0, 3, x), synod.Idle, ""},
		{"done, reject", done, reject(0, 3, 1, ballot(1, 2)), synod.Idle, ""},
		{"done, timeout", done, timeout, synod.Idle, ""},
		{"done, prepare", done, prepare(0, 2, 3), synod.Idle, "save slot 0 2.3 1.1=c/1/x; to 3: slot 0: 1 promises 2.3, has 1.1=c/1/x"},
		{"done, submitted again", done, submit(1), synod.Idle, "reply c/1=1"},
		{"done, submit", done, submit(2), synod.Phase1, "arm; save slot 1 1.1 nothing; to others: slot 1: prepare 1.1"},
		{"done, missing", done, from(3, replica.Missing{From: 0}), synod.Idle, "to 3: slot 0 is c/1/x"},
		{"done, chosen again", done, chosen(2, 0, value(1)), synod.Idle, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := &world{}
			n := open(t, w, 0)
			for _, e := range after(test.path, test.event) {
				w.took()
				if err := e.do(n); err != nil {
					t.Fatalf("%s: %v", e.name, err)
				}
			}
			if got := w.took(); got != test.does || n.Phase() != test.phase {
				t.Errorf("%s: does %q in %v; want\n%q in %v", test.event.name, got, n.Phase(), test.does, test.phase)
			}
		})
	}
}

// A gap in the log holds back what is behind it. Of a command that is there twice
// the second is not applied, and only a leader answers.
func TestLog(t *testing.T) {
	w := &world{}
	n := open(t, w, 0)
	for _, step := range []struct {
		event event
		does  string
		next  replica.Slot
	}{
		{leader(2), "", 0},
		{chosen(2, 2, value(1)), "to 2: slot 0 is missing", 0},
		{chosen(2, 0, value(1)), "apply c/1/x", 1},
		{chosen(2, 1, "d/1/y"), "apply d/1/y", 3},
		{leader(1), "", 3},
		{chosen(2, 3, "d/1/y"), "reply d/1=2", 4},
		{from(3, replica.Missing{From: 2}), "to 3: slot 2 is c/1/x; to 3: slot 3 is d/1/y", 4},
		{from(3, replica.Missing{From: 9}), "", 4},
	} {
		if err := step.event.do(n); err != nil {
			t.Fatalf("%s: %v", step.event.name, err)
		}
		if got := w.took(); got != step.does || n.Next() != step.next {
			t.Errorf("%s: does %q, next is %d; want %q, %d", step.event.name, got, n.Next(), step.does, step.next)
		}
	}
}

// A leader that gave up is woken by its timer, and then starts above what it knows.
func TestRests(t *testing.T) {
	w := &world{}
	n := open(t, w, 0)
	for _, e := range after(phase1, reject(0, 2, 1, ballot(3, 2)), reject(0, 3, 4, ballot(4, 3)), submit(2)) {
		if err := e.do(n); err != nil {
			t.Fatal(err)
		}
	}
	w.took()
	if err := n.Timeout(); err != nil {
		t.Fatal(err)
	}
	if got := w.took(); got != "arm; save slot 0 5.1 nothing; to others: slot 0: prepare 5.1" {
		t.Errorf("does %q", got)
	}
}

// A node that restarts has its votes and no log, and uses no ballot twice.
func TestRestart(t *testing.T) {
	w := &world{}
	n := open(t, w, 0)
	for _, e := range phase2 {
		if err := e.do(n); err != nil {
			t.Fatal(err)
		}
	}
	w.took()
	n = open(t, w, 0)
	if n.Next() != 0 || n.Leader() != 0 {
		t.Errorf("after the restart next is %d and the leader %d", n.Next(), n.Leader())
	}
	for _, e := range phase1 {
		if err := e.do(n); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := w.took(), "arm; save slot 0 2.1 1.1=c/1/x; to others: slot 0: prepare 2.1"; got != want {
		t.Errorf("does %q, want %q", got, want)
	}
}

func TestErrors(t *testing.T) {
	w := &world{}
	n := open(t, w, 0)
	if err := n.Submit(rsm.Command{}); err == nil || !strings.Contains(err.Error(), "must have a name") {
		t.Errorf("a command without a client: %v", err)
	}
	if err := n.Handle(2, replica.Chosen{Slot: 0, Value: "nonsense"}); err == nil || !strings.Contains(err.Error(), "no command") {
		t.Errorf("a value that is no command: %v", err)
	}
	n = open(t, w, 0)
	if err := n.Handle(2, replica.Chosen{Slot: 0, Value: value(1)}); err != nil {
		t.Fatal(err)
	}
	if err := n.Handle(2, replica.Chosen{Slot: 0, Value: value(2)}); err == nil || !strings.Contains(err.Error(), "protocol is broken") {
		t.Errorf("two values for a slot: %v", err)
	}
	w.took()
	w.full = true
	if err := prepare(1, 1, 2).do(n); !errors.Is(err, errFull) || w.took() != "" {
		t.Errorf("a full disk: %v", err)
	}
	cfg := replica.Config{ID: 1, Nodes: []synod.NodeID{1, 2, 3}}
	ports := replica.Ports{Store: w}
	for want, change := range map[string]func(*replica.Config){
		"loading the states":      func(*replica.Config) {},
		"must be positive":        func(c *replica.Config) { c.ID = 0 },
		"not among the nodes":     func(c *replica.Config) { c.ID = 4 },
		"0 is no limit":           func(c *replica.Config) { c.Rounds = -1 },
		"Bugs has unknown bits 0": func(c *replica.Config) { c.Bugs = 1 << 20 },
	} {
		c := cfg
		change(&c)
		if _, err := replica.Open(c, ports); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
