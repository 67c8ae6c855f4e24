package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	. "github.com/ravelgo/ravel/schedule"
)

// toy is a program whose threads take so many steps each, one after the other. It fails when the failing condition holds of
// the order of the steps.
type toy struct {
	steps []int // of each thread
	fails func(order []int) bool
}

// run follows a candidate as a strategy does: names as long as they fit, or deviations by position.
func (p toy) run(c Candidate) Attempt {
	left := slices.Clone(p.steps)
	last, next := -1, 0
	var order []int
	var a Attempt
	for {
		var ready []int // in the default order
		if last >= 0 && left[last] > 0 {
			ready = append(ready, last)
		}
		for t, n := range left {
			if n > 0 && t != last {
				ready = append(ready, t)
			}
		}
		if len(ready) == 0 {
			break
		}
		value := 0
		if len(ready) > 1 {
			if c.Names == nil && next < len(c.Values) {
				value = min(c.Values[next], len(ready)-1)
				next++
			}
			if next < len(c.Names) && c.Names[next].Awaited() {
				if thread(ready[0]) == c.Names[next].Op {
					next++
				}
				a.Choices = append(a.Choices, Named{Choice: Choice{Kind: Schedule, N: len(ready)}, Op: thread(ready[0])})
				last = ready[0]
				left[last]--
				order = append(order, last)
				continue
			}
			for i := next; c.Names != nil && i < len(c.Names); i++ {
				if at := slices.IndexFunc(ready, func(t int) bool { return thread(t) == c.Names[i].Op }); at >= 0 {
					value, next = at, i+1
					break
				}
			}
			a.Choices = append(a.Choices, Named{Choice: Choice{Kind: Schedule, N: len(ready), Value: value}, Op: thread(ready[value])})
		}
		last = ready[value]
		left[last]--
		order = append(order, last)
	}
	a.Failed, a.Steps = p.fails(order), len(order)
	return a
}

func thread(t int) string { return fmt.Sprint(t) }

// random returns a random execution of the program.
func (p toy) random(r *rand.Rand) Attempt {
	var v []int
	n := 0
	for _, s := range p.steps {
		n += s
	}
	for range n {
		v = append(v, r.IntN(len(p.steps)))
	}
	return p.run(Candidate{Values: v})
}

// try runs candidates one after the other, all of them if lazy is false.
func (p toy) try(lazy bool) func([]Candidate, func(Attempt) bool) []Attempt {
	return func(batch []Candidate, better func(Attempt) bool) (got []Attempt) {
		for _, c := range batch {
			got = append(got, p.run(c))
			if lazy && better(got[len(got)-1]) {
				break
			}
		}
		return got
	}
}

// between reports whether a step of one thread stands between two of another.
func between(order []int, one, other int) bool {
	first, last := slices.Index(order, other), len(order)-1
	for last > 0 && order[last] != other {
		last--
	}
	at := slices.Index(order, one)
	return first >= 0 && first < at && at < last
}

// thereAndBack reports whether threads take turns, two each.
func thereAndBack(order []int) bool {
	turns := 1
	for i := range order[1:] {
		if order[i] != order[i+1] {
			turns++
		}
	}
	return turns >= 4
}

// hereOrThere fails for two reasons, and no schedule between the two fails: one has two switches, the other a single one.
func hereOrThere(order []int) bool {
	return order[0] == 2 && order[1] == 1 || slices.Equal(order[:6], []int{0, 0, 0, 0, 1, 1})
}

// The switches that are left are those that the failure needs, or one more where the search is greedy.
func TestShrink(t *testing.T) {
	for _, c := range []struct {
		name     string
		p        toy
		switches int
	}{
		{"always", toy{[]int{3, 3, 3}, func([]int) bool { return true }}, 0},
		{"the last thread first", toy{[]int{3, 3, 3}, func(o []int) bool { return o[0] == 2 }}, 1},
		{"one in between", toy{[]int{5, 5, 5}, func(o []int) bool { return between(o, 1, 0) }}, 1},
		{"two in between", toy{[]int{6, 6, 6, 6}, func(o []int) bool { return between(o, 1, 0) && between(o, 3, 2) }}, 3},
		{"here or there", toy{[]int{5, 3, 3}, hereOrThere}, 1},
		{"there and back", toy{[]int{6, 6}, thereAndBack}, 2},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		failed := 0
		for range 300 {
			first := c.p.random(r)
			if !first.Failed {
				continue
			}
			failed++
			got := Shrink(first, Limits{}, c.p.try(true))
			was, is := Measure(first.Choices, first.Steps), Measure(got.Choices, got.Steps)
			if is.Switches > c.switches {
				t.Fatalf("%s: %v was shrunk to %d switches, want at most %d: %v", c.name, first.Choices, is.Switches, c.switches, got.Choices)
			}
			if is.Switches > was.Switches || is.Choices > was.Choices {
				t.Fatalf("%s: %+v became %+v", c.name, was, is)
			}
			again := c.p.run(Candidate{Names: got.Choices})
			if !again.Failed || Measure(again.Choices, again.Steps).Switches != is.Switches {
				t.Fatalf("%s: %v does not fail again", c.name, got.Choices)
			}
		}
		if failed < 10 {
			t.Errorf("%s: only %d executions failed", c.name, failed)
		}
	}
}

