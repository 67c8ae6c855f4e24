package schedule_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	. "github.com/ravelgo/ravel/schedule"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s, which is a format that others have saved: raise the version instead\n%s", path, got)
	}
}

func named(k Kind, value, n int, op string, nth int) Named {
	return Named{Choice: Choice{Kind: k, N: n, Value: value}, Op: op, Nth: nth}
}

// sample is the record that the package comment shows.
func sample() *Record {
	return &Record{
		Header: Header{
			Package: "example.com/kv", Test: "TestWrites/crash", Code: "9f86d081884c7d65",
			Strategy: "pct:3", Seed: 42, Execution: 1234,
			Settings: Settings{MaxSteps: 10000, Threshold: 5000, Budgets: []Budget{{"crash", 2}}},
			Failure:  "monitor", Message: "a replica is missing",
		},
		Choices: []Named{
			named(Schedule, 0, 2, "root", 0), named(Schedule, 0, 2, "root", 0), named(Schedule, 0, 2, "root", 0),
			named(Schedule, 1, 3, "0.2", 0),
			named(Bool, 1, 2, "0.2", 0), named(Int, 4, 5, "0.2", 1), named(Int, 4, 5, "0.2", 2),
		},
	}
}

// odd is a record in which everything needs quotes.
func odd() *Record {
	r := sample()
	r.Package, r.Test = " a\tb", "TestÄ/\"q\"\n\x00\xff#<<<<<<< "
	r.Code, r.Strategy, r.Message = "", `"`, "two\nlines\r\uFFFD"
	r.Clock, r.Seed = Ordered, 1<<64-1
	r.Budgets = []Budget{{"", 0}, {"\"", 3}, {"a b", 1}}
	r.Failure = "unhandled event"
	r.Choices = append(r.Choices,
		named(Schedule, 0, 2, "", 7), named(Schedule, 0, 2, "", 7), named(Schedule, 2, 3, "x3", 0),
		named(Int, 1<<62, 1<<62+5, "#4 x", 9), named(Int, 1<<28, 1<<28+1, "a\u00a0", 0), named(Int, 1<<28+1, 1<<28+2, "\"", 0))
	return r
}

// random is a valid record of n choices, about one in rare of them not zero.
func random(n, rare int, seed uint64) *Record {
	rng := rand.New(rand.NewPCG(seed, 0))
	r := sample()
	r.Choices = nil
	for i := range n {
		c := named(Kind(rng.IntN(3)), 0, 2, []string{"root", "0", "0.2", "1t0"}[rng.IntN(4)], 0)
		if c.Kind != Bool {
			c.N += rng.IntN(4)
		}
		if c.Kind != Schedule {
			c.Nth = i
		}
		if rng.IntN(rare) == 0 {
			c.Value = rng.IntN(c.N)
		}
		r.Choices = append(r.Choices, c)
	}
	return r
}

func choices(r *Record) []Choice {
	list := make([]Choice, 0, len(r.Choices))
	for _, c := range r.Choices {
		list = append(list, c.Choice)
	}
	return list
}
