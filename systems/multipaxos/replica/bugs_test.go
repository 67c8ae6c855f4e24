package replica_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/multipaxos/replica"
)

// Each bug does in its situation what the correct node does not.
func TestBugs(t *testing.T) {
	tests := []struct {
		name           string
		bug            replica.Bugs
		path           []event // the last event is the one
		correct, buggy string  // what it does
	}{
		{"MultiPaxos1, after success", replica.MultiPaxos1, after(done, reject(0, 3, 1, ballot(1, 2))),
			"", "error"},
		{"MultiPaxos1, for the slot before", replica.MultiPaxos1, after(done, submit(2), reject(0, 3, 1, ballot(1, 2))),
			"", ""},
		{"MultiPaxos1, after it was deposed", replica.MultiPaxos1, after(phase1, leader(2), reject(0, 3, 1, ballot(1, 2))),
			"", ""},
		{"MultiPaxos2", replica.MultiPaxos2, after(follower, accept(0, proposal(1, 2, "v")), prepare(0, 2, 2), prepare(0, 3, 3)),
			"save slot 0 3.3 1.2=v; to 3: slot 0: 1 promises 3.3, has 1.2=v",
			"save slot 0 3.3 nothing; to 3: slot 0: 1 promises 3.3"},
		{"MultiPaxos3", replica.MultiPaxos3, after(done, submit(2)),
			"arm; save slot 1 1.1 nothing; to others: slot 1: prepare 1.1",
			"arm; save slot 1 1.1 1.1=c/2/x; to others: slot 1: accept 1.1=c/2/x"},
		{"MultiPaxos3, when it has lost the lead", replica.MultiPaxos3, after(done, leader(2), leader(1), submit(2)),
			"arm; save slot 1 1.1 nothing; to others: slot 1: prepare 1.1",
			"arm; save slot 1 1.1 nothing; to others: slot 1: prepare 1.1"},
		{"ApplyTwice", replica.ApplyTwice, after(follower, chosen(2, 0, value(1)), chosen(2, 1, value(1))),
			"", "apply c/1/x"},
		{"AnswerEarly", replica.AnswerEarly, after(phase1, promise(0, 2, 1, nothing)),
			"arm; save slot 0 1.1 1.1=c/1/x; to others: slot 0: accept 1.1=c/1/x",
			"arm; save slot 0 1.1 1.1=c/1/x; apply c/1/x; reply c/1=1; to others: slot 0: accept 1.1=c/1/x"},
	}
	for _, test := range tests {
		for _, bugs := range []replica.Bugs{0, test.bug} {
			want := test.correct
			if bugs != 0 {
				want = test.buggy
			}
			w := &world{}
			n := open(t, w, bugs)
			var err error
			for _, e := range test.path {
				w.took()
				if err != nil {
					t.Fatalf("%s: %v", test.name, err)
				}
				err = e.do(n)
			}
			got := w.took()
			if err != nil {
				got = "error"
				if e := new(replica.UnexpectedError); !errors.As(err, &e) || !strings.Contains(err.Error(), "does not expect") {
					t.Errorf("%s: %v", test.name, err)
				}
			}
			if got != want {
				t.Errorf("%s, bugs %d: %q, want %q", test.name, bugs, got, want)
			}
		}
	}
}
