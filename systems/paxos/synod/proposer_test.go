package synod_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// event is something that happens to a proposer.
type event struct {
	name string
	do   func(*synod.Proposer)
}

func handle(m synod.Message) event {
	return event{name: fmt.Sprint(m), do: func(p *synod.Proposer) { p.Handle(m) }}
}

var (
	timeout = event{"timeout", (*synod.Proposer).Timeout}
	start   = event{"propose x", func(p *synod.Proposer) { p.Propose("x") }}
	again   = event{"propose y", func(p *synod.Proposer) { p.Propose("y") }}
)

// The ways into each phase, in round 1 of proposer 1.
var (
	toPhase1 = []event{start}
	toPhase2 = after(toPhase1, handle(promise(11, ballot(1, 1), nothing)), handle(promise(12, ballot(1, 1), nothing)))
	toDone   = after(toPhase2, handle(accepted(11, proposal(1, 1, "x"))), handle(accepted(12, proposal(1, 1, "x"))))
)

// after is a path that goes on.
func after(path []event, more ...event) []event { return slices.Concat(path, more) }

// TestProposer is the transition table of the proposer: each event in each phase.
func TestProposer(t *testing.T) {
	mine, others := ballot(1, 1), ballot(1, 2)
	tests := []struct {
		name  string
		path  []event
		event event
		phase synod.Phase
		does  string
	}{
		{"idle, promise", nil, handle(promise(11, mine, nothing)), synod.Idle, ""},
		{"idle, accepted", nil, handle(accepted(11, proposal(1, 1, "x"))), synod.Idle, ""},
		{"idle, reject", nil, handle(reject(11, mine, others)), synod.Idle, ""},
		{"idle, timeout", nil, timeout, synod.Idle, ""},
		{"idle, propose", nil, start, synod.Phase1, "arm; to all: prepare 1.1"},

		{"phase 1, first promise", toPhase1, handle(promise(11, mine, nothing)), synod.Phase1, ""},
		{"phase 1, majority", after(toPhase1, handle(promise(13, mine, nothing))), handle(promise(11, mine, nothing)),
			synod.Phase2, "arm; to all: accept 1.1=x"},
		{"phase 1, majority of which one has accepted", after(toPhase1, handle(promise(11, mine, proposal(0, 7, "old")))),
			handle(promise(12, mine, nothing)), synod.Phase2, "arm; to all: accept 1.1=old"},
		{"phase 1, majority that has accepted differently", after(toPhase1, handle(promise(11, mine, proposal(0, 8, "newer")))),
			handle(promise(12, mine, proposal(0, 7, "old"))), synod.Phase2, "arm; to all: accept 1.1=newer"},
		{"phase 1, the same promise twice", after(toPhase1, handle(promise(11, mine, nothing))),
			handle(promise(11, mine, nothing)), synod.Phase1, ""},
		{"phase 1, promise of another ballot", after(toPhase1, handle(promise(11, mine, nothing))),
			handle(promise(12, ballot(0, 1), nothing)), synod.Phase1, ""},
		{"phase 1, accepted", toPhase1, handle(accepted(11, proposal(1, 1, "x"))), synod.Phase1, ""},
		{"phase 1, reject", toPhase1, handle(reject(11, mine, ballot(4, 2))), synod.Phase1, "arm; to all: prepare 5.1"},
		{"phase 1, reject of another ballot", toPhase1, handle(reject(11, ballot(0, 1), ballot(4, 2))), synod.Phase1, ""},
		{"phase 1, reject of a copy", toPhase1, handle(reject(11, mine, mine)), synod.Phase1, ""},
		{"phase 1, timeout", toPhase1, timeout, synod.Phase1, "arm; to all: prepare 2.1"},
		{"phase 1, timeout forgets promises", after(toPhase1, handle(promise(11, mine, nothing)), timeout),
			handle(promise(12, ballot(2, 1), nothing)), synod.Phase1, ""},
		{"phase 1, reject forgets promises", after(toPhase1, handle(promise(11, mine, proposal(0, 7, "old"))),
			handle(reject(12, mine, others)), handle(promise(12, ballot(2, 1), nothing))),
			handle(promise(13, ballot(2, 1), nothing)), synod.Phase2, "arm; to all: accept 2.1=x"},
		{"phase 1, propose", toPhase1, again, synod.Phase1, ""},

		{"phase 2, promise", toPhase2, handle(promise(13, mine, proposal(0, 7, "old"))), synod.Phase2, ""},
		{"phase 2, first accepted", toPhase2, handle(accepted(11, proposal(1, 1, "x"))), synod.Phase2, ""},
		{"phase 2, majority", after(toPhase2, handle(accepted(13, proposal(1, 1, "x")))),
			handle(accepted(12, proposal(1, 1, "x"))), synod.Done, "stop"},
		{"phase 2, the same accepted twice", after(toPhase2, handle(accepted(11, proposal(1, 1, "x")))),
			handle(accepted(11, proposal(1, 1, "x"))), synod.Phase2, ""},
		{"phase 2, accepted of another ballot", after(toPhase2, handle(accepted(11, proposal(1, 1, "x")))),
			handle(accepted(12, proposal(0, 1, "x"))), synod.Phase2, ""},
		{"phase 2, reject", toPhase2, handle(reject(11, mine, others)), synod.Phase1, "arm; to all: prepare 2.1"},
		{"phase 2, reject of a copy of prepare", toPhase2, handle(reject(11, mine, mine)), synod.Phase2, ""},
		{"phase 2, timeout", toPhase2, timeout, synod.Phase1, "arm; to all: prepare 2.1"},
		{"phase 2, timeout forgets votes", after(toPhase2, handle(accepted(11, proposal(1, 1, "x"))), timeout,
			handle(promise(11, ballot(2, 1), nothing)), handle(promise(12, ballot(2, 1), nothing))),
			handle(accepted(12, proposal(2, 1, "x"))), synod.Phase2, ""},
		{"phase 2, propose", toPhase2, again, synod.Phase2, ""},

		{"done, promise", toDone, handle(promise(13, mine, nothing)), synod.Done, ""},
		{"done, accepted", toDone, handle(accepted(13, proposal(1, 1, "x"))), synod.Done, ""},
		{"done, reject", toDone, handle(reject(13, mine, others)), synod.Done, ""},
		{"done, timeout", toDone, timeout, synod.Done, ""},
		{"done, propose", toDone, again, synod.Done, ""},

		{"any, a message to acceptors", toPhase1, handle(synod.Prepare{Ballot: others}), synod.Phase1, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, w := newProposer(t, nil)
			for _, e := range test.path {
				e.do(p)
			}
			w.took()
			test.event.do(p)
			if got := w.took(); got != test.does || p.Phase() != test.phase {
				t.Errorf("%s: does %q in %v; want %q in %v", test.event.name, got, p.Phase(), test.does, test.phase)
			}
			if v, ok := p.Chosen(); ok != (test.phase == synod.Done) || ok && v != "x" {
				t.Errorf("chosen: %q, %v", v, ok)
			}
		})
	}
}

