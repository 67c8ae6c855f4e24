package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// list reads choices: "a" is a default pick of operation a, "a!" one that is not, "a=2" a value of a.
func list(text string) (c []Named) {
	for _, word := range strings.Fields(text) {
		n := Named{Choice: Choice{N: 9}, Op: word}
		if op, v, ok := strings.Cut(word, "="); ok {
			n.Kind, n.Op = Int, op
			fmt.Sscan(v, &n.Value)
		} else if op, ok := strings.CutSuffix(word, "!"); ok {
			n.Op, n.Value = op, 1
		}
		c = append(c, n)
	}
	return c
}

func words(c []Named) string {
	var list []string
	for _, n := range c {
		switch {
		case n.Awaited():
			list = append(list, n.Op+"?")
		case n.Kind != Schedule:
			list = append(list, fmt.Sprintf("%s=%d", n.Op, n.Value))
		case n.Value != 0:
			list = append(list, n.Op+"!")
		default:
			list = append(list, n.Op)
		}
	}
	return strings.Join(list, " ")
}

// All changes of each pass.
func TestPasses(t *testing.T) {
	for _, c := range []struct {
		name string
		p    pass
		of   string
		want []string
	}{
		{"cutEnd", pass{halvings, cutEnd, true}, "a b c d", []string{"", "a b", "a b c"}},
		{"cutFault", pass{faults, cutFault, true}, "a 0f0! b 0.1f2! c", []string{"a b 0.1f2! c", "a 0f0! b c"}},
		{"cutOperation", pass{operations, cutOperation, true}, "a b! a=3 c b", []string{"b! c b", "a a=3 c", "a b! a=3 b"}},
		{"cutPieces", cutPieces(2), "a b c d e", []string{"c d e", "a b e", "a b c d"}},
		{"takeBack", takeBack(2), "a b! c=4 d e!", []string{"[0 0 0 0 1]", "[0 1 4 0 0]"}},
		{"cutRun", pass{runs, cutRun, true}, "a a b b=1 a c!", []string{"b b=1 a c!", "a a a c!", "a a b b=1 c!", "a a b b=1 a"}},
		{"mergeUp", pass{runs, mergeUp, true}, "a b! c! a! a b!", []string{"a a! a b! c! b!", "a b! b! c! a! a"}},
		{"mergeDown", pass{runs, mergeDown, true}, "a b! c! a! a b!", []string{"b! c! a a! a b!", "a c! a! a b! b!"}},
		{"lowerValue", pass{values, lowerValue, true}, "a! a=7 b=0 b=1", []string{"a! a=0 b=0 b=1", "a! a=3 b=0 b=1", "a! a=6 b=0 b=1", "a! a=7 b=0 b=0"}},
		{"await", pass{switches, await, true}, "a! b b=1 c!", []string{"a? b b=1 c!", "a! b b=1 c?"}},
		{"advance", pass{advances, advance, true}, "a b! b=1 c!", []string{"b! b=1 a? c!", "a c! b? b=1", "c! a? b! b=1"}},
		{"swapRuns", pass{runs, swapRuns, true}, "a a b b=1 c", []string{"b b=1 a a c", "a a c b b=1"}},
		{"lowerSwitch", pass{lowerings, lowerSwitch, true}, "a! a=7", nil},
	} {
		var got []string
		choices := list(c.of)
		for i := range c.p.count(choices) {
			switch cand := c.p.change(choices, i); {
			case cand.empty():
			case cand.Names != nil:
				got = append(got, words(cand.Names))
			default:
				got = append(got, fmt.Sprint(cand.Values))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s of %s:\n%q, want\n%q", c.name, c.of, got, c.want)
		}
		if words(choices) != c.of {
			t.Errorf("%s has changed %s to %s", c.name, c.of, words(choices))
		}
	}
	deep := list("a!")
	deep[0].Value = 8
	if got := lowerSwitch(deep, 0).Values; !slices.Equal(got, []int{4}) {
		t.Errorf("half of 8 is %v", got)
	}
}

// Pieces anywhere are real pieces, and the same ones each time.
func TestCutAnywhere(t *testing.T) {
	c := list(strings.Repeat("a b ", 50))
	sizes := map[int]bool{}
	for i := range places(c) {
		got := cutAnywhere(c, i)
		if words(got.Names) != words(cutAnywhere(c, i).Names) {
			t.Fatalf("change %d differs", i)
		}
		n := len(c) - len(got.Names)
		if n < 1 || n > len(c) {
			t.Fatalf("change %d leaves out %d of %d", i, n, len(c))
		}
		sizes[n] = true
	}
	if len(sizes) < 20 {
		t.Errorf("only %d sizes", len(sizes))
	}
}

func TestMeasure(t *testing.T) {
	got := Measure(list("root a! a=3 0.1t2! 0f0! 0.12f3! f! b end"), 40)
	if want := (Size{Steps: 40, Choices: 9, Switches: 3, Faults: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Less of what matters more is simpler, whatever it costs of the rest.
func TestGoal(t *testing.T) {
	order := []struct {
		choices string
		steps   int
	}{
		{"", 1}, {"", 9}, {"a=1", 9}, {"a=2", 9}, {"a=1 a=1", 9}, {"a=1", 10}, {"a!", 5}, {"a! b", 5}, {"0f0!", 1}, {"a! b!", 1}, {"a! 0f0!", 1},
	}
	for i := range order[1:] {
		a, b := order[i], order[i+1]
		one, other := Attempt{Choices: list(a.choices), Steps: a.steps}, Attempt{Choices: list(b.choices), Steps: b.steps}
		if !one.Simpler(&other) || other.Simpler(&one) {
			t.Errorf("%q in %d steps is not simpler than %q in %d", a.choices, a.steps, b.choices, b.steps)
		}
	}
}
