package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/catalog"
)

// paperSystems are small programs under the names of bugs that the paper has.
func paperSystems() []catalog.System {
	shows := []failure.Kind{failure.KindAssertion}
	bug := func(name string) catalog.Bug {
		return catalog.Bug{Name: name, Summary: "a coin may show heads", Shows: shows, Buggy: coins(2), Correct: coins(0)}
	}
	return []catalog.System{
		{Name: "duo", Summary: "two coins", Bugs: []catalog.Bug{bug("2pc_1"), bug("CR_6"), bug("V1")}},
		{Name: "usb", Summary: "two coins", Bugs: []catalog.Bug{bug("OSR_1")}},
	}
}

// post counts letters, and fails when one comes before another. Its two senders, the
// order and the numbers that they choose make some hundred states.
type post struct{ seen [5]int }

type letter struct{ from, n int }

func (p *post) letter(c *ravel.Context, l letter) {
	p.seen[l.n] = 1 + l.from
	c.Assert(p.seen[4] != 2 || p.seen[3] != 0, "the last came before the one ahead of it")
}

var postMachine = ravel.Define[post]("Post", ravel.Start("Open", ravel.On((*post).letter)))

type sender struct {
	post    ravel.ID
	number  int
	correct bool
}

type write struct{}

func (s *sender) write(c *ravel.Context, _ write) {
	for range 2 {
		n := c.Int(5)
		if s.correct && n == 4 {
			n = 0
		}
		c.Send(s.post, letter{s.number, n})
	}
}

var senderMachine = ravel.Define[sender]("Sender", ravel.Start("Writing", ravel.On((*sender).write)))

// postSystem has a bug of the paper that every column finds soon. All runs are
// counted.
func postSystem(runs *atomic.Int64) catalog.System {
	body := func(correct bool) func(*check.T) {
		return func(t *check.T) {
			runs.Add(1)
			id := t.Create(postMachine.New(&post{}))
			for i := range 2 {
				t.Send(t.Create(senderMachine.New(&sender{id, i, correct})), write{})
			}
		}
	}
	return catalog.System{Name: "post", Summary: "two senders", Bugs: []catalog.Bug{{
		Name: "OSR_2", Summary: "letters overtake each other", Shows: []failure.Kind{failure.KindAssertion},
		Settings: check.Config{Steps: 60}, Buggy: body(false), Correct: body(true),
	}}}
}

func explorersLine(t *testing.T, out string) (l comparisonLine) {
	t.Helper()
	if err := json.Unmarshal([]byte(out), &l); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return l
}

// Every column finds a simple bug, and counts what it says: schedules up to the one
// that a hunt with that seed finds, or states. The twins are explored as far, and
// nothing is found.
func TestExplorers(t *testing.T) {
	var runs atomic.Int64
	system := postSystem(&runs)
	out, errors, code := runOn(system, "bench", "explorers", "--json", "--seeds=2", "--budget=1m", "--schedules=20000")
	l := explorersLine(t, out)
	if code != cli.Clean || errors != "" || l.Paper != "OSR_2" || len(l.Cells) != len(columns()) {
		t.Fatalf("exit code %d: %s%s", code, out, errors)
	}
	for i, c := range l.Cells {
		col := columns()[i]
		seeds := 1
		if col.seeded {
			seeds = 2
		}
		if c.Column != col.name || c.Found != seeds || len(c.Attempts) != seeds || c.Median == nil || *c.Median == 0 {
			t.Errorf("%s: %+v", col.name, c)
			continue
		}
		if (c.Published == nil) != (!col.paper || col.name == "SES-Custom") {
			t.Errorf("%s has a figure of the paper: %v", col.name, c.Published)
		}
		for _, a := range c.Attempts {
			if (a.States > 0) != (col.unit == states) || a.Bound != 60 || a.Kind != "assertion" {
				t.Errorf("%s: %+v", col.name, a)
			}
			hunted, _, _ := runOn(system, "hunt", "post/OSR_2", "--workers=1", "--json", "--strategy="+c.Strategy, "--seed="+exact(a.Seed))
			var h line
			if err := json.Unmarshal([]byte(hunted), &h); err != nil || h.Schedules != a.Schedules || !h.Replayed {
				t.Errorf("%s, seed %d: %d schedules, a hunt says %s", col.name, a.Seed, a.Schedules, hunted)
			}
		}
	}
	out, _, code = runOn(system, "bench", "explorers", "--json", "--seeds=1", "--twins", "--schedules=3000", "--workers=2")
	for _, c := range explorersLine(t, out).Cells {
		want := notFound
		if c.Unit == states {
			want = exhausted
		}
		if len(c.Attempts) != 1 || c.Attempts[0].Result != want && c.Attempts[0].Result != exhausted || c.Found != 0 || code != cli.Clean {
			t.Errorf("twin under %s: exit code %d, %+v", c.Column, code, c)
		}
	}
}

