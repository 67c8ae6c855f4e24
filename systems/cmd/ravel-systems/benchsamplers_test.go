package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
	"github.com/ravelgo/ravel/systems/sct"
	"github.com/ravelgo/ravel/systems/sct/trials"
)

// overlaid skips a test where the overlay does not fit the toolchain.
func overlaid(t *testing.T) {
	t.Helper()
	if _, err := overlay.Generate(t.Context(), overlay.Config{}); err != nil {
		t.Skipf("no control of goroutines here: %v", err)
	}
}

// benchSamplers runs the command and returns what it prints, and its results by search.
func benchSamplers(t *testing.T, file string, args ...string) (string, map[sampledKey]trials.Result) {
	t.Helper()
	var out, errors bytes.Buffer
	s := &shell{out: &out, err: &errors}
	if code := s.main(append([]string{"bench", "samplers", "--out=" + file}, args...)); code != cli.Clean {
		t.Fatalf("exit code %d: %s%s", code, &errors, &out)
	}
	results := map[sampledKey]trials.Result{}
	for _, line := range fileLines(t, file) {
		var r sampled
		if err := strict(line, &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		results[r.sampledKey] = r.Result
	}
	return out.String(), results
}

// TestSamplers runs two trials of every strategy with two programs: natively, in the engine and with profiles. What they
// find does not depend on the processes, and a second run goes on where the first one was.
func TestSamplers(t *testing.T) {
	overlaid(t)
	dir := t.TempDir()
	programs := "--programs=reorder_3|lazy01"
	text, one := benchSamplers(t, filepath.Join(dir, "one.jsonl"), programs, "--trials=2", "--workers=1")
	if want := 2 * 2 * len(samplerNames); len(one) != want {
		t.Fatalf("%d results, want %d", len(one), want)
	}
	for k, r := range one {
		if r.Outcome != trials.Found || r.Schedules == 0 {
			t.Errorf("%+v: %+v", k, r)
		}
	}
	for _, want := range []string{"lazy01 ", "reorder_3 ", " PCT10 ", " portfolio ", " 0.135\n", "Bar 1: ", "Bar 2: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	two := filepath.Join(dir, "two.jsonl")
	benchSamplers(t, two, programs, "--trials=1", "--workers=2")
	before := fileLines(t, two)
	_, both := benchSamplers(t, two, programs, "--trials=2", "--workers=2")
	if len(before) != len(samplerNames)*2 || !slices.Equal(fileLines(t, two)[:len(before)], before) {
		t.Errorf("what was there has been done again:\n%s", strings.Join(fileLines(t, two), "\n"))
	}
	for k, r := range one {
		if both[k] != r {
			t.Errorf("%+v: %+v with one process, %+v with two", k, r, both[k])
		}
	}
}

// TestSamplersDependOnTheSeed: other seeds, other searches; and the bound holds.
func TestSamplersDependOnTheSeed(t *testing.T) {
	overlaid(t)
	dir := t.TempDir()
	args := []string{"--programs=reorder_4", "--samplers=random,pos", "--trials=4", "--schedules=3"}
	_, first := benchSamplers(t, filepath.Join(dir, "1.jsonl"), args...)
	_, other := benchSamplers(t, filepath.Join(dir, "2.jsonl"), append(args, "--seed=0x2")...)
	same, none := 0, 0
	for k, r := range first {
		if r == other[k] {
			same++
		}
		if r.Outcome == trials.NotFound {
			none++
			if r.Schedules != 3 {
				t.Errorf("%+v gave up after %d schedules, want 3", k, r.Schedules)
			}
		}
	}
	if none == 0 {
		t.Error("every search found the bug in 3 schedules")
	}
	_, again := benchSamplers(t, filepath.Join(dir, "3.jsonl"), args...)
	for k, r := range first {
		if again[k] != r {
			t.Errorf("%+v: %+v, and %+v the second time", k, r, again[k])
		}
	}
	a, b := sampledKey{"p", "random", 1}, sampledKey{"p", "pos", 1}
	if h := (head{Seed: "1"}); a.job(h, &load{}).Seed == b.job(h, &load{}).Seed || a.job(h, &load{}).Seed == a.job(head{Seed: "2"}, &load{}).Seed {
		t.Error("seeds are shared")
	}
}

// TestSamplersInterrupted: an interrupt says how to go on.
func TestSamplersInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errors bytes.Buffer
	s := &shell{out: &out, err: &errors, ctx: ctx}
	file := filepath.Join(t.TempDir(), "results.jsonl")
	if code := s.main([]string{"bench", "samplers", "--programs=twostage(_100)?", "--trials=3", "--out=" + file}); code != interrupted {
		t.Errorf("exit code %d: %s", code, &errors)
	}
	want := "when 0 of 42 were done. To go on:\n  ravel bench samplers --trials=3 --programs='twostage(_100)?' --out=" + file
	if !strings.Contains(errors.String(), want) {
		t.Errorf("got %q, want %q in it", &errors, want)
	}
}

// TestSamplersNeedTheSources: where the package cannot be built, the error says where it can.
func TestSamplersNeedTheSources(t *testing.T) {
	overlaid(t)
	t.Chdir(t.TempDir())
	t.Setenv("GOWORK", "off")
	var out, errors bytes.Buffer
	s := &shell{out: &out, err: &errors}
	code := s.main([]string{"bench", "samplers", "--programs=lazy01", "--trials=1", "--out=results.jsonl"})
	if text := strings.Join(strings.Fields(errors.String()), " "); code != cli.Usage || !strings.Contains(text, "Run it in a folder of Ravel's sources") {
		t.Errorf("exit code %d: %s", code, &errors)
	}
	if _, err := os.Stat("results.jsonl"); err == nil {
		t.Error("a file of results was begun")
	}
}

// TestLonger compares the rank test with all ways to share the values.
func TestLonger(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range [][2][]float64{
		{{5, 6, 7}, {1, 2, 3}}, {{1, 2, 3}, {5, 6, 7}}, {{1, 1, 1}, {1, 1, 1}}, {{3, 3, inf, 8}, {3, 2, 8, inf}},
		{{1, 9}, {4, 4, 4, 2}}, {{inf, inf}, {inf, 7, 7}},
	} {
		pooled := slices.Concat(c[0], c[1])
		rankSum := func(in func(i int) bool) float64 { // mid-ranks: how many are below, and half of those that are equal
			sum := 0.0
			for i, v := range pooled {
				if !in(i) {
					continue
				}
				for _, w := range pooled {
					switch {
					case w < v:
						sum++
					case w == v:
						sum += 0.5
					}
				}
			}
			return sum
		}
		n, observed := len(c[0]), rankSum(func(i int) bool { return i < len(c[0]) })
		all, above := 0, 0
		for set := range 1 << len(pooled) {
			members := 0
			for i := range pooled {
				members += set >> i & 1
			}
			if members != n {
				continue
			}
			all++
			if rankSum(func(i int) bool { return set>>i&1 == 1 }) >= observed {
				above++
			}
		}
		if got, want := longer(c[0], c[1]), float64(above)/float64(all); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v against %v: p = %v, want %v", c[0], c[1], got, want)
		}
	}
}

