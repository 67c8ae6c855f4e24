package chainrep_test

import (
	"fmt"
	"slices"
	"testing"

	. "github.com/ravelgo/ravel/systems/chain/chainrep"
)

func newMaster(t *testing.T, bugs Bugs) *Master {
	t.Helper()
	m, err := NewMaster(MasterConfig{ID: "m", Servers: []NodeID{"s1", "s2", "s3", "s4"}, Clients: []NodeID{"c"}, Detector: "d", Bugs: bugs})
	if err != nil {
		t.Fatal(err)
	}
	want := "s1:Config{ s2 0} s2:Config{s1 s3 0} s3:Config{s2 s4 0} s4:Config{s3  0}"
	if got := text(m.Start()); got != want {
		t.Fatalf("at the start: %s, want %s", got, want)
	}
	return m
}

func dead(s NodeID) FaultDetected    { return FaultDetected{s, true} }
func suspect(s NodeID) FaultDetected { return FaultDetected{s, false} }

// up to a state, from the start of the chain s1, s2, s3, s4.
var (
	upToStable = []step{
		{in: Configured{"s1", 0}}, {in: Configured{"s2", 0}}, {in: Configured{"s3", 0}},
		{in: Configured{"s4", 0}, out: "c:HeadTail{s1 s4 0} d:FaultCorrected{[s1 s2 s3 s4]}"},
	}
	upToHead  = append(slices.Clip(upToStable), step{in: dead("s1"), out: "s2:BecomeHead{1}"})
	upToTail  = append(slices.Clip(upToStable), step{in: dead("s4"), out: "s3:BecomeTail{1}"})
	upToInfo  = append(slices.Clip(upToStable), step{in: dead("s2"), out: "s3:NewPred{s1 1}"})
	upToFixed = append(slices.Clip(upToInfo), step{in: SuccInfo{"s3", 7, 5, 1}, out: "s1:NewSucc{s3 7 5 1}"})
	upToFence = append(slices.Clip(upToStable), step{in: suspect("s4"), out: "s4:Fence{1}"})
	upToDead  = append(slices.Clip(upToHead),
		step{in: dead("s4"), out: "s2:BecomeHead{2}"}, step{in: dead("s2"), out: "s3:BecomeHead{3}"}, step{in: dead("s3")})
)

// TestMaster is the master's transition table: in each state each message, of the
// present epoch and of an older one. What is not listed must be dropped.
func TestMaster(t *testing.T) {
	type do struct {
		out  string
		next MasterState
	}
	states := []struct {
		state MasterState
		up    []step
		epoch uint64
		does  map[Message]do
	}{
		{Configuring, nil, 0, map[Message]do{
			Configured{"s1", 0}: {"", Configuring},
			dead("s1"):          {"s2:Config{ s3 1} s3:Config{s2 s4 1} s4:Config{s3  1}", Configuring},
			dead("s2"):          {"s1:Config{ s3 1} s3:Config{s1 s4 1} s4:Config{s3  1}", Configuring},
			dead("s4"):          {"s1:Config{ s2 1} s2:Config{s1 s3 1} s3:Config{s2  1}", Configuring},
			suspect("s4"):       {"s4:Fence{1}", AwaitFence},
		}},
		{Stable, upToStable, 0, map[Message]do{
			dead("s1"):    {"s2:BecomeHead{1}", AwaitHead},
			dead("s2"):    {"s3:NewPred{s1 1}", AwaitInfo},
			dead("s4"):    {"s3:BecomeTail{1}", AwaitTail},
			suspect("s4"): {"s4:Fence{1}", AwaitFence},
		}},
		{AwaitHead, upToHead, 1, map[Message]do{
			HeadChanged{"s2", 1}: {"c:HeadTail{s2 s4 1} d:FaultCorrected{[s2 s3 s4]}", Stable},
			dead("s2"):           {"s3:BecomeHead{2}", AwaitHead},
			dead("s4"):           {"s2:BecomeHead{2}", AwaitHead},
			suspect("s4"):        {"s4:Fence{2}", AwaitFence},
		}},
		{AwaitTail, upToTail, 1, map[Message]do{
			TailChanged{"s3", 1}: {"c:HeadTail{s1 s3 1} d:FaultCorrected{[s1 s2 s3]}", Stable},
			dead("s1"):           {"s2:BecomeHead{2}", AwaitHead},
			dead("s2"):           {"s3:BecomeTail{2}", AwaitTail},
		}},
		{AwaitInfo, upToInfo, 1, map[Message]do{
			SuccInfo{"s3", 7, 5, 1}: {"s1:NewSucc{s3 7 5 1}", AwaitFixed},
			dead("s1"):              {"s3:BecomeHead{2}", AwaitHead},
			dead("s4"):              {"s3:BecomeTail{2}", AwaitTail},
			suspect("s4"):           {"s4:Fence{2}", AwaitFence},
		}},
		{AwaitFixed, upToFixed, 1, map[Message]do{
			SuccFixed{"s1", 1}: {"c:HeadTail{s1 s4 1} d:FaultCorrected{[s1 s3 s4]}", Stable},
			dead("s1"):         {"s3:BecomeHead{2}", AwaitHead},
			dead("s4"):         {"s3:BecomeTail{2}", AwaitTail},
			suspect("s4"):      {"s4:Fence{2}", AwaitFence},
		}},
		{AwaitFence, upToFence, 1, map[Message]do{
			FenceAck{"s4", 1}: {"s3:BecomeTail{1}", AwaitTail},
			FenceAck{"s4", 0}: {"s3:BecomeTail{1}", AwaitTail}, // a fence is for ever, whichever epoch asked for it
			dead("s4"):        {"s3:BecomeTail{1}", AwaitTail}, // dead is as good as fenced
			dead("s1"):        {"s4:Fence{2}", AwaitFence},
			dead("s2"):        {"s4:Fence{2}", AwaitFence},
		}},
		{Dead, upToDead, 4, nil},
	}
	for _, at := range states {
		for _, old := range []uint64{0, 1} {
			if old > at.epoch {
				continue
			}
			e := at.epoch - old
			for _, in := range []Message{
				dead("s1"), dead("s2"), dead("s4"), suspect("s4"), Configured{"s1", e}, HeadChanged{"s2", e},
				TailChanged{"s3", e}, SuccInfo{"s3", 7, 5, e}, SuccFixed{"s1", e}, FenceAck{"s4", e},
			} {
				t.Run(fmt.Sprintf("%v %T%v", at.state, in, in), func(t *testing.T) {
					m := newMaster(t, 0)
					play(t, m.Handle, at.up)
					if m.State() != at.state || m.Epoch() != at.epoch {
						t.Fatalf("in state %v, epoch %d", m.State(), m.Epoch())
					}
					want, ok := at.does[in]
					if !ok {
						want.next = at.state
					}
					play(t, m.Handle, []step{{in: in, out: want.out}})
					if m.State() != want.next {
						t.Errorf("goes to %v, want %v", m.State(), want.next)
					}
				})
			}
		}
	}
}