// A proposer uses no ballot of a former life, and gives up after its rounds.
func TestRounds(t *testing.T) {
	p, w := newProposer(t, func(c *synod.Config) { c.Used, c.Rounds = 6, 2 })
	start.do(p)
	if got := w.took(); got != "arm; to all: prepare 7.1" {
		t.Errorf("starts with %q", got)
	}
	timeout.do(p)
	w.took()
	p.Handle(reject(11, p.Ballot(), ballot(9, 2)))
	if got := w.took(); got != "stop" || p.Phase() != synod.GaveUp {
		t.Errorf("after two rounds it does %q and is in %v", got, p.Phase())
	}
	p.Handle(promise(11, ballot(8, 1), nothing))
	p.Handle(promise(12, ballot(8, 1), nothing))
	timeout.do(p)
	if got := w.took(); got != "" || p.Phase() != synod.GaveUp {
		t.Errorf("after that it does %q and is in %v", got, p.Phase())
	}
}

// A ballot that is promised already needs no phase 1, until it is outbid.
func TestProposeUnder(t *testing.T) {
	p, w := newProposer(t, nil)
	if ok := p.ProposeUnder(ballot(3, 1), "x"); !ok || p.Phase() != synod.Phase2 {
		t.Errorf("taken: %v, in %v", ok, p.Phase())
	}
	if got := w.took(); got != "arm; to all: accept 3.1=x" {
		t.Errorf("starts with %q", got)
	}
	if p.ProposeUnder(ballot(4, 1), "y") || p.Propose("y") {
		t.Error("a second value is taken")
	}
	p.Handle(reject(12, ballot(3, 1), ballot(3, 2)))
	if got := w.took(); got != "arm; to all: prepare 4.1" {
		t.Errorf("outbid, it does %q", got)
	}
}

// Paxos1 takes one acceptor that answers twice for two.
func TestPaxos1(t *testing.T) {
	for _, bugs := range []synod.Bugs{0, synod.Paxos1} {
		p, w := newProposer(t, func(c *synod.Config) { c.Bugs = bugs })
		start.do(p)
		p.Handle(promise(11, ballot(1, 1), nothing))
		timeout.do(p)
		p.Handle(promise(11, ballot(2, 1), nothing))
		if got := strings.Contains(w.took(), "accept 2.1=x"); got != (bugs != 0) {
			t.Errorf("with Bugs %d it proposes: %v", bugs, got)
		}
	}
}

func TestConfig(t *testing.T) {
	for want, change := range map[string]func(*synod.Config){
		"must be positive":        func(c *synod.Config) { c.ID = 0 },
		"has no acceptors":        func(c *synod.Config) { c.Acceptors = nil },
		"has acceptor 11 twice":   func(c *synod.Config) { c.Acceptors = []synod.NodeID{11, 12, 11} },
		"0 is no limit":           func(c *synod.Config) { c.Rounds = -1 },
		"Bugs has unknown bits 0": func(c *synod.Config) { c.Bugs = 1 << 20 },
	} {
		cfg := synod.Config{ID: 1, Acceptors: []synod.NodeID{11, 12, 13}}
		change(&cfg)
		if _, err := synod.NewProposer(cfg, &world{}, &world{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
