package txn_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/twophase/txn"
)

func w(value string) txn.Write { return txn.Write{Key: "k", Value: value} }

// do makes a call that is written as its name and a transaction: p3 prepares, c3 commits, a3 aborts. It returns the
// result in words.
func do(p *txn.Participant, call string) string {
	var tx txn.Tx
	if _, err := fmt.Sscanf(call[1:], "%d", &tx); err != nil {
		panic(err)
	}
	var result any
	var err error
	switch call[0] {
	case 'p':
		result, err = p.Prepare(tx, w(fmt.Sprint("v", tx)))
	case 'c':
		result, err = p.Commit(tx)
	case 'a':
		result, err = p.Abort(tx)
	}
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(result)
}

func open(t *testing.T, f txn.File, j txn.Judge, b txn.Bugs) *txn.Participant {
	t.Helper()
	p, err := txn.Open(f, j, b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The table of the participant: what each call does in each state. The state is that after the calls of setup, and the
// same after a crash. Transactions 5 and 7 are accepted.
func TestTable(t *testing.T) {
	const (
		yes, no, silent = "yes", "no", "silent"
		changed, known  = "true", "false"
		unvoted         = "this participant has not voted for it"
		undecided       = "transaction 5 is prepared and undecided"
	)
	for _, test := range []struct {
		state, setup string
		want         map[string]string
	}{
		{"new", "", map[string]string{
			"p5": yes, "p6": no, "c5": unvoted, "a5": changed, "c0": unvoted, "a0": known, "p0": silent}},
		{"prepared", "p5", map[string]string{
			"p4": undecided, "p5": yes, "p6": undecided, "c4": unvoted, "c5": changed, "c6": unvoted, "a4": undecided, "a5": changed, "a6": undecided}},
		{"refused", "p6", map[string]string{
			"p6": no, "p7": yes, "p8": no, "c6": unvoted, "c7": unvoted, "a6": changed, "a7": changed}},
		{"committed", "p5 c5", map[string]string{
			"p4": silent, "p5": silent, "p6": no, "p7": yes, "c4": known, "c5": known, "c6": unvoted, "a4": known, "a5": known, "a6": changed}},
		{"aborted", "p5 a5", map[string]string{
			"p5": silent, "p6": no, "p7": yes, "c4": known, "c5": "it is aborted here", "c6": unvoted, "a5": known, "a6": changed}},
		{"refused and aborted", "p6 a6", map[string]string{
			"p6": silent, "c6": "it is aborted here", "a6": known, "p7": yes, "p8": no}},
		{"aborted unheard of", "a5", map[string]string{
			"p5": silent, "c5": "it is aborted here", "a5": known, "p7": yes}},
		{"prepared behind a committed one", "p5 c5 p7", map[string]string{
			"p5": silent, "c5": known, "a5": known, "p7": yes, "p8": "transaction 7 is prepared", "c7": changed, "a7": changed}},
		{"refused behind a committed one", "p5 c5 p6", map[string]string{
			"p5": silent, "p6": no, "p7": yes, "c5": known, "a6": changed}},
	} {
		for call, want := range test.want {
			for _, crashed := range []bool{false, true} {
				f := &memFile{}
				p := open(t, f, opinion{5: true, 7: true}, 0)
				for _, before := range strings.Fields(test.setup) {
					do(p, before)
				}
				if crashed {
					f = f.crash(0)
					p = open(t, f, opinion{5: true, 7: true}, 0)
				}
				got := do(p, call)
				if got != want && !(len(want) > 7 && strings.Contains(got, want)) {
					t.Errorf("%s (after a crash: %v): %s is %q, want %q", test.state, crashed, call, got, want)
				}
				if f.synced != len(f.data) {
					t.Errorf("%s: %s answers before the log is synced", test.state, call)
				}
			}
		}
	}
}

// What is committed is read, and nothing else, also after a crash.
func TestRead(t *testing.T) {
	for calls, want := range map[string]string{
		"":              "",
		"p5":            "",
		"p5 c5":         "v5",
		"p5 a5":         "",
		"p5 c5 p7":      "v5",
		"p5 c5 p7 a7":   "v5",
		"p5 c5 p7 c7":   "v7",
		"p5 c5 p6 a6":   "v5",
		"p5 c5 c5 a5":   "v5",
		"a5 p7 c7 p7":   "v7",
		"p5 c5 p5 a4":   "v5",
		"p6 p6 a6 p7":   "",
		"p6 p7 c7 p9 a": "v7",
	} {
		f := &memFile{}
		p := open(t, f, opinion{5: true, 7: true}, 0)
		for _, call := range strings.Fields(strings.TrimSuffix(calls, " a")) {
			do(p, call)
		}
		for what, p := range map[string]*txn.Participant{"": p, " after a crash": open(t, f.crash(0), opinion{}, 0)} {
			got, found := p.Read("k")
			if got != want || found != (want != "") {
				t.Errorf("after %q%s: %q, %v, want %q", calls, what, got, found, want)
			}
			if _, found := p.Read("another"); found {
				t.Errorf("after %q%s another key has a value", calls, what)
			}
		}
	}
}

// A participant that crashes now and then answers as one that does not: every answer that it has given holds.
func TestCrashesDoNotShow(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		accepts := opinion{}
		for tx := range txn.Tx(20) {
			accepts[tx] = r.IntN(2) == 0
		}
		steady := open(t, &memFile{}, accepts, 0)
		f := &memFile{}
		shaky := open(t, f, accepts, 0)
		for range 40 {
			if r.IntN(3) == 0 {
				f = f.crash(r.IntN(40))
				shaky = open(t, f, accepts, 0)
			}
			call := fmt.Sprintf("%c%d", "ppca"[r.IntN(4)], 1+r.IntN(12))
			if a, b := do(steady, call), do(shaky, call); a != b {
				t.Fatalf("seed %d: %s is %q, and with crashes %q", seed, call, a, b)
			}
			a, _ := steady.Read("k")
			b, _ := shaky.Read("k")
			if a != b || steady.Undecided() != shaky.Undecided() {
				t.Fatalf("seed %d after %s: %q, transaction %d is undecided; with crashes %q, %d", seed, call, a, steady.Undecided(), b, shaky.Undecided())
			}
		}
	}
}

// The seeded defects: without the sync a promise does not outlive a crash; a commit that is not applied is not read before
// the log is read again.
func TestBugs(t *testing.T) {
	f := &memFile{}
	do(open(t, f, opinion{5: true}, txn.Unsynced), "p5")
	if got := do(open(t, f.crash(0), opinion{}, 0), "c5"); !strings.Contains(got, "has not voted") {
		t.Errorf("Unsynced: the vote has outlived a crash: %s", got)
	}
	f = &memFile{}
	p := open(t, f, opinion{5: true}, txn.Unapplied)
	do(p, "p5")
	do(p, "c5")
	if v, found := p.Read("k"); found {
		t.Errorf("Unapplied: read %q", v)
	}
	if v, _ := open(t, f.crash(0), opinion{}, 0).Read("k"); v != "v5" {
		t.Errorf("Unapplied: the log has %q", v)
	}
	if _, err := txn.Open(&memFile{}, opinion{}, 1<<7); err == nil || !strings.Contains(err.Error(), "unknown bits 0x80") {
		t.Errorf("unknown bits: %v", err)
	}
	if got := (txn.Unsynced | 1<<7).String(); got != "Unsynced|Bugs(0x80)" {
		t.Errorf("Bugs are called %s", got)
	}
}

// After an error of its file a participant promises nothing any more.
func TestFileErrors(t *testing.T) {
	for _, fail := range []string{"append", "sync"} {
		f := &memFile{}
		p := open(t, f, opinion{5: true}, 0)
		f.fail = fail
		for range 2 {
			vote, err := p.Prepare(5, w("v"))
			if vote == txn.Yes && err == nil || !errors.Is(err, errFile) {
				t.Errorf("%s fails: %v, %v", fail, vote, err)
			}
			f.fail = "" // too late
		}
		if _, err := p.Commit(5); !errors.Is(err, errFile) {
			t.Errorf("%s failed before: commit gives %v", fail, err)
		}
		if _, err := p.Abort(5); !errors.Is(err, errFile) {
			t.Errorf("%s failed before: abort gives %v", fail, err)
		}
	}
}

// The error of a call that may not be says which and why.
func TestError(t *testing.T) {
	_, err := open(t, &memFile{}, opinion{}, 0).Commit(3)
	var e *txn.Error
	if !errors.As(err, &e) || e.Call != "Commit" || e.Tx != 3 {
		t.Fatalf("%#v", err)
	}
	if got, want := err.Error(), "Commit of transaction 3: this participant has not voted for it"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestVoteStrings(t *testing.T) {
	for v, want := range map[txn.Vote]string{txn.Silent: "silent", txn.No: "no", txn.Yes: "yes", 9: "Vote(9)"} {
		if v.String() != want {
			t.Errorf("%v, want %s", v, want)
		}
	}
}