func TestInterval(t *testing.T) {
	if low, high := interval([]float64{7, 7, 7}); low != 7 || high != 7 {
		t.Errorf("of a constant: %v to %v", low, high)
	}
	// Of 0s and 100s in equal numbers, the mean of 20 has a standard deviation of 11.2.
	list := slices.Repeat([]float64{0, 100}, 10)
	low, high := interval(list)
	if low < 20 || low > 35 || high < 65 || high > 80 {
		t.Errorf("%v to %v", low, high)
	}
	if l, h := interval(list); l != low || h != high {
		t.Error("it is another one the second time")
	}
}

// cellOf is a cell with the schedules of its trials; 0 is a trial that found nothing.
func cellOf(schedules ...uint64) *samplerCell {
	c := &samplerCell{program: sct.Program{Name: "p", Published: map[string]sct.Figure{"SURW": {Mean: 10, Found: 20}}}, sampler: "surw",
		trials: len(schedules), limit: 1000}
	for _, n := range schedules {
		r := trials.Result{Outcome: trials.Found, Schedules: n}
		if n == 0 {
			r = trials.Result{Outcome: trials.NotFound, Schedules: c.limit}
		}
		c.results = append(c.results, sampled{Result: r})
	}
	return c
}

func TestBarVerdicts(t *testing.T) {
	repeat := func(n uint64) []uint64 { return slices.Repeat([]uint64{n - 1, n, n + 1, n}, 5) }
	for _, c := range []struct {
		surw, random []uint64
		want         string
	}{
		{repeat(10), repeat(11), met},
		{repeat(10), repeat(10), met},
		{repeat(30), repeat(10), unmet},
		{append(repeat(10), 16), append(repeat(10), 2), byChance},
		{[]uint64{0, 0, 0, 0, 0, 0, 0, 0}, []uint64{900, 900, 900, 900, 900, 900, 900, 900}, unmet},
		{[]uint64{0, 0, 0}, []uint64{0, 0, 0}, met},
		{[]uint64{0, 5, 5}, []uint64{0, 0, 5}, met},
	} {
		if got := notLonger(cellOf(c.surw...), cellOf(c.random...)); got.Verdict != c.want {
			t.Errorf("%v against %v: %+v, want %s", c.surw, c.random, got, c.want)
		}
	}
	for _, c := range []struct {
		surw []uint64
		want string
	}{
		{repeat(10), met}, {repeat(5), met}, {repeat(12), unmet}, {[]uint64{3, 12, 5, 30, 7, 11}, byChance}, {[]uint64{0, 0, 0, 0, 0, 5}, unmet},
	} {
		if got := asPublished(cellOf(c.surw...)); got.Verdict != c.want {
			t.Errorf("%v: %+v, want %s", c.surw, got, c.want)
		}
	}
	few := cellOf(1, 2, 3)
	few.trials = 20
	if got := notLonger(few, cellOf(repeat(9)...)); got.Verdict != unknown {
		t.Errorf("3 of 20 trials: %+v", got)
	}
	if got := asPublished(few); got.Verdict != unknown {
		t.Errorf("3 of 20 trials: %+v", got)
	}
	b := barResult{Programs: []barProgram{{Verdict: met}, {Verdict: unmet}, {Verdict: unknown}, {Verdict: byChance}}}
	if b.judge(); b.Verdict != unmet {
		t.Errorf("the verdict of all is %s", b.Verdict)
	}
}