// However many candidates are tried at once, the result is the same, and so is what was counted; also where a bound ends the
// search.
func TestShrinkInBatches(t *testing.T) {
	p := toy{[]int{7, 7, 7, 7}, func(o []int) bool { return between(o, 1, 0) && between(o, 3, 2) && between(o, 2, 1) }}
	r := rand.New(rand.NewPCG(5, 6))
	for n := 0; n < 40; {
		first := p.random(r)
		if !first.Failed {
			continue
		}
		n++
		whole := Shrink(first, Limits{}, p.try(true))
		for _, l := range []Limits{{}, {Tries: 15}, {Steps: 500}} {
			want := Shrink(first, l, p.try(true))
			for _, batch := range []int{2, 3, 8, 50} {
				l.Batch = batch
				for _, lazy := range []bool{true, false} {
					if got := Shrink(first, l, p.try(lazy)); !reflect.DeepEqual(got, want) {
						t.Fatalf("batches of %d: %+v\nwant %+v", batch, got, want)
					}
				}
			}
			cut := ""
			switch {
			case l.Tries > 0 && whole.Tries > l.Tries:
				cut = "tries"
			case l.Steps > 0 && whole.Ran-first.Steps >= l.Steps:
				cut = "steps"
			}
			if want.Cut != cut || cut == "tries" && want.Tries != l.Tries {
				t.Fatalf("%d tries, cut by %q, with %+v; without bounds %d tries and %d steps", want.Tries, want.Cut, l, whole.Tries, whole.Ran)
			}
		}
	}
}

// Whatever the tries say, the result is one of them that failed, or the schedule itself, and no candidate is tried twice.
func TestShrinkReturnsWhatFailed(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		p := toy{[]int{4, 4, 4}, func([]int) bool { return r.IntN(2) == 0 }}
		first := p.random(r)
		failed := []Attempt{first}
		seen := map[string]bool{}
		got := Shrink(first, Limits{Tries: r.IntN(60)}, func(batch []Candidate, _ func(Attempt) bool) (list []Attempt) {
			for _, c := range batch {
				if key := fmt.Sprint(c.Names, c.Values); seen[key] {
					t.Fatalf("%s is tried again", key)
				} else {
					seen[key] = true
				}
				a := p.run(c)
				if a.Failed {
					failed = append(failed, a)
				}
				list = append(list, a)
			}
			return list
		})
		if !slices.ContainsFunc(failed, func(a Attempt) bool {
			n := len(got.Choices)
			return len(a.Choices) >= n && slices.Equal(a.Choices[:n], got.Choices) && a.Steps == got.Steps
		}) {
			t.Fatalf("shrunk to %v, which never failed", got.Choices)
		}
	}
}

// When time is up nothing more is tried, and that is said.
func TestShrinkInTime(t *testing.T) {
	p := toy{[]int{5, 5}, thereAndBack}
	first := p.run(Candidate{Values: []int{0, 1, 1, 1, 1, 1}})
	batches := 0
	got := Shrink(first, Limits{Over: func() bool { batches++; return batches > 1 }}, p.try(true))
	if got.Cut != "time" || got.Tries != 1 {
		t.Errorf("%d tries, cut by %q", got.Tries, got.Cut)
	}
}

// Whoever cuts what has too many deviations to be simpler spends fewer steps, and comes to the same.
func TestDeviationsOfCandidates(t *testing.T) {
	p := toy{[]int{7, 7, 7, 7}, func(o []int) bool { return between(o, 1, 0) && between(o, 3, 2) && between(o, 2, 1) }}
	cutting := func(batch []Candidate, better func(Attempt) bool) (got []Attempt) {
		for _, c := range batch {
			a := p.run(c)
			if most := c.Deviations; most > 0 && Measure(a.Choices, a.Steps).Switches > most {
				a = Attempt{Choices: a.Choices[:most+1], Steps: most + 1} // it has had so many choices at least
			}
			got = append(got, a)
			if better(a) {
				break
			}
		}
		return got
	}
	r := rand.New(rand.NewPCG(7, 8))
	saved := 0
	for n := 0; n < 40; {
		first := p.random(r)
		if !first.Failed {
			continue
		}
		n++
		want, got := Shrink(first, Limits{}, p.try(true)), Shrink(first, Limits{}, cutting)
		if !reflect.DeepEqual(got.Attempt, want.Attempt) || got.Tries != want.Tries || got.Ran > want.Ran {
			t.Fatalf("%v\nwas shrunk to\n%+v, and with cuts to\n%+v", first, want, got)
		}
		saved += want.Ran - got.Ran
	}
	if saved == 0 {
		t.Error("nothing was ever cut")
	}
}

// What proves a failure is not counted when an execution may be longer than the best: each one has as much of it.
func TestRoomOfCandidates(t *testing.T) {
	p := toy{[]int{5, 5}, thereAndBack}
	first := p.run(Candidate{Values: []int{0, 1, 1, 1, 1, 1}})
	const longer = 1000
	for _, proof := range []int{0, longer, 2 * longer} {
		at, most := 0, 0
		late := first
		late.Steps += longer
		Shrink(late, Limits{Tries: 1, Proof: proof}, func(batch []Candidate, _ func(Attempt) bool) []Attempt {
			at, most = batch[0].Steps, batch[0].Deviations
			return []Attempt{{}}
		})
		if want := 2*max(0, late.Steps-proof) + 200 + proof; at != want {
			t.Errorf("with %d steps, of which %d are the proof, a candidate may have %d, want %d", late.Steps, proof, at, want)
		}
		if want := Measure(first.Choices, first.Steps).Switches; most != want {
			t.Errorf("a candidate may have %d deviations, want %d", most, want)
		}
	}
}
