package chainrep_test

import (
	"slices"
	"testing"

	. "github.com/ravelgo/ravel/systems/chain/chainrep"
)

func TestBugsAreValid(t *testing.T) {
	all := []Bugs{CR1, CR2, CR3, CR4, CR5, CR6, CR7, CR8, CR9, CR10, CRE, CRX, ForgetSent, NoDedupe, EagerHead, EagerJoin, AnswerTwice}
	for bit := range 32 {
		if b := Bugs(1) << bit; b.Valid() != slices.Contains(all, b) {
			t.Errorf("bit %d: Valid() = %v", bit, b.Valid())
		}
	}
}

// TestServerBugs shows what each defect of a server does, next to what the server
// does without it. In the tests of package chain the defects are found.
func TestServerBugs(t *testing.T) {
	acked := append(taken(2), step{in: Ack{2}, out: "s1:Ack{2}"})
	for name, test := range map[string]struct {
		bug     Bugs
		up      []step
		in      Message
		with    step
		without step
	}{
		"CR2":        {CR2, []step{tail}, forward("s0", 4, 1), step{out: "c:RespUpdate{1} s1:Ack{1}"}, step{}},
		"CR4":        {CR4, []step{head, {in: update(1), out: "s3:Forward{s2 0 1: x=1 of c#1}"}}, Update{"d", 1, "x", "9"}, step{out: "s3:Forward{s2 0 1: x=9 of d#1}"}, step{out: "s3:Forward{s2 0 2: x=9 of d#1}"}},
		"CR7":        {CR7, acked, NewPred{"s0", 1}, step{out: "m:SuccInfo{s2 0 0 1}"}, step{out: "m:SuccInfo{s2 2 2 1}"}},
		"CR8":        {CR8, []step{tail}, NewPred{"s0", 1}, step{}, step{out: "m:SuccInfo{s2 0 0 1}"}},
		"CR9":        {CR9, taken(1), NewSucc{"s4", 0, 0, 5}, step{out: "m:SuccFixed{s2 5}"}, step{out: "s4:Forward{s2 5 1: x=1 of c#1} m:SuccFixed{s2 5}"}},
		"CRE":        {CRE, []step{tail}, forward("s1", 4, 1), step{out: "c:RespUpdate{1} s1:Ack{1}"}, step{}},
		"NoDedupe":   {NoDedupe, []step{alone, {in: update(1), out: "c:RespUpdate{1}"}}, update(1), step{out: "c:RespUpdate{1}"}, step{out: "c:RespUpdate{1}"}},
		"EagerHead":  {EagerHead, []step{head}, update(1), step{out: "c:RespUpdate{1} s3:Forward{s2 0 1: x=1 of c#1}"}, step{out: "s3:Forward{s2 0 1: x=1 of c#1}"}},
		"ForgetSent": {ForgetSent, taken(1), BecomeTail{1}, step{out: "m:TailChanged{s2 1}"}, step{out: "c:RespUpdate{1} s1:Ack{1} m:TailChanged{s2 1}"}},
	} {
		t.Run(name, func(t *testing.T) {
			for bug, last := range map[Bugs]step{test.bug: test.with, 0: test.without} {
				s := server(ServerConfig{Compact: 2, Bugs: bug})
				last.in = test.in
				play(t, serve(s), append(slices.Clip(test.up), last))
				if name == "NoDedupe" {
					if applied := s.Last(); applied == 2 != (bug != 0) {
						t.Errorf("bugs %#x: %d entries of one request", bug, applied)
					}
				}
			}
		})
	}
}

// CR3 panics: it cuts off more than there is.
func TestCR3(t *testing.T) {
	s := server(ServerConfig{Bugs: CR3})
	play(t, serve(s), append(taken(2), step{in: NewSucc{"s4", 2, 1, 5}, out: "s1:Ack{1} m:SuccFixed{s2 5}"}))
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	s.Handle(NewSucc{"s4", 2, 0, 6})
}

// CR10 leaves the head without what it passes on.
func TestCR10(t *testing.T) {
	for _, bug := range []Bugs{0, CR10} {
		s := server(ServerConfig{Bugs: bug})
		play(t, serve(s), []step{head, {in: update(1), out: "s3:Forward{s2 0 1: x=1 of c#1}"}})
		if _, ok := s.Value("x"); ok != (bug == 0) {
			t.Errorf("bugs %#x: the head has applied the update: %v", bug, ok)
		}
	}
}

// CR5 is a client that does not expect news.
func TestCR5(t *testing.T) {
	c := NewClient(ClientConfig{ID: "c", Bugs: CR5})
	c.Do(Op{Key: "x"})
	c.Handle(HeadTail{"s1", "s2", 1})
	if _, _, err := c.Handle(HeadTail{"s2", "s2", 2}); err == nil {
		t.Error("the client has taken the news")
	}
}

// TestMasterBugs shows what the defects of the master do.
func TestMasterBugs(t *testing.T) {
	for name, test := range map[string]struct {
		bug    Bugs
		script []step
		left   []NodeID
	}{
		"CR1: a suspect is not fenced": {CR1,
			append(slices.Clip(upToStable), step{in: suspect("s4"), out: "s3:BecomeTail{1}"}),
			[]NodeID{"s1", "s2", "s3"}},
		"CR6: the place of s3 is that of s4 when s1 has left": {CR6,
			append(slices.Clip(upToStable),
				step{in: dead("s3"), out: "s4:NewPred{s2 1}"},
				step{in: dead("s1"), out: "s2:BecomeHead{2}"},
				step{in: HeadChanged{"s2", 2}, out: "s3:BecomeTail{2}"}),
			[]NodeID{"s2", "s3"}},
		"CR6: without another failure nothing is wrong": {CR6,
			append(slices.Clip(upToStable),
				step{in: dead("s3"), out: "s4:NewPred{s2 1}"},
				step{in: SuccInfo{"s4", 0, 0, 1}, out: "s2:NewSucc{s4 0 0 1}"},
				step{in: SuccFixed{"s2", 1}, out: "c:HeadTail{s1 s4 1} d:FaultCorrected{[s1 s2 s4]}"}),
			[]NodeID{"s1", "s2", "s4"}},
		"CRX: the report waits, and the answer never comes": {CRX,
			append(slices.Clip(upToInfo), step{in: dead("s3")}),
			[]NodeID{"s1", "s3", "s4"}},
		"CRX: of another server it waits until the link is made": {CRX,
			append(slices.Clip(upToFixed),
				step{in: dead("s4")},
				step{in: SuccFixed{"s1", 1}, out: "c:HeadTail{s1 s4 1} d:FaultCorrected{[s1 s3 s4]} s3:BecomeTail{2}"}),
			[]NodeID{"s1", "s3"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMaster(t, test.bug)
			play(t, m.Handle, test.script)
			if got := m.Servers(); !slices.Equal(got, test.left) {
				t.Errorf("the chain is %v, want %v", got, test.left)
			}
		})
	}
}