// States are bounded by their number, and by memory.
func TestExplorersStateBounds(t *testing.T) {
	var runs atomic.Int64
	system := postSystem(&runs)
	system.Bugs[0].Buggy = system.Bugs[0].Correct
	bench := func(column string, more ...string) attempt {
		t.Helper()
		out, errors, code := runOn(system, append([]string{"bench", "explorers", "--json", "--seeds=1", "--only=" + column}, more...)...)
		if code != cli.Clean {
			t.Fatalf("exit code %d: %s", code, errors)
		}
		return explorersLine(t, out).Cells[0].Attempts[0]
	}
	for _, column := range []string{"PB", "SES-RR"} {
		whole := bench(column)
		if whole.Result != exhausted || whole.States < 200 {
			t.Fatalf("%s: %+v", column, whole)
		}
		some := bench(column, "--states=100")
		if some.Result != notFound || some.States < 100 || some.States > 100+60 {
			t.Errorf("%s: %+v", column, some)
		}
		again := bench(column, "--states="+exact(whole.States+1))
		if again.Result != exhausted || again.States != whole.States {
			t.Errorf("%s: %+v", column, again)
		}
	}
	deep := func(t *check.T) { // more states than a MiB holds
		id := t.Create(postMachine.New(&post{}))
		for i := range 6 {
			t.Send(t.Create(senderMachine.New(&sender{id, i, true})), write{})
		}
	}
	system.Bugs[0].Buggy = deep
	if a := bench("SES-RTC", "--memory=1MiB"); a.Result != memory || a.States < 1000 {
		t.Errorf("%+v", a)
	}
}

// A second run does what is missing and nothing else, seed by seed, and repeats
// what was cut when there is more time.
func TestExplorersGoOn(t *testing.T) {
	var runs atomic.Int64
	system := postSystem(&runs)
	file := filepath.Join(t.TempDir(), "results.jsonl")
	bench := func(more ...string) (string, int64) {
		t.Helper()
		runs.Store(0)
		out, errors, code := runOn(system, append([]string{"bench", "explorers", "--only=RS,PB,SES-PRR", "--out=" + file}, more...)...)
		if code != cli.Clean {
			t.Fatalf("exit code %d: %s", code, errors)
		}
		return out, runs.Load()
	}
	if _, ran := bench("--seeds=1", "--schedules=5000"); ran == 0 || len(fileLines(t, file)) != 3 {
		t.Fatalf("%d executions: %s", ran, fileLines(t, file))
	}
	if out, ran := bench("--seeds=1"); ran != 0 || !strings.Contains(out, "OSR_2") || !strings.Contains(out, "5000 schedules") {
		t.Errorf("%d executions although there was nothing to do:\n%s", ran, out)
	}
	if _, ran := bench("--seeds=2"); ran == 0 || len(fileLines(t, file)) != 5 {
		t.Errorf("%d executions: %s", ran, fileLines(t, file))
	}
	// A search that was cut is repeated when there is more time, and no sooner.
	lines := fileLines(t, file)
	var a attempt
	if err := json.Unmarshal([]byte(lines[0]), &a); err != nil {
		t.Fatal(err)
	}
	a.Result, a.Budget, a.Seed = cut, 2, 3
	b, _ := json.Marshal(a)
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(append(b, '\n'))
	f.Close()
	if bench("--seeds=3", "--budget=2s"); len(fileLines(t, file)) != 7 { // SES-PRR with seed 3 is new
		t.Errorf("%s", fileLines(t, file))
	}
	if bench("--seeds=3", "--budget=30s"); len(fileLines(t, file)) != 8 {
		t.Errorf("%s", fileLines(t, file))
	}
	if out, _ := bench("--seeds=3", "--report"); strings.Contains(out, ">") {
		t.Errorf("the later result does not count:\n%s", out)
	}
}

