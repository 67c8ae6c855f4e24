package bank_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

func branch(t *testing.T, bugs bank.Bugs) *bank.Branch {
	t.Helper()
	b, err := bank.NewBranch(map[string]int64{"a": 2}, bugs)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// apply applies operations in turn, and returns the result of the last one.
func apply(b *bank.Branch, ops ...string) (result string) {
	for i, op := range ops {
		result = b.Apply(rsm.Command{Client: "k", OpID: uint64(1 + i), Op: op})
	}
	return result
}

// TestBranch has what a branch answers, and whether it was asked for what it may be asked for.
func TestBranch(t *testing.T) {
	for name, test := range map[string]struct {
		ops  string // separated by semicolons
		want string
		err  string // "": it was
	}{
		"the balance":             {"read 0 a +0", "1 read 0 yes 2", ""},
		"no such account":         {"read 0 b +0", "1 read 0 yes 0", ""},
		"enough":                  {"prepare 1 a -2", "1 prepare 1 yes 2", ""},
		"too little":              {"prepare 1 a -3", "1 prepare 1 no 2", ""},
		"nothing to put it on":    {"prepare 1 b +1", "1 prepare 1 no 0", ""},
		"asked again":             {"prepare 1 a -2;prepare 1 a -2", "2 prepare 1 yes 2", ""},
		"committed":               {"prepare 1 a -2;commit 1 a -2", "2 commit 1 yes 0", ""},
		"aborted":                 {"prepare 1 a -2;abort 1 a -2", "2 abort 1 yes 2", ""},
		"aborted and never heard": {"abort 1 a -2", "1 abort 1 yes 2", ""},
		"the next one":            {"prepare 1 a -3;prepare 2 a +1;commit 2 a +1", "3 commit 2 yes 3", ""},
		// A group applies each operation once. If it does not, the branch does not notice.
		"committed twice": {"prepare 1 a -1;commit 1 a -1;commit 1 a -1", "3 commit 1 yes 0", ""},

		"never voted":    {"commit 1 a -1", "1 commit 1 no 2", "has not voted for it"},
		"voted no":       {"prepare 1 a -3;commit 1 a -3", "2 commit 1 no 2", "has not voted for it"},
		"still prepared": {"prepare 1 a -1;prepare 2 a -1", "2 prepare 2 no 2", "prepared and undecided"},
		"not this one":   {"prepare 1 a -1;abort 2 a -1", "2 abort 2 no 2", "prepared and undecided"},
		"no operation":   {"prepare", "", "is no operation"},
	} {
		t.Run(name, func(t *testing.T) {
			b := branch(t, 0)
			if got := apply(b, strings.Split(test.ops, ";")...); got != test.want && test.want != "" {
				t.Errorf("%s, want %s", got, test.want)
			}
			switch err := b.Err(); {
			case test.err == "" && err != nil:
				t.Error(err)
			case test.err != "" && (!errors.Is(err, bank.ErrInvariant) || !strings.Contains(err.Error(), test.err)):
				t.Errorf("%v, want %q", err, test.err)
			}
		})
	}
	if got := apply(branch(t, bank.KeepChange), "prepare 1 a +2", "commit 1 a +2"); got != "2 commit 1 yes 3" {
		t.Error(got)
	}
	if _, err := bank.NewBranch(nil, 1<<7); err == nil {
		t.Error("unknown bugs are taken")
	}
	if b := branch(t, 0); b.Balance("a") != 2 {
		t.Error(b.Balance("a"))
	}
}

// Branches that have applied the same answer the same, whatever they are asked for.
func FuzzBranch(f *testing.F) {
	f.Add("prepare 1 a -1;commit 1 a -1;read 0 a +0")
	f.Fuzz(func(t *testing.T, text string) {
		ops := strings.Split(text, ";")
		x, y := branch(t, 0), branch(t, 0)
		for i := range ops {
			c := rsm.Command{Client: "k", OpID: uint64(1 + i), Op: ops[i]}
			r := x.Apply(c)
			if other := y.Apply(c); other != r {
				t.Fatalf("%q: %s and %s", ops[i], r, other)
			}
			if x.Err() != nil {
				return
			}
			if result, err := bank.DecodeResult(r); err != nil || result.Place != uint64(1+i) {
				t.Errorf("%q: %s, %v", ops[i], r, err)
			}
		}
	})
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]string{
		"":                "0 words",
		"prepare 1 a":     "3 words",
		"prepare 1 a b 1": "5 words",
		"prepare 1  1":    "3 words",
		"prepared 1 a 1":  `"prepared" is not one of prepare, commit, abort, read`,
		" 1 a 1":          `"" is not one of`,
		"prepare -1 a 1":  "invalid syntax",
		"prepare 1 a x":   "invalid syntax",
	} {
		if _, err := bank.DecodeOp(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                    "0 words",
		"1 prepare 1 maybe 1": "want place, kind",
		"x prepare 1 yes 1":   "invalid syntax",
		"1 x 1 yes 1":         "is not one of",
		"1 prepare x yes 1":   "invalid syntax",
		"1 prepare 1 yes x":   "invalid syntax",
	} {
		if _, err := bank.DecodeResult(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for got, want := range map[string]string{
		bank.Kind(9).String():                "Kind(9)",
		(bank.TMS1 | bank.NoRetry).String():  "TMS1|NoRetry",
		bank.Bugs(1 << 7).String():           "Bugs(0x80)",
		fmt.Sprint(bank.Idle, bank.Deciding): "Idle Deciding",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What is decoded is encoded to what decodes to the same.
func FuzzDecode(f *testing.F) {
	f.Add("prepare 1 a -1")
	f.Add("1 prepare 1 yes 2")
	f.Fuzz(func(t *testing.T, text string) {
		if op, err := bank.DecodeOp(text); err == nil {
			if again, err := bank.DecodeOp(op.String()); again != op || err != nil {
				t.Errorf("%q is %v, and then %v, %v", text, op, again, err)
			}
		}
		if r, err := bank.DecodeResult(text); err == nil {
			if again, err := bank.DecodeResult(r.String()); again != r || err != nil {
				t.Errorf("%q is %v, and then %v, %v", text, r, again, err)
			}
		}
	})
}