// TestSizedPrograms: the programs of the second bar are there, with a published figure.
func TestSizedPrograms(t *testing.T) {
	for _, name := range sized {
		if p, err := sct.Find(name); err != nil || p.Published["SURW"].Found == 0 {
			t.Errorf("%s: %v, published %+v", name, err, p.Published)
		}
	}
	for sampler, name := range publishedNames {
		if _, ok := sct.PublishedTotals[name]; !ok || !slices.Contains(samplerNames, sampler) {
			t.Errorf("%s: no total of %s, or no such column", sampler, name)
		}
	}
}

// TestSamplersJSON: every line is an object, the last one has the bars.
func TestSamplersJSON(t *testing.T) {
	out, _ := benchSamplers(t, "testdata/bench/samplers.jsonl", "--report", "--trials=8", "--samplers=random,surw", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var l samplersLine
	if err := json.Unmarshal([]byte(lines[0]), &l); err != nil || l.Program != "account" || l.Samplers["surw"].Found != 7 || *l.Samplers["surw"].Mean == 0 {
		t.Errorf("%v: %s", err, lines[0])
	}
	var b map[string][]barResult
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &b); err != nil || len(b["bars"]) != 2 || b["bars"][0].Verdict != unmet {
		t.Errorf("%v: %s", err, lines[len(lines)-1])
	}
}