// TestMasterStories are reconfigurations that are interrupted.
func TestMasterStories(t *testing.T) {
	for name, script := range map[string][]step{
		"the neighbour fails as well: the pair around both is linked": append(slices.Clip(upToInfo),
			step{in: dead("s3"), out: "s4:NewPred{s1 2}"},
			step{in: SuccInfo{"s3", 1, 1, 1}},
			step{in: SuccInfo{"s4", 1, 0, 2}, out: "s1:NewSucc{s4 1 0 2}"},
			step{in: SuccFixed{"s1", 2}, out: "c:HeadTail{s1 s4 2} d:FaultCorrected{[s1 s4]}"}),
		"what was confirmed of survivors stays confirmed": append(slices.Clip(upToHead),
			step{in: HeadChanged{"s2", 1}, out: "c:HeadTail{s2 s4 1} d:FaultCorrected{[s2 s3 s4]}"},
			step{in: dead("s4"), out: "s3:BecomeTail{2}"},
			step{in: TailChanged{"s3", 2}, out: "c:HeadTail{s2 s3 2} d:FaultCorrected{[s2 s3]}"}),
		"a link that was not confirmed is made again": append(slices.Clip(upToFixed),
			step{in: dead("s4"), out: "s3:BecomeTail{2}"},
			step{in: SuccFixed{"s1", 1}},
			step{in: TailChanged{"s3", 2}, out: "s3:NewPred{s1 2}"},
			step{in: SuccInfo{"s3", 7, 5, 2}, out: "s1:NewSucc{s3 7 5 2}"},
			step{in: SuccFixed{"s1", 2}, out: "c:HeadTail{s1 s3 2} d:FaultCorrected{[s1 s3]}"}),
		"the last one is head and tail, and is never suspected": append(slices.Clip(upToTail),
			step{in: dead("s3"), out: "s2:BecomeTail{2}"},
			step{in: dead("s1"), out: "s2:BecomeHead{3}"},
			step{in: HeadChanged{"s2", 3}, out: "s2:BecomeTail{3}"},
			step{in: suspect("s2")},
			step{in: TailChanged{"s2", 3}, out: "c:HeadTail{s2 s2 3} d:FaultCorrected{[s2]}"}),
		"suspects are fenced one after the other": append(slices.Clip(upToFence),
			step{in: suspect("s1"), out: "s4:Fence{2}"},
			step{in: FenceAck{"s1", 2}},
			step{in: FenceAck{"s4", 1}, out: "s2:BecomeHead{2}"}),
		"a stranger has not failed":      append(slices.Clip(upToStable), step{in: dead("s9")}),
		"what is for others is an error": append(slices.Clip(upToStable), step{in: Ack{1}, fail: ErrUnexpected}),
	} {
		t.Run(name, func(t *testing.T) { play(t, newMaster(t, 0).Handle, script) })
	}
}

func TestBadMasters(t *testing.T) {
	for _, servers := range [][]NodeID{nil, {"s1", "s2", "s1"}} {
		if _, err := NewMaster(MasterConfig{Servers: servers}); err == nil {
			t.Errorf("a master of %v", servers)
		}
	}
}
