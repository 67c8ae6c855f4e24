package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/systems/catalog"
)

// difficulty is how hard a bug is to find.
type difficulty struct {
	catalog.Entry
	trials []trial // at least one, by seed
}

// found are the trials that found the bug, the quickest first.
func (d *difficulty) found() []trial {
	f := slices.DeleteFunc(slices.Clone(d.trials), func(t trial) bool { return t.Result != found })
	slices.SortStableFunc(f, func(a, b trial) int { return cmp.Compare(a.Schedules, b.Schedules) })
	return f
}

// quantile is the number of schedules by which the bug was found in a share of
// all trials, by nearest rank. A trial that did not find it counts as longer than
// all that did; ok is false where the quantile is among those.
func (d *difficulty) quantile(share float64) (n uint64, ok bool) {
	f := d.found()
	i := rank(len(d.trials), share)
	if i >= len(f) {
		return 0, false
	}
	return f[i].Schedules, true
}

// rank is the index of a quantile among n sorted values.
func rank(n int, share float64) int { return max(1, int(math.Ceil(share*float64(n)))) - 1 }

// medianSteps is 0 if the bug was not found.
func (d *difficulty) medianSteps() int {
	var steps []int
	for _, t := range d.found() {
		steps = append(steps, t.Steps)
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	return steps[rank(len(steps), 0.5)]
}

// The quantiles of the table.
var shares = [...]float64{0, 0.5, 0.9, 1}

// beyond is what a cell shows for a quantile among trials that found nothing:
// more than the cap if they all went that far.
func (d *difficulty) beyond(limit func(uint64) string, most uint64) string {
	for _, t := range d.trials {
		if t.Result != found && t.Result != notFound {
			return "-"
		}
	}
	return ">" + limit(most)
}

// kinds are the kinds of failures that were found, the most frequent first.
func (d *difficulty) kinds() (names []string, count map[string]int) {
	count = map[string]int{}
	for _, t := range d.found() {
		if count[t.Kind]++; count[t.Kind] == 1 {
			names = append(names, t.Kind)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b))
	})
	return names, count
}

// difficultyTable returns the table, and what has to be said about it. Numbers
// are exact in a document and short on a terminal, where each kind has a row.
func difficultyTable(h head, all []difficulty, document bool) (t *table, notes []string) {
	t = &table{heads: []string{"bug", "found", "min", "median", "p90", "max", "steps", "kind"}, names: 16}
	number := short
	if document {
		number = func(n uint64) string { return strconv.FormatUint(n, 10) }
	}
	for i := range all {
		d := &all[i]
		row := []string{d.Path(), fmt.Sprintf("%d/%d", len(d.found()), len(d.trials))}
		for _, share := range shares {
			cell := d.beyond(number, h.Cap)
			if n, ok := d.quantile(share); ok {
				cell = number(n)
			}
			row = append(row, cell)
		}
		steps := "-"
		if n := d.medianSteps(); n > 0 {
			steps = number(uint64(n))
		}
		kinds, count := d.kinds()
		if len(kinds) > 1 {
			for i, k := range kinds {
				kinds[i] = fmt.Sprintf("%s %d", k, count[k])
			}
		}
		row = append(row, steps)
		if document || len(kinds) == 0 {
			t.add(append(row, cmp.Or(strings.Join(kinds, ", "), "-"))...)
		} else {
			t.add(append(row, kinds[0])...)
			for _, k := range kinds[1:] {
				t.add("", "", "", "", "", "", "", k)
			}
		}
		notes = append(notes, d.notes()...)
	}
	return t, notes
}

// notes says which trials neither found the bug nor went as far as the cap.
func (d *difficulty) notes() (notes []string) {
	seeds := map[string][]uint64{}
	var order []string
	missed := uint64(0) // schedules of the trials that were cut
	for _, t := range d.trials {
		var what string
		switch t.Result {
		case cut:
			what = "was cut by --time"
			missed += t.Schedules
		case otherKind:
			what = fmt.Sprintf("showed as %s, which the bug is not known for,", t.Kind)
		case notReproduced:
			what = fmt.Sprintf("failed (%s) and did not do so again when it was replayed,", t.Kind)
		default:
			continue
		}
		if seeds[what] == nil {
			order = append(order, what)
		}
		seeds[what] = append(seeds[what], t.Seed)
	}
	for _, what := range order {
		note := fmt.Sprintf("%s %s with %s", d.Path(), what, seedList(seeds[what]))
		if what == "was cut by --time" {
			note += fmt.Sprintf(": %d executions in all, and it was not found", missed)
		}
		notes = append(notes, note+".")
	}
	return notes
}

// seedList names seeds, runs of them as first to last.
func seedList(seeds []uint64) string {
	var parts []string
	for i := 0; i < len(seeds); {
		last := i
		for last+1 < len(seeds) && seeds[last+1] == seeds[last]+1 {
			last++
		}
		switch {
		case last > i+1:
			parts = append(parts, fmt.Sprintf("%d to %d", seeds[i], seeds[last]))
		default:
			for ; i < last; i++ {
				parts = append(parts, strconv.FormatUint(seeds[i], 10))
			}
			parts = append(parts, strconv.FormatUint(seeds[last], 10))
		}
		i = last + 1
	}
	if len(seeds) == 1 {
		return "seed " + parts[0]
	}
	return "seeds " + strings.Join(parts, ", ")
}

// difficultyLine is what is known of a bug as JSON.
type difficultyLine struct {
	System   string         `json:"system"`
	Bug      string         `json:"bug"`
	Strategy string         `json:"strategy"`
	Cap      uint64         `json:"cap"`
	Seeds    int            `json:"seeds"` // that were tried
	Found    int            `json:"found"`
	Min      *uint64        `json:"min"` // null when it was not found so often
	Median   *uint64        `json:"median"`
	P90      *uint64        `json:"p90"`
	Max      *uint64        `json:"max"`
	Steps    int            `json:"steps"` // median
	Kinds    map[string]int `json:"kinds"`
	Seconds  float64        `json:"seconds"` // of all trials
	Trials   []trial        `json:"trials"`
}

func writeDifficultyJSON(w io.Writer, h head, all []difficulty) error {
	for i := range all {
		d := &all[i]
		l := difficultyLine{
			System: d.System.Name, Bug: d.Bug.Name, Strategy: h.Strategy, Cap: h.Cap,
			Seeds: len(d.trials), Found: len(d.found()), Steps: d.medianSteps(), Trials: d.trials,
		}
		for i, to := range []**uint64{&l.Min, &l.Median, &l.P90, &l.Max} {
			if n, ok := d.quantile(shares[i]); ok {
				*to = &n
			}
		}
		_, l.Kinds = d.kinds()
		for _, t := range d.trials {
			l.Seconds += t.Seconds
		}
		l.Seconds = roundTo(l.Seconds, 1000)
		if err := json.NewEncoder(w).Encode(l); err != nil {
			return err
		}
	}
	return nil
}
