package synod_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// TestAcceptor is the transition table of the acceptor: each message, under a
// ballot below, at and above what it has promised.
func TestAcceptor(t *testing.T) {
	fresh := synod.State{}
	promised := synod.State{Promised: ballot(3, 2)}
	voted := synod.State{Promised: ballot(3, 2), Accepted: proposal(2, 1, "old")}
	tests := []struct {
		name  string
		state synod.State
		m     synod.Message
		does  string
	}{
		{"fresh, prepare", fresh, synod.Prepare{Ballot: ballot(1, 1)}, "save 1.1 nothing; to 1: 11 promises 1.1"},
		{"fresh, accept", fresh, synod.Accept{Proposal: proposal(1, 1, "x")}, "save 1.1 1.1=x; to 1: 11 accepted 1.1=x"},

		{"prepare below", promised, synod.Prepare{Ballot: ballot(3, 1)}, "to 1: 11 rejects 3.1, promised 3.2"},
		{"prepare at", promised, synod.Prepare{Ballot: ballot(3, 2)}, "to 1: 11 rejects 3.2, promised 3.2"},
		{"prepare above", promised, synod.Prepare{Ballot: ballot(4, 1)}, "save 4.1 nothing; to 1: 11 promises 4.1"},
		{"prepare above, with a vote", voted, synod.Prepare{Ballot: ballot(4, 1)}, "save 4.1 2.1=old; to 1: 11 promises 4.1, has 2.1=old"},

		{"accept below", voted, synod.Accept{Proposal: proposal(2, 9, "x")}, "to 1: 11 rejects 2.9, promised 3.2"},
		{"accept at", voted, synod.Accept{Proposal: proposal(3, 2, "x")}, "save 3.2 3.2=x; to 1: 11 accepted 3.2=x"},
		{"accept above", voted, synod.Accept{Proposal: proposal(4, 1, "x")}, "save 4.1 4.1=x; to 1: 11 accepted 4.1=x"},
		{"accept again", synod.State{Promised: ballot(3, 2), Accepted: proposal(3, 2, "x")},
			synod.Accept{Proposal: proposal(3, 2, "x")}, "save 3.2 3.2=x; to 1: 11 accepted 3.2=x"},

		{"not for acceptors", voted, promise(12, ballot(9, 9), nothing), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := &world{saved: test.state}
			a, err := synod.OpenAcceptor(11, w, w, 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Handle(1, test.m); err != nil {
				t.Fatal(err)
			}
			if got := w.took(); got != test.does {
				t.Errorf("does %q, want %q", got, test.does)
			}
			if a.State() != w.saved {
				t.Errorf("is in %v, and its store has %v", a.State(), w.saved)
			}
		})
	}
}

// An acceptor that cannot save neither answers nor changes its mind, and one that
// cannot load does not start.
func TestStoreFails(t *testing.T) {
	w := &world{saved: synod.State{Promised: ballot(1, 1)}}
	a, err := synod.OpenAcceptor(11, w, w, 0)
	if err != nil {
		t.Fatal(err)
	}
	before := a.State()
	w.full = true
	for _, m := range []synod.Message{synod.Prepare{Ballot: ballot(2, 1)}, synod.Accept{Proposal: proposal(2, 1, "x")}} {
		err := a.Handle(1, m)
		if err == nil || !strings.Contains(err.Error(), "acceptor 11: the disk is full") {
			t.Errorf("%v: error %v", m, err)
		}
		if got := w.took(); got != "" || a.State() != before {
			t.Errorf("%v: does %q and is in %v", m, got, a.State())
		}
	}
	if _, err := synod.OpenAcceptor(11, w, w, 0); err == nil || !strings.Contains(err.Error(), "loading") {
		t.Errorf("opened with error %v", err)
	}
	if _, err := synod.OpenAcceptor(11, &world{}, w, 1<<20); err == nil {
		t.Error("unknown bugs are taken")
	}
}

// Paxos2 forgets the vote with the first promise; Paxos3 makes promises that a
// restart forgets.
func TestAcceptorBugs(t *testing.T) {
	for _, test := range []struct {
		bugs      synod.Bugs
		second    string // the second promise
		remembers bool   // a restart does
	}{
		{0, "promises 3.2, has 1.1=x", true},
		{synod.Paxos2, "promises 3.2", true},
		{synod.Paxos3, "promises 3.2, has 1.1=x", false},
	} {
		w := &world{saved: synod.State{Promised: ballot(1, 1), Accepted: proposal(1, 1, "x")}}
		a, err := synod.OpenAcceptor(11, w, w, test.bugs)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Handle(2, synod.Prepare{Ballot: ballot(2, 2)}); err != nil {
			t.Fatal(err)
		}
		if got := w.took(); !strings.HasSuffix(got, "has 1.1=x") {
			t.Errorf("bugs %d: the first promise is %q", test.bugs, got)
		}
		if err := a.Handle(2, synod.Prepare{Ballot: ballot(3, 2)}); err != nil {
			t.Fatal(err)
		}
		if got := w.took(); !strings.HasSuffix(got, test.second) {
			t.Errorf("bugs %d: the second promise is %q", test.bugs, got)
		}
		a, err = synod.OpenAcceptor(11, w, w, test.bugs)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.State().Promised == ballot(3, 2); got != test.remembers {
			t.Errorf("bugs %d: the promise outlives a restart: %v", test.bugs, got)
		}
	}
}
