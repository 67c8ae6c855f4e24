package main

import (
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"
)

// testFigures are made up: one that meets its bar, one that does not, one without
// a bar, and one that no machine can measure.
func testFigures() []bars.Figure {
	values := func(v ...float64) func() (float64, error) {
		i := -1
		return func() (float64, error) { i++; return v[i%len(v)], nil }
	}
	return []bars.Figure{
		{Name: "machine_step_ns", Unit: "ns", Bar: 50, Program: "a ring", Measure: values(47.25, 44.125, 61)},
		{Name: "machine_fingerprint_step_ns", Unit: "ns", Bar: 150, Measure: values(151.26, 160, 149),
			Program: "the same ring, which is described at such a length that its description does not fit into one line"},
		{Name: "machine_allocs_per_step", Program: "the same ring", Measure: values(0, 0.0003, 0)},
		{Name: "workers2_speedup", Want: bars.AtLeast, Bar: 1.8, Cores: 1 << 20, Program: "two workers"},
		{Name: "workers2_possible", Want: bars.Nothing, Program: "two goroutines", Measure: values(1.99, 1.9, 2.01)},
	}
}

// testSamplers are made up: one that meets its bars, one that does not, and one
// without a bar for few operations.
func testSamplers() []bars.Sampler {
	steps := func(ns, ratio float64) bars.Steps { return bars.Steps{Nanoseconds: ns, Ratio: ratio} }
	fixed := func(few, many, bareFew, bareMany bars.Steps) func(time.Duration) (bars.Pace, error) {
		p := bars.Pace{Engine: [bars.Sizes]bars.Steps{few, many}, Bare: [bars.Sizes]bars.Steps{bareFew, bareMany}}
		return func(time.Duration) (bars.Pace, error) { return p, nil }
	}
	return []bars.Sampler{
		{Name: "pct", Bars: [bars.Sizes]float64{2, 10}, Measure: fixed(steps(40.5, 1.02), steps(60, 1.1), steps(5, 1.5), steps(7.5, 2.25))},
		{Name: "pos", Bars: [bars.Sizes]float64{2, 10}, Measure: fixed(steps(82, 2.05), steps(70, 1.4), steps(15, 4.5), steps(21, 6.3))},
		{Name: "a long strategy:ql", Bars: [bars.Sizes]float64{0, 10}, Measure: fixed(steps(600, 15), steps(500, 9.9), steps(450, 135), steps(660, 199))},
	}
}

// Strategies have to meet the bars that they have, and no others.
func TestSamplersMeetTheirBars(t *testing.T) {
	for i, want := range []bool{true, false, true} {
		s := testSamplers()[i]
		pace, err := s.Measure(0)
		if p := (paced{s, pace}); err != nil || p.meets() != want {
			t.Errorf("%s meets its bars: %v, want %v; %v", s.Name, p.meets(), want, err)
		}
	}
}

// Times that are far apart are no measurement.
func TestSpeedOnABusyMachine(t *testing.T) {
	for worst, want := range map[float64]bool{59: false, 61: true} {
		var out strings.Builder
		f := []measured{{Figure: testFigures()[0], values: []float64{40, 50, worst}}}
		if err := writeSpeed(&out, f, 3); err != nil || strings.Contains(out.String(), "the machine is busy") != want {
			t.Errorf("%v, want it to be busy: %v\n%s", err, want, &out)
		}
	}
}

func TestTable(t *testing.T) {
	table := table{heads: []string{"name", "number", "word"}, names: 8}
	table.add("short", "1", "a")
	table.add("a name that is long", "1000", "b")
	table.add("", "", "c")
	var text, document strings.Builder
	if err := table.writeText(&text); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"name   number  word",
		"short       1  a",
		"a name that is long",
		"         1000  b",
		"               c",
	}, "\n") + "\n"
	if text.String() != want {
		t.Errorf("got\n%swant\n%s", &text, want)
	}
	if err := table.writeMarkdown(&document); err != nil {
		t.Fatal(err)
	}
	if want := "| name | number | word |\n| --- | ---: | --- |\n| short | 1 | a |\n"; !strings.HasPrefix(document.String(), want) {
		t.Errorf("got\n%s", &document)
	}
}

func TestShort(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 99_999: "99999", 100_000: "100k", 123_499: "123k", 999_499: "999k", 999_500: "1M", 1_000_000: "1M",
		1_249_999: "1.2M", 12_345_678: "12.3M", 99_949_999: "99.9M", 99_950_000: "100M", 123_456_789: "123M",
	} {
		if got := short(n); got != want {
			t.Errorf("short(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestParagraph(t *testing.T) {
	got := paragraph(strings.Repeat("1234567 ", 21))
	if lines := strings.Split(got, "\n"); len(lines) != 3 || len(lines[0]) != 79 || len(lines[2]) != 7 || lines[1] != lines[0] {
		t.Errorf("%d columns: %q", cli.Columns, got)
	}
}

// A command line that is to be copied means the same again.
func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{"a/b.jsonl": "a/b.jsonl", "my results": "'my results'", "it's": `'it'\''s'`} {
		if got := quoted(in); got != want {
			t.Errorf("quoted(%s) = %s, want %s", in, got, want)
		}
	}
}

// Quantiles are among all seeds, those that found nothing behind the others.
func TestQuantiles(t *testing.T) {
	trials := func(schedules ...uint64) (ts []trial) {
		for i, n := range schedules {
			r := trial{Seed: uint64(i + 1), Result: found, Schedules: n, Steps: int(n) * 10}
			if n == 0 {
				r.Result, r.Schedules, r.Steps = notFound, 1000, 0
			}
			ts = append(ts, r)
		}
		return ts
	}
	const none = 0
	for _, test := range []struct {
		trials []trial
		want   [4]uint64
		steps  int
	}{
		{trials(7), [4]uint64{7, 7, 7, 7}, 70},
		{trials(9, 3), [4]uint64{3, 3, 9, 9}, 30},
		{trials(5, 1, 2, 4, 3, 10, 9, 8, 7, 6), [4]uint64{1, 5, 9, 10}, 50},
		{trials(0, 8, 0, 4), [4]uint64{4, 8, none, none}, 40},
		{trials(0, 0, 2000), [4]uint64{2000, none, none, none}, 20000},
		{trials(0, 0), [4]uint64{}, 0},
	} {
		d := difficulty{trials: test.trials}
		var got [4]uint64
		for i, s := range shares {
			got[i], _ = d.quantile(s)
		}
		if got != test.want || d.medianSteps() != test.steps {
			t.Errorf("%v: %v and %d, want %v and %d", test.trials, got, d.medianSteps(), test.want, test.steps)
		}
	}
}
