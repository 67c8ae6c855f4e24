package coverage_test

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/coverage"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// golden compares a text with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it), got:\n%s", path, got)
	}
}

func at(line int) coverage.Place { return coverage.Place{File: "/src/kv/server.go", Line: line} }

func seen(times, executions uint64) coverage.Count {
	return coverage.Count{Times: times, Executions: executions}
}

// sample has something of everything.
func sample() *coverage.Coverage {
	return coverage.Merge(&coverage.Coverage{
		Executions: 1000,
		Machines: []coverage.Machine{
			{
				Package: "example.com/kv", Name: "Server", Kind: coverage.IsMachine, Place: at(10),
				States: []coverage.State{
					{Name: "Serving", Start: true, Place: at(11), Count: seen(1500, 1000)},
					{Name: "Draining", Place: at(15), Count: seen(40, 30)},
					{Name: "Frozen", Place: at(19)},
				},
				Pairs: []coverage.Pair{
					{State: "Serving", Event: "kv.Write", Does: coverage.On, Place: at(12), Count: seen(90_000, 1000)},
					{State: "Serving", Event: "kv.Shutdown", Does: coverage.Goto, To: "Draining", Place: at(13), Count: seen(40, 30)},
					{State: "Serving", Event: "kv.Freeze", Does: coverage.Push, To: "Frozen", Place: at(14)},
					{State: "Draining", Event: "kv.Write", Does: coverage.Defer, Place: at(16), Count: seen(2, 1)},
					{State: "Draining", Event: "any", Does: coverage.On, Place: at(17), Count: seen(3, 2)},
					{State: "Draining", Event: "kv.Heartbeat", Does: coverage.Ignore, Place: at(18)},
					{State: "Draining", Event: "kv.Done", Does: coverage.Receive, Count: seen(1, 1)},
					{State: "Frozen", Event: "kv.Thaw", Does: coverage.Pop, Place: at(20)},
					{State: "Frozen", Event: "default", Does: coverage.On, Place: at(21)},
				},
				Transitions: []coverage.Transition{
					{From: "Serving", Event: "kv.Shutdown", Does: coverage.Goto, To: "Draining", Place: at(13), Count: seen(40, 30)},
					{From: "Serving", Event: "kv.Freeze", Does: coverage.Push, To: "Frozen", Place: at(14)},
					{From: "Draining", Event: "entry", Does: coverage.Halt, Count: seen(7, 7)},
					{From: "Frozen", Event: "kv.Thaw", Does: coverage.Pop, Place: at(20)},
				},
			},
			{
				Package: "example.com/kv_test", Name: "Repair", Kind: coverage.IsMonitor, Place: at(30),
				States: []coverage.State{
					{Name: "Repaired", Start: true, Temperature: "cold", Place: at(31), Count: seen(1010, 1000)},
					{Name: "Repairing", Temperature: "hot", Place: at(32), Count: seen(10, 5)},
				},
				Pairs: []coverage.Pair{
					{State: "Repaired", Event: "kv.Failed", Does: coverage.On, Place: at(31), Count: seen(10, 5)},
					{State: "Repairing", Event: "kv.Repaired", Does: coverage.On, Place: at(32), Count: seen(10, 5)},
				},
				Transitions: []coverage.Transition{
					{From: "Repaired", Event: "kv.Failed", Does: coverage.Goto, To: "Repairing", Count: seen(10, 5)},
					{From: "Repairing", Event: "kv.Repaired", Does: coverage.Goto, To: "Repaired", Count: seen(10, 5)},
				},
			},
			{
				Name: "client", Kind: coverage.IsFunction, Place: coverage.Place{File: `C:\src\kv\client.go`, Line: 4},
				States: []coverage.State{{Name: "running", Start: true, Place: at(4), Count: seen(3, 3)}},
				Pairs:  []coverage.Pair{{State: "running", Event: "kv.Reply[\"<&>\"]", Does: coverage.Receive, Count: seen(5, 3)}},
			},
		},
		Tests: []coverage.Test{
			{Package: "example.com/kv", Name: "TestWrites", Nth: 1, Strategy: "random", Seed: math.MaxUint64, Executions: 900, Distinct: 700,
				Schedules: coverage.Sample{Units: 900, Seen: 700, Once: 600, Twice: 50}, Drawn: coverage.AtRandom},
			{Package: "example.com/kv", Name: "TestWrites", Nth: 2, Strategy: "portfolio", Executions: 80, Distinct: 70, AtLeast: true,
				Schedules: coverage.Sample{Units: 60, Seen: 50, Once: 45, Twice: 3}, Drawn: coverage.Adaptive},
			{Package: "example.com/kv", Name: "TestAll", Nth: 1, Strategy: "states", Executions: 19, Distinct: 19, States: 44, Drawn: coverage.Systematic, Exhausted: true},
			{Package: "example.com/kv", Name: "TestSome", Nth: 1, Strategy: "dfs:1", Executions: 1, Distinct: 1, Drawn: coverage.Systematic},
		},
	})
}

