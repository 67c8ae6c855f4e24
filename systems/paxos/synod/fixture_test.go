package synod_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// world records what a core does: sends, saves, and resets and stops of its timer.
type world struct {
	did   []string
	saved synod.State
	full  bool // the store is
}

func (w *world) Send(to synod.NodeID, m synod.Message) {
	w.did = append(w.did, fmt.Sprintf("to %d: %v", to, m))
}

func (w *world) Load() (synod.State, error) { return w.saved, w.err() }

func (w *world) Save(s synod.State) error {
	if w.full {
		return w.err()
	}
	w.saved = s
	w.did = append(w.did, fmt.Sprintf("save %v %v", s.Promised, s.Accepted))
	return nil
}

func (w *world) err() error {
	if w.full {
		return fmt.Errorf("the disk is full")
	}
	return nil
}

func (w *world) Reset() { w.did = append(w.did, "arm") }
func (w *world) Stop()  { w.did = append(w.did, "stop") }

// took returns what was done since the last call. What goes to the acceptors 11, 12
// and 13 alike is told once, as "to all".
func (w *world) took() string {
	text := strings.Join(w.did, "; ")
	w.did = nil
	for _, m := range strings.Split(text, "; ") {
		if what, ok := strings.CutPrefix(m, "to 11: "); ok {
			text = strings.Replace(text, "to 11: "+what+"; to 12: "+what+"; to 13: "+what, "to all: "+what, 1)
		}
	}
	return text
}

func ballot(round uint64, proposer synod.NodeID) synod.Ballot {
	return synod.Ballot{Round: round, Proposer: proposer}
}

func proposal(round uint64, proposer synod.NodeID, v synod.Value) synod.Proposal {
	return synod.Proposal{Ballot: ballot(round, proposer), Value: v}
}

func promise(from synod.NodeID, b synod.Ballot, accepted synod.Proposal) synod.Promise {
	return synod.Promise{From: from, Ballot: b, Accepted: accepted}
}

func accepted(from synod.NodeID, p synod.Proposal) synod.Accepted {
	return synod.Accepted{From: from, Proposal: p}
}

func reject(from synod.NodeID, b, promised synod.Ballot) synod.Reject {
	return synod.Reject{From: from, Ballot: b, Promised: promised}
}

var nothing synod.Proposal

// newProposer returns proposer 1 of the acceptors 11, 12 and 13.
func newProposer(t *testing.T, change func(*synod.Config)) (*synod.Proposer, *world) {
	t.Helper()
	cfg := synod.Config{ID: 1, Acceptors: []synod.NodeID{11, 12, 13}}
	if change != nil {
		change(&cfg)
	}
	w := &world{}
	p, err := synod.NewProposer(cfg, w, w)
	if err != nil {
		t.Fatal(err)
	}
	return p, w
}
