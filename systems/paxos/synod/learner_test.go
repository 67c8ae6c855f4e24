package synod_test

import (
	"testing"

	"github.com/ravelgo/ravel/systems/paxos/synod"
)

func TestLearner(t *testing.T) {
	x1, x2, y2 := proposal(1, 1, "x"), proposal(2, 1, "x"), proposal(2, 2, "y")
	tests := []struct {
		name  string
		votes []synod.Message
		want  synod.Value // "" for none
	}{
		{"one vote", []synod.Message{accepted(11, x1)}, ""},
		{"majority", []synod.Message{accepted(11, x1), accepted(13, x1)}, "x"},
		{"the same vote twice", []synod.Message{accepted(11, x1), accepted(11, x1)}, ""},
		{"votes for one value under two ballots", []synod.Message{accepted(11, x1), accepted(12, x2)}, ""},
		{"a higher ballot later", []synod.Message{accepted(11, x1), accepted(11, y2), accepted(12, y2)}, "y"},
		{"a lower ballot late", []synod.Message{accepted(11, x1), accepted(12, y2), accepted(12, x1)}, "x"},
		{"a stranger", []synod.Message{accepted(11, x1), accepted(14, x1)}, ""},
		{"other messages", []synod.Message{accepted(11, x1), synod.Accept{Proposal: x1}}, ""},
		{"votes after that", []synod.Message{accepted(11, x1), accepted(13, x1), accepted(12, y2), accepted(13, y2)}, "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := synod.NewLearner([]synod.NodeID{11, 12, 13})
			learned := 0
			for _, m := range test.votes {
				if l.Handle(m) {
					learned++
				}
			}
			v, ok := l.Chosen()
			if v != test.want || ok != (test.want != "") || ok != (learned == 1) {
				t.Errorf("chosen: %q, %v, learned %d times; want %q", v, ok, learned, test.want)
			}
		})
	}
}

func TestBallots(t *testing.T) {
	ordered := []synod.Ballot{{}, ballot(1, 1), ballot(1, 2), ballot(2, 1)}
	for i, a := range ordered {
		for j, b := range ordered {
			if got, want := a.Compare(b) < 0, i < j; got != want {
				t.Errorf("%v < %v: %v", a, b, got)
			}
			if (a.Compare(b) == 0) != (i == j) {
				t.Errorf("%v == %v", a, b)
			}
		}
		if a.IsZero() != (i == 0) {
			t.Errorf("%v: IsZero is %v", a, a.IsZero())
		}
	}
}