func TestText(t *testing.T) {
	text := sample().Text(coverage.TextOptions{Dir: "/src"})
	golden(t, "text.txt", text)
	for l := range strings.SplitSeq(text, "\n") {
		if n := len([]rune(l)); n > 80 {
			t.Errorf("%d columns: %s", n, l)
		}
	}
	if few := sample().Text(coverage.TextOptions{Limit: 1}); !strings.Contains(few, "and 2 more") {
		t.Errorf("a limit of 1 line:\n%s", few)
	}
	plain := sample()
	plain.Machines = nil
	if text := plain.Text(coverage.TextOptions{}); !strings.HasPrefix(text, "test  ") || strings.Contains(text, "machine") || strings.Contains(text, "by estimate") {
		t.Errorf("without machines:\n%s", text)
	}
	if none := coverage.Merge().Text(coverage.TextOptions{}); none != "" {
		t.Errorf("of nothing:\n%s", none)
	}
}

// Where everything has been visited nothing is missing, and where one thing has not it is named.
func TestMissing(t *testing.T) {
	m := sample().Machines[2]
	if m.Name != "Repair" {
		t.Fatal(m.Name)
	}
	if x := m.Missing(); len(x) > 0 {
		t.Errorf("%v", x)
	}
	m.Pairs[1].Count = coverage.Count{}
	if x := m.Missing(); len(x) != 1 || x[0].What != "Repairing: on kv.Repaired" || x[0].Place != at(32) {
		t.Errorf("%v", x)
	}
	m.States[1].Count = coverage.Count{}
	if x := m.Missing(); len(x) != 1 || x[0].What != "state Repairing, with its 1 pair" {
		t.Errorf("%v", x)
	}
}

func TestJSON(t *testing.T) {
	c := sample()
	var b bytes.Buffer
	if err := c.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "coverage.json", b.String())
	for _, text := range [][]byte{b.Bytes(), c.Encode()} {
		got, err := coverage.Decode(text)
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%v\ngot  %+v\nwant %+v", err, got, c)
		}
	}
	for text, want := range map[string]string{
		"":                       "no file of coverage",
		"mode: set":              "no file of coverage",
		"{}":                     "no version",
		`{"ravel_coverage":9}`:   "version 9 of coverage, where 1 is known",
		`{"ravel_coverage":1} x`: "no file of coverage",
		`{"ravel_coverage":1,"machines":[{"name":"A","kind":"actor"}]}`:                                                                       `machine "A": there is no kind "actor"`,
		`{"ravel_coverage":1,"machines":[{"kind":"machine","states":[{"name":"S","times":1,"executions":2}]}]}`:                               `state "S": 1 times in 2 executions`,
		`{"ravel_coverage":1,"machines":[{"kind":"machine","states":[],"pairs":[{"state":"S","event":"e","does":"jump"}]}]}`:                  `verb "jump"`,
		`{"ravel_coverage":1,"machines":[{"kind":"machine","states":[],"transitions":[{"from":"S","event":"e","does":"defer"}]}]}`:            `"defer" is no kind of transition`,
		`{"ravel_coverage":1,"tests":[{"name":"T","drawn":"random","schedules":{"units":1,"seen":2}}]}`:                                       "impossible sample",
		`{"ravel_coverage":1,"machines":[{"kind":"machine","transitions":[{"from":"S","event":"e","does":"pop","times":1,"executions":1}]}]}`: `a pop from "S"`,
	} {
		if c, err := coverage.Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %q", text, c, err, want)
		}
	}
}