// An interrupt loses nothing that was finished, and says how to go on.
func TestExplorersInterrupt(t *testing.T) {
	var runs atomic.Int64
	ctx, interrupt := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	system := postSystem(&runs)
	system.Bugs = append(system.Bugs, catalog.Bug{Name: "TMS_1", Shows: system.Bugs[0].Shows, Buggy: func(*check.T) {
		interrupt() // the second thing to do is never finished
		<-release
	}})
	system.Bugs[0].Name = "2pc_1" // which the paper has first
	file := filepath.Join(t.TempDir(), "results.jsonl")
	var out, errors bytes.Buffer
	s := &shell{out: &out, err: &errors, systems: []catalog.System{system}, ctx: ctx}
	if code := s.main([]string{"bench", "explorers", "--seeds=1", "--only=RS", "--out=" + file}); code != interrupted {
		t.Errorf("exit code %d", code)
	}
	if want := "when 1 of 2 were done. To go on:\n  ravel bench explorers --seeds=1 --budget=1m0s --only=RS --out="; !strings.Contains(errors.String(), want) {
		t.Errorf("got %q, want %q in it", &errors, want)
	}
	if n := len(fileLines(t, file)); n != 1 || !strings.Contains(out.String(), "TMS_1") {
		t.Errorf("%d results in the file:\n%s", n, &out)
	}
	// Without any result there is nothing to show, and nothing to plot.
	out.Reset()
	plot := filepath.Join(t.TempDir(), "plot.svg")
	if code := s.main([]string{"bench", "explorers", "--only=RS", "--svg=" + plot}); code != interrupted || out.Len() > 0 {
		t.Errorf("exit code %d: %s", code, &out)
	}
	if _, err := os.Stat(plot); err == nil {
		t.Error("there is a plot of nothing")
	}
}

// What is no failure of the bug does not count as found, and what does not happen
// again has an exit code of its own.
func TestExplorersCountOnlyTheBug(t *testing.T) {
	var runs atomic.Int64
	system := postSystem(&runs)
	system.Bugs[0].Shows = []failure.Kind{failure.KindLivelock}
	out, _, code := runOn(system, "bench", "explorers", "--seeds=1", "--only=RS,SES-RR")
	if code != cli.Clean || !strings.Contains(out, "!") || !strings.Contains(out, "Showed first as assertion") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	system.Bugs[0].Correct = system.Bugs[0].Buggy
	if out, _, code := runOn(system, "bench", "explorers", "--seeds=1", "--only=RS,SES-RR", "--twins"); code != cli.Found || !strings.Contains(out, "though nothing should be found") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	runs.Store(0)
	system.Bugs[0].Buggy = func(t *check.T) {
		fails := runs.Add(1) == 40
		t.Go("clock", func(c *ravel.Context) {
			c.Bool()
			c.Assert(!fails, "it is time")
		})
	}
	if out, _, code := runOn(system, "bench", "explorers", "--seeds=1", "--only=RS", "--schedules=60"); code != cli.NotReproduced || !strings.Contains(out, "?") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if _, errors, code := runOn(catalog.System{Name: "dull"}, "bench", "explorers"); code != cli.Usage || !strings.Contains(errors, "no bug that the paper has") {
		t.Errorf("exit code %d: %s", code, errors)
	}
}

