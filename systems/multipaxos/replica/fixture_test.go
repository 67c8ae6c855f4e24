package replica_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// world records what node 1 of the nodes 1, 2 and 3 does, and keeps its store.
type world struct {
	did    []string
	states map[replica.Slot]synod.State
	length int
	full   bool // the store is
}

var errFull = errors.New("the disk is full")

func (w *world) note(format string, args ...any) { w.did = append(w.did, fmt.Sprintf(format, args...)) }

func (w *world) Send(to synod.NodeID, m replica.Message) { w.note("to %d: %v", to, m) }
func (w *world) Reply(r rsm.Response)                    { w.note("reply %v", r) }
func (w *world) Reset()                                  { w.note("arm") }
func (w *world) Stop()                                   { w.note("stop") }

func (w *world) Apply(c rsm.Command) string {
	w.note("apply %v", c)
	w.length++
	return fmt.Sprint(w.length)
}

func (w *world) Load() (map[replica.Slot]synod.State, error) {
	if w.full {
		return nil, errFull
	}
	return maps.Clone(w.states), nil
}

func (w *world) Save(s replica.Slot, state synod.State) error {
	if w.full {
		return errFull
	}
	if w.states == nil {
		w.states = map[replica.Slot]synod.State{}
	}
	w.states[s] = state
	w.note("save slot %d %v %v", s, state.Promised, state.Accepted)
	return nil
}

// took returns what was done since the last call. What goes to 2 and 3 alike is told
// once, as "to others".
func (w *world) took() string {
	text := strings.Join(w.did, "; ")
	for _, d := range w.did {
		if what, ok := strings.CutPrefix(d, "to 2: "); ok {
			text = strings.Replace(text, "to 2: "+what+"; to 3: "+what, "to others: "+what, 1)
		}
	}
	w.did = nil
	return text
}

func open(t *testing.T, w *world, bugs replica.Bugs) *replica.Node {
	t.Helper()
	n, err := replica.Open(replica.Config{ID: 1, Nodes: []synod.NodeID{1, 2, 3}, Rounds: 2, Bugs: bugs},
		replica.Ports{Network: w, Store: w, Timer: w, Clients: w, Machine: w})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// event is something that happens to a node.
type event struct {
	name string
	do   func(*replica.Node) error
}

func from(id synod.NodeID, m replica.Message) event {
	return event{fmt.Sprint(m), func(n *replica.Node) error { return n.Handle(id, m) }}
}

func leader(id synod.NodeID) event {
	return event{fmt.Sprintf("%d leads", id), func(n *replica.Node) error { return n.Lead(id) }}
}

func submit(op uint64) event {
	return event{"submit " + command(op).String(), func(n *replica.Node) error { return n.Submit(command(op)) }}
}

var timeout = event{"timeout", (*replica.Node).Timeout}

func command(op uint64) rsm.Command { return rsm.Command{Client: "c", OpID: op, Op: "x"} }

func value(op uint64) synod.Value { return synod.Value(command(op).Encode()) }

func ballot(round uint64, proposer synod.NodeID) synod.Ballot {
	return synod.Ballot{Round: round, Proposer: proposer}
}

func proposal(round uint64, proposer synod.NodeID, v synod.Value) synod.Proposal {
	return synod.Proposal{Ballot: ballot(round, proposer), Value: v}
}

var nothing synod.Proposal

// The messages of the consensus on a slot.

func prepare(s replica.Slot, round uint64, by synod.NodeID) event {
	return from(by, replica.Instance{Slot: s, Msg: synod.Prepare{Ballot: ballot(round, by)}})
}

func accept(s replica.Slot, p synod.Proposal) event {
	return from(p.Ballot.Proposer, replica.Instance{Slot: s, Msg: synod.Accept{Proposal: p}})
}

func promise(s replica.Slot, by synod.NodeID, round uint64, accepted synod.Proposal) event {
	return from(by, replica.Instance{Slot: s, Msg: synod.Promise{From: by, Ballot: ballot(round, 1), Accepted: accepted}})
}

func accepted(s replica.Slot, by synod.NodeID, p synod.Proposal) event {
	return from(by, replica.Instance{Slot: s, Msg: synod.Accepted{From: by, Proposal: p}})
}

func reject(s replica.Slot, by synod.NodeID, round uint64, promised synod.Ballot) event {
	return from(by, replica.Instance{Slot: s, Msg: synod.Reject{From: by, Ballot: ballot(round, 1), Promised: promised}})
}

func chosen(by synod.NodeID, s replica.Slot, v synod.Value) event {
	return from(by, replica.Chosen{Slot: s, Value: v})
}

// after is a path that goes on.
func after(path []event, more ...event) []event {
	return append(append([]event(nil), path...), more...)
}