// What is read can be merged, printed, written and read again.
func FuzzDecode(f *testing.F) {
	f.Add(sample().Encode())
	f.Add([]byte(`{"ravel_coverage":1}`))
	f.Add([]byte(`{"ravel_coverage":1,"executions":18446744073709551615,"machines":[{"kind":"machine","name":"A","states":[{"name":"S","times":18446744073709551615,"executions":1}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := coverage.Decode(text)
		if err != nil {
			return
		}
		twice := coverage.Merge(c, c)
		for _, x := range []*coverage.Coverage{c, twice} {
			x.Text(coverage.TextOptions{Limit: 2})
			again, err := coverage.Decode(x.Encode())
			if err != nil || !reflect.DeepEqual(again, x) {
				t.Fatalf("%v\ngot  %+v\nwant %+v", err, again, x)
			}
		}
	})
}

// random is coverage of a few names, so that much of it meets.
func random(r *rand.Rand) *coverage.Coverage {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	count := func() coverage.Count {
		if r.IntN(2) == 0 {
			return coverage.Count{}
		}
		n := 1 + r.Uint64N(5)
		if r.IntN(10) == 0 {
			n = math.MaxUint64 - r.Uint64N(3)
		}
		return coverage.Count{Times: n, Executions: 1 + r.Uint64N(n)}
	}
	place := func() coverage.Place { return coverage.Place{File: pick("", "a.go", "b.go"), Line: r.IntN(3)} }
	c := &coverage.Coverage{Executions: r.Uint64N(100), Incomplete: r.IntN(5) == 0}
	for range r.IntN(4) {
		m := coverage.Machine{Package: pick("p", "q/p"), Name: pick("A", "B"), Kind: coverage.IsMachine}
		for range r.IntN(4) {
			m.States = append(m.States, coverage.State{Name: pick("S", "T", "U"), Start: r.IntN(2) == 0, Temperature: pick("", "hot"), Place: place(), Count: count()})
		}
		for range r.IntN(4) {
			m.Pairs = append(m.Pairs, coverage.Pair{State: pick("S", "T"), Event: pick("e", "f"), Does: coverage.Verb(pick("on", "defer")), Place: place(), Count: count()})
		}
		for range r.IntN(6) {
			x := coverage.Transition{From: pick("S", "T"), Event: pick("e", "f"), Does: coverage.Verb(pick("goto", "pop", "pop")), To: pick("", "S", "T"), Place: place(), Count: count()}
			if x.Does == coverage.Pop && x.To == "" {
				x.Count = coverage.Count{} // it was never made, as nobody knows where it leads
			}
			m.Transitions = append(m.Transitions, x)
		}
		c.Machines = append(c.Machines, m)
	}
	for range r.IntN(3) {
		c.Tests = append(c.Tests, coverage.Test{Name: pick("TestA", "TestB"), Executions: r.Uint64N(3), Distinct: r.Uint64N(3), AtLeast: r.IntN(2) == 0, Drawn: coverage.AtRandom})
	}
	return c
}

func TestMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		a, b, c := random(r), random(r), random(r)
		all := coverage.Merge(a, b, c)
		for how, got := range map[string]*coverage.Coverage{
			"another order": coverage.Merge(c, nil, a, b),
			"first two":     coverage.Merge(coverage.Merge(a, b), c),
			"last two":      coverage.Merge(a, coverage.Merge(c, b)),
			"with nothing":  coverage.Merge(all, coverage.Merge()),
		} {
			if !reflect.DeepEqual(got, all) {
				t.Fatalf("%d, %s:\n%+v\nwant\n%+v", i, how, got, all)
			}
		}
	}
	sum := coverage.Merge(sample(), sample())
	if p := sum.Machines[1].Pairs[0]; sum.Executions != 2000 || p.Count != seen(180_000, 2000) || p.Place != at(12) {
		t.Errorf("twice the same: %d, %+v", sum.Executions, p)
	}
	if !reflect.DeepEqual(sum.Tests, sample().Tests) {
		t.Errorf("the same exploration counts twice: %+v", sum.Tests)
	}
}

// A pop leads to whatever is below: it is missing until it is known where it has led.
func TestMergeOfPops(t *testing.T) {
	open := coverage.Transition{From: "T", Event: "e", Does: coverage.Pop, Place: at(3)}
	made := coverage.Transition{From: "T", Event: "e", Does: coverage.Pop, To: "S", Place: at(3), Count: seen(1, 1)}
	asked := coverage.Transition{From: "T", Event: "e", Does: coverage.Pop, To: "S", Count: seen(1, 1)}
	of := func(list ...coverage.Transition) *coverage.Coverage {
		return &coverage.Coverage{Machines: []coverage.Machine{{Name: "M", Kind: coverage.IsMachine, Transitions: list}}}
	}
	for _, c := range []struct {
		got  *coverage.Coverage
		want string
	}{
		{coverage.Merge(of(open)), "0/1"},
		{coverage.Merge(of(open), of(made)), "1/1"},
		{coverage.Merge(of(made, open), of(open)), "1/1"},
		{coverage.Merge(of(open), of(asked)), "0/1"},
	} {
		if got := fmt.Sprint(c.got.Machines[0].TransitionRatio()); got != c.want {
			t.Errorf("%s, want %s: %+v", got, c.want, c.got)
		}
	}
}

func TestMatching(t *testing.T) {
	c, err := sample().Matching(`^kv[.]Server$`)
	if err != nil || len(c.Machines) != 1 || len(c.Tests) != 4 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := sample().Matching("("); err == nil {
		t.Error("a bad pattern is no error")
	}
}
