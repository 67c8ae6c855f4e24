package schedule_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	. "github.com/ravelgo/ravel/schedule"
)

func TestFollow(t *testing.T) {
	for seed := range uint64(50) {
		r := random(int(seed), 5, seed)
		for name, f := range map[string]*Follower{"record": r.Follow(), "token": token(t, r).Follow()} {
			for i, c := range r.Choices {
				if f.Done() || f.Index() != i {
					t.Fatalf("%s: done = %v at %d of %d", name, f.Done(), f.Index(), len(r.Choices))
				}
				v, err := f.Next(c.Kind, c.N)
				if err != nil || v != c.Value {
					t.Fatalf("%s: choice %d: %d, %v, want %d", name, i, v, err, c.Value)
				}
				if err := f.Confirm(c.Op, c.Nth); err != nil {
					t.Fatal(err)
				}
			}
			if !f.Done() {
				t.Errorf("%s: not done after %d choices", name, len(r.Choices))
			}
			checkDiverged(t, name, next(f, Bool, 2), Diverged{First: len(r.Choices), Index: len(r.Choices), Exact: true, Ended: true},
				fmt.Sprintf("went on after the last of its %d", len(r.Choices)))
		}
	}
}

func next(f *Follower, k Kind, n int) error {
	_, err := f.Next(k, n)
	return err
}

func checkDiverged(t *testing.T, name string, err error, want Diverged, message string) {
	t.Helper()
	var d *Diverged
	if !errors.As(err, &d) || d.First != want.First || d.Index != want.Index || d.Exact != want.Exact || d.Ended != want.Ended ||
		!strings.Contains(err.Error(), message) {
		t.Errorf("%s: got %+v (%v), want %+v with %q", name, d, err, want, message)
	}
}

// follow takes the sample's first n choices, the one at index wrong with another N.
func follow(f *Follower, n, wrong int) (err error) {
	for i, c := range sample().Choices[:n] {
		if i == wrong {
			c.N++
		}
		if err = next(f, c.Kind, c.N); err != nil {
			return err
		}
	}
	return nil
}

func TestDiverged(t *testing.T) {
	tok := token(t, sample())
	tests := []struct {
		name    string
		err     error
		want    Diverged
		message string
	}{
		{"record", follow(sample().Follow(), 7, 1), Diverged{First: 1, Index: 1, Exact: true},
			"at choice 1: recorded is one of 2 operations (operation root moves), now it asked for one of 3 operations; the program has changed"},
		{"zeros of a token", follow(tok.Follow(), 7, 1), Diverged{First: 0, Index: 2}, "at one of the choices 0 to 2, at the latest"},
		{"deviation of a token", follow(tok.Follow(), 7, 3), Diverged{First: 3, Index: 3, Exact: true},
			"at choice 3: recorded is one of 3 operations, now it asked for one of 4 operations"},
	}
	for _, test := range tests {
		checkDiverged(t, test.name, test.err, test.want, test.message)
	}
	f := sample().Follow()
	if err := follow(f, 5, -1); err != nil {
		t.Fatal(err)
	}
	checkDiverged(t, "name", f.Confirm("0.3", 0), Diverged{First: 4, Index: 4, Exact: true},
		"recorded is a boolean (data choice 0 of operation 0.2), now it asked for a boolean (data choice 0 of operation 0.3)")
	if err := next(f, Int, 5); err != nil {
		t.Fatal(err)
	}
	checkDiverged(t, "kind", next(f, Bool, 2), Diverged{First: 6, Index: 6, Exact: true}, "recorded is an integer below 5 (data choice 2")

	one, err := NewToken("T", Settings{}, []Choice{{Bool, 2, 0}})
	if err != nil {
		t.Fatal(err)
	}
	checkDiverged(t, "one zero", next(one.Follow(), Int, 3), Diverged{}, "at choice 0, where it asked for an integer below 3")
}

// Nearly every difference within a run of zeros is found.
func TestZeroCheck(t *testing.T) {
	missed := 0
	const tries = 2000
	for seed := range uint64(tries) {
		r := random(20, 1000000, seed)
		f := token(t, r).Follow()
		found := false
		for i, c := range r.Choices {
			if i == int(seed%20) {
				c.N += 1 + int(seed%7)
			}
			found = found || next(f, c.Kind, c.N) != nil
		}
		if !found {
			missed++
		}
	}
	if missed > tries/100 {
		t.Errorf("%d of %d differences missed, want about one in 256", missed, tries)
	}
}
