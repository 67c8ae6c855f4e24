package difftest

import (
	"fmt"
	"slices"
	"strings"
)

// Limits bound what Compare explores.
type Limits struct{ Executions, States int }

// Verdict is the result of a comparison.
type Verdict struct {
	Discard    string // why the program was not compared; "" if it was
	Executions int
	States     int
	Outcomes   int
	Missing    []string // outcomes of the reference that the engine does not reach
	Extra      []string // outcomes of the engine that the reference does not reach

	explored  *Explored
	reference *Reference
}

// Differs reports whether the two definitions disagree.
func (v *Verdict) Differs() bool { return len(v.Missing)+len(v.Extra) > 0 }

// Compare explores a program under both definitions.
func Compare(p *Program, bend Bend, lim Limits) *Verdict {
	e, err := Engine(p, lim.Executions)
	if err != nil {
		if strings.Contains(err.Error(), "not deterministic") {
			return &Verdict{Extra: []string{err.Error()}}
		}
		return &Verdict{Discard: "refused by Define"}
	}
	v := &Verdict{Executions: e.Executions, explored: e}
	switch {
	case e.Bounded:
		v.Discard = "does not end"
		return v
	case !e.Full:
		v.Discard = "too many executions"
		return v
	}
	r := Naive(p, bend, lim.States)
	v.States, v.reference, v.Outcomes = r.States, r, len(e.Outcomes)
	if !r.Full {
		v.Discard = "too many states"
		return v
	}
	for o := range r.Outcomes {
		if e.Outcomes[o] == nil {
			v.Missing = append(v.Missing, o)
		}
	}
	for o := range e.Outcomes {
		if !r.Outcomes[o] {
			v.Extra = append(v.Extra, o)
		}
	}
	slices.Sort(v.Missing)
	slices.Sort(v.Extra)
	return v
}

// Report shrinks a program that differs and tells everything about what is left.
func Report(p *Program, bend Bend, lim Limits) string {
	p = Shrink(p, func(q *Program) bool { return Compare(q, bend, lim).Differs() })
	v := Compare(p, bend, lim)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%d outcomes of the engine, %d of the reference\n", p, v.Outcomes, len(v.Missing)-len(v.Extra)+v.Outcomes)
	for i, o := range v.Missing {
		fmt.Fprintf(&b, "\nthe engine does not reach\n%s\n", o)
		if i == 0 {
			fmt.Fprintf(&b, "which the reference does by\n\t%s\n", strings.Join(v.reference.Path(o), "\n\t"))
		}
	}
	for i, o := range v.Extra {
		fmt.Fprintf(&b, "\nthe reference does not reach\n%s\n", o)
		if i == 0 && v.explored != nil {
			fmt.Fprintf(&b, "which the engine does by\n\t%s\n", strings.Join(Story(p, v.explored.Outcomes[o]), "\n\t"))
		}
	}
	return b.String()
}