// The plot is whole, has every curve and its number of bugs, and nothing outside of
// the picture.
func TestExplorersPlot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plot.svg")
	if _, errors, code := run("bench", "explorers", "--report", "testdata/bench/explorers.jsonl", "--svg="+file); code != cli.Clean {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	picture, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		"3 bugs, medians", "after so many schedules", "after so many states", ">RS  2<", ">IRS  1<", ">PCT  0<", ">SES-RTC  1<", ">PB  0<",
		">1<", ">10<", ">100<", ">1 k<", ">10 k<", "prefers-color-scheme: dark",
	} {
		if !strings.Contains(string(picture), want) {
			t.Errorf("there is no %q in\n%s", want, picture)
		}
	}
	if strings.Contains(string(picture), "NaN") || strings.Contains(string(picture), "Inf") {
		t.Errorf("no numbers:\n%s", picture)
	}
	for _, c := range columns() {
		if inks[c.name].color == "" {
			t.Errorf("%s has no colour", c.name)
		}
	}
	for i, c := range columns() { // in one panel, curves differ
		for _, d := range columns()[:i] {
			if c.unit == d.unit && inks[c.name] == inks[d.name] {
				t.Errorf("%s and %s look the same", c.name, d.name)
			}
		}
	}
}

// Names do not overlap, and stay beside the axes.
func TestSpread(t *testing.T) {
	s := scale{decades: 1, most: 20, top: 100}
	for _, heights := range [][]int{{20}, {0}, {20, 20, 20}, {0, 0, 0, 0}, {20, 1, 1, 0, 0, 0}, {10, 10, 10, 10, 9, 8, 8, 0}} {
		var curves []curve
		for _, h := range heights {
			curves = append(curves, curve{steps: make([]uint64, h)})
		}
		ys := spread(curves, s)
		for i, y := range ys {
			if y < s.top || y > s.top+svgHeight || i > 0 && y < ys[i-1]+svgLine {
				t.Errorf("%v: %v", heights, ys)
			}
		}
		if len(heights) == 1 && ys[0] != s.y(heights[0]) {
			t.Errorf("%v: %v", heights, ys)
		}
	}
}

// An axis has few numbers, and they are round.
func TestTicks(t *testing.T) {
	for most, want := range map[int]int{0: 1, 1: 1, 8: 1, 9: 2, 16: 2, 23: 5, 40: 5, 41: 10, 81: 20, 400: 50} {
		if got := tick(most); got != want {
			t.Errorf("tick(%d) = %d, want %d", most, got, want)
		}
	}
	for n, want := range map[uint64]string{1: "1", 100: "100", 1000: "1 k", 1e6: "1 M", 1e10: "10 G"} {
		if got := power(n); got != want {
			t.Errorf("power(%d) = %s, want %s", n, got, want)
		}
	}
	for done, want := range map[int]string{0: "[..........]", 3: "[##........]", 11: "[########..]", 13: "[##########]"} {
		if got := bar(done, 13); got != want {
			t.Errorf("bar(%d, 13) = %s, want %s", done, got, want)
		}
	}
}

// The median is among all seeds: those that found nothing count as longer. What is
// shown in its place says most about them.
func TestCells(t *testing.T) {
	type result struct {
		result string
		n      uint64
	}
	for _, test := range []struct {
		unit    unit
		results []result
		want    string
	}{
		{schedules, nil, "-"},
		{schedules, []result{{found, 7}}, "7"},
		{schedules, []result{{found, 9}, {found, 3}}, "3"},
		{schedules, []result{{found, 9}, {cut, 4}, {found, 3}}, "9 2/3"},
		{schedules, []result{{found, 9}, {cut, 40}, {notFound, 30}}, ">30 1/3"},
		{schedules, []result{{cut, 40}, {cut, 50}}, ">40"},
		{states, []result{{memory, 70}}, "*70"},
		{states, []result{{memory, 70}, {cut, 80}}, ">70"},
		{states, []result{{exhausted, 60}}, "all 60"},
		{states, []result{{found, 0}}, "0"},
		{states, []result{{otherKind, 5}, {cut, 3}, {found, 2}}, "! 1/3"},
		{states, []result{{notReproduced, 5}, {otherKind, 1}}, "?"},
		{states, []result{{failed, 5}, {notReproduced, 1}}, "!"},
	} {
		c := &cell{column: column{unit: test.unit}}
		for i, r := range test.results {
			a := attempt{trial: trial{Seed: uint64(i + 1), Result: r.result}}
			if test.unit == states {
				a.States, a.Schedules = r.n, 1e6
			} else {
				a.Schedules = r.n
			}
			c.attempts = append(c.attempts, a)
		}
		if got := c.text(exact); got != test.want {
			t.Errorf("%v: %q, want %q", test.results, got, test.want)
		}
	}
}
