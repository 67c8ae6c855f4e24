package sct_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/systems/sct"
	"github.com/ravelgo/ravel/systems/sct/internal/count"
)

const (
	patience = 600_000 // executions after which a count is given up
	quick    = 20_000  // executions that a test without -update may spend to repeat a count
	small    = 5       // goroutines of the programs whose schedules are counted
)

// TestFigures measures the programs again. Without -update it compares what takes little time: the scheduling points, and
// the schedules where they are soon counted; with it, it rewrites measured.json and docs/sct.md.
func TestFigures(t *testing.T) {
	if *update && gocontrol.Available() != nil {
		child(t, nil, 1, "-test.run=^TestFigures$", "-test.timeout=0", "-update")
		return
	}
	control(t)
	all := sct.All()
	figures := make(map[string]sct.Measured)
	for i, p := range all {
		run(t, p.Run, gocontrol.Options{}) // the first execution initializes the libraries
		e := run(t, p.Run, gocontrol.Options{Strategy: gocontrol.Default, Trace: 1 << 20})
		threads := 0
		for _, point := range e.Trace {
			threads = max(threads, point.Goroutine+1)
		}
		if threads != p.Threads {
			t.Errorf("%s has %d goroutines, says that it has %d", p.Name, threads, p.Threads)
		}
		if ops := len(e.Trace); !*update && ops != p.Ops {
			t.Errorf("%s has %d scheduling points, had %d: run with -update if this is as it should be", p.Name, ops, p.Ops)
		}
		switch {
		case *update:
			all[i].Measured = sct.Measured{Ops: len(e.Trace), Failing: failing(t, p, patience), Median: medians(t, p, e.Steps)}
			figures[p.Name] = all[i].Measured
			fmt.Fprintf(os.Stderr, "%s: %+v\n", p.Name, all[i].Measured)
		case p.Failing.Executions <= quick && p.Failing.Random != "":
			if f := failing(t, p, quick); f != p.Failing {
				t.Errorf("%s: counted %+v, was %+v: run with -update if this is as it should be", p.Name, f, p.Failing)
			}
		}
	}
	if *update && !t.Failed() {
		text, err := json.MarshalIndent(figures, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		write(t, "measured.json", append(text, '\n'))
		write(t, document, render(all))
	}
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
}

// failing counts the schedules of a program, or asks its model.
func failing(t *testing.T, p sct.Program, limit int) sct.Failing {
	t.Helper()
	if p.Threads <= small {
		c, err := count.Merged(counted(p.Run), limit)
		switch {
		case err == nil:
			return sct.Failing{Schedules: c.Schedules.String(), Failing: c.Failing.String(), Random: c.Random.RatString(),
				Executions: c.Executions, By: "search"}
		case !errors.Is(err, count.ErrLimit):
			t.Fatalf("%s: %v", p.Name, err)
		}
	}
	none := fmt.Sprintf("not counted: the search gives up after %d executions", limit)
	if p.Threads > small {
		none = fmt.Sprintf("not counted: more than %d goroutines", small)
	}
	if m := modelOf(p); m != nil {
		return sct.Failing{Random: m.random().FloatString(15), By: "model; " + none}
	}
	return sct.Failing{By: none}
}

// modelOf returns nil if there is no model of the program that can be computed in seconds.
func modelOf(p sct.Program) *model {
	switch n := p.Threads - 1; {
	case p.Family == "reorder" && n <= 10:
		return reorderModel(n)
	case p.Family == "twostage" && n <= 5:
		return twoStageModel(n)
	}
	return nil
}

// strategies are those that are measured, in the order of the table.
var strategies = []string{"random", "PCT2", "PCT3", "POS"}

// medians looks for the bug 20 times with each strategy.
func medians(t *testing.T, p sct.Program, steps uint64) map[string]int {
	t.Helper()
	const searches = 20
	list := make(map[string]int)
	for name, opts := range map[string]gocontrol.Options{
		"random": {Strategy: gocontrol.Random},
		"PCT2":   {Strategy: gocontrol.PCT, Depth: 2, Expect: steps},
		"PCT3":   {Strategy: gocontrol.PCT, Depth: 3, Expect: steps},
		"POS":    {Strategy: gocontrol.POS},
	} {
		var took []int
		for i := range uint64(searches) {
			opts.Seed = 1_000_000 * (i + 1)
			if n := firstFailure(t, p.Run, opts, sct.SearchLimit); n > 0 {
				took = append(took, n)
			} else if int(i)+1-len(took) > searches/2 {
				break // most have found nothing
			}
		}
		slices.Sort(took)
		if len(took) > searches/2 {
			list[name] = (took[searches/2-1] + took[searches/2] + 1) / 2
		} else {
			list[name] = 0
		}
	}
	return list
}

// firstFailure runs up to limit executions with seeds from the first one on, and returns how many it took to the first that
// failed; 0 if none did.
func firstFailure(t *testing.T, f func(sct.TB), opts gocontrol.Options, limit int) int {
	t.Helper()
	for i := range limit {
		if run(t, f, opts).symptom() != "" {
			return i + 1
		}
		opts.Seed++
	}
	return 0
}

// TestMedians: what is in the table is what a search gives, for the program that takes the least time.
func TestMedians(t *testing.T) {
	control(t)
	p, err := sct.Find("twostage")
	if err != nil {
		t.Fatal(err)
	}
	run(t, p.Run, gocontrol.Options{})
	steps := run(t, p.Run, gocontrol.Options{Strategy: gocontrol.Default}).Steps
	if got := medians(t, p, steps); !maps.Equal(got, p.Median) {
		t.Errorf("medians of %s: %v, were %v: run with -update if the strategies have changed", p.Name, got, p.Median)
	}
}
