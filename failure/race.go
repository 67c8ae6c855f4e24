package failure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// DataRace reports two accesses to the same memory, at least one of them a write, that nothing orders: neither happens
// before the other, as the Go memory model defines it. First happened first in this execution, Second is how it was noticed;
// the site is Second's.
//
// Two races are the same if the same two lines of code race, whichever comes first.
type DataRace struct {
	Site
	What          string // the variable, if its name is known
	First, Second Access
	Report        string // the race detector's own words, if it has any
}

// Access is one of two accesses that race. Machine is the goroutine, as GoroutineName names it; Place is the line of the
// program that does it, by itself or by a call of the standard library.
type Access struct {
	Site
	Write   bool
	Through Place   // where in the standard library the access is; zero if it is in the program itself
	Stack   []Place // user code, innermost first; nil if the race detector has forgotten it
	Created Place   // the go statement of the goroutine
}

func (a *Access) noun() string {
	if a.Write {
		return "write"
	}
	return "read"
}

// at is where the access is, in words.
func (a *Access) at() string {
	if a.Place.Func == "" {
		return "at " + a.Place.String()
	}
	return fmt.Sprintf("in %s at %s", a.Place.short(), a.Place)
}

// pair returns both accesses in an order that does not depend on which came first.
func (e *DataRace) pair() [2]*Access {
	p := [2]*Access{&e.First, &e.Second}
	slices.SortFunc(p[:], func(a, b *Access) int {
		if a.Write != b.Write {
			if a.Write {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Place.File, b.Place.File), cmp.Compare(a.Place.Line, b.Place.Line))
	})
	return p
}

func (e *DataRace) Error() string {
	p := e.pair()
	to := ""
	if e.What != "" {
		to = " to " + e.What
	}
	switch same := p[0].Place == p[1].Place; {
	case p[0].Place.IsZero() && p[1].Place.IsZero():
		return cmp.Or(strings.Replace(to, " to", "nothing orders two accesses to", 1), "nothing orders two accesses to the same memory")
	case same && p[1].Write:
		return fmt.Sprintf("nothing orders two writes%s %s", to, p[0].at())
	case same:
		return fmt.Sprintf("nothing orders a write and a read%s %s", to, p[0].at())
	}
	return fmt.Sprintf("nothing orders a %s%s %s and a %s %s", p[0].noun(), to, p[0].at(), p[1].noun(), p[1].at())
}

// same is the pair of lines.
func (e *DataRace) same() string {
	if e.First.Place.IsZero() || e.Second.Place.IsZero() {
		return ""
	}
	spots := []string{e.First.spot(), e.Second.spot()}
	slices.Sort(spots)
	return strings.Join(spots, ", ")
}

func (a *Access) spot() string { return fmt.Sprintf("%s %v", a.Place.Func, a.Place) }

// Detail tells who does what where, the access that came first at the top, and who started them.
func (e *DataRace) Detail() string {
	var d detail
	for _, a := range []*Access{&e.First, &e.Second} {
		step := ""
		if a.Step > 0 {
			step = fmt.Sprintf(" in step %d", a.Step)
		}
		d.add("%s %ss%s", cmp.Or(a.Machine, "a goroutine"), a.noun(), step)
		d.place("    at", a.Place)
		d.place("    through", a.Through)
		d.stack("    called by", a.Stack, a.Place)
		d.place("    created", a.Created)
	}
	if e.First.Place.IsZero() || e.Second.Place.IsZero() {
		d.text("race detector", e.Report)
	}
	d.add("fix: let both hold one lock, make the accesses atomic, or hand the memory over on a channel")
	return d.String()
}
