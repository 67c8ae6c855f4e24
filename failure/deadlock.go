package failure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Deadlock reports that nothing can move although somebody still waits for something that it was promised: a machine in
// a Receive, or, when the goroutines of the execution are controlled, the body of the test or a machine's handler in an
// operation that blocks.
type Deadlock struct {
	Site
	Blocked    []Blocked   // machines
	Hot        []Hot       // monitors that are hot at the same time
	Goroutines []Goroutine // all that are left, by ID
	// Cycle is a shortest cycle of goroutines each of which waits for the next, and the last for the first: indexes of
	// Goroutines. It is empty if there is none: then somebody waits for what nobody can do. Of executions that are not
	// recorded it is not known.
	Cycle []int
	// Circle is a cycle of machines each of which waits for room in the inbox of the next, or has sent its last message to the
	// next, and then waits: indexes of Blocked.
	// It is empty if there is none, or if that is not known.
	Circle []int
	Beyond []Beyond // who is not part of the execution, and might be who is waited for
	// OthersGoOn says that other goroutines went on, for ever as it seems: Goroutines are then those that can never go on
	// whatever others do, as they wait for each other's locks, or at nil channels.
	OthersGoOn bool
}

// OthersGoOn is in the Key of deadlocks beside which other goroutines went on.
const OthersGoOn = "others go on"

func (e *Deadlock) Error() string {
	s := "nothing can move any more"
	if e.OthersGoOn {
		s = "some goroutines can never go on, whatever the others do"
	}
	switch {
	case len(e.Cycle) > 0:
		s += ": " + e.circle()
		if rest := e.rest(); len(rest) > 0 {
			s += "; blocked too: " + list(rest)
		}
	case e.OthersGoOn:
		s += ": " + list(e.waiters())
	default:
		s += ", but " + list(e.waiters())
	}
	if len(e.Hot) > 0 {
		s += fmt.Sprintf("; %s still hot: %s", monitors(len(e.Hot)), hotList(e.Hot))
	}
	return s
}

// waiters says of everybody what it waits for.
func (e *Deadlock) waiters() []string {
	var names []string
	for _, b := range e.Blocked {
		names = append(names, fmt.Sprintf("%s waits for %s", b.who(), cmp.Or(b.WaitsFor, "something")))
	}
	return append(names, stories(e.Goroutines)...)
}

// stories says of goroutines what they wait for, and of a single one why nobody ends that.
func stories(list []Goroutine) []string {
	var names []string
	all := crowds(list, nil)
	for _, c := range all {
		s := c.Name()
		if len(c.others) > 0 {
			s += fmt.Sprintf(", like %s,", plural(len(c.others), "other"))
		}
		s += " " + c.waits()
		if len(all) == 1 && len(c.Wait.By) == 0 && c.Wait.Note != "" {
			s += ", and " + c.Wait.Note
		}
		names = append(names, s)
	}
	return names
}

// rest names who is blocked outside of the cycle.
func (e *Deadlock) rest() []string {
	var names []string
	for _, b := range e.Blocked {
		names = append(names, b.who())
	}
	for i := range e.Goroutines {
		if !slices.Contains(e.Cycle, i) {
			names = append(names, e.Goroutines[i].Name())
		}
	}
	return names
}

// maxLinks bounds the members of a cycle that a sentence tells of.
const maxLinks = 3

// circle tells the cycle in a sentence.
func (e *Deadlock) circle() string {
	var links []string
	for n, i := range e.Cycle {
		if n == maxLinks {
			links = append(links, fmt.Sprintf("and so on, in a cycle of %d goroutines", len(e.Cycle)))
			break
		}
		g, next := &e.Goroutines[i], &e.Goroutines[e.Cycle[(n+1)%len(e.Cycle)]]
		name := g.Name()
		if n > 0 {
			name = fmt.Sprintf("g%d", g.ID) // the link before has named it
		}
		links = append(links, fmt.Sprintf("%s %s, %s", name, g.waits(), g.needs(next, n+1 < len(e.Cycle))))
	}
	return strings.Join(links, "; ")
}

// needs says that what the goroutine waits for depends on the next one in the cycle.
func (g *Goroutine) needs(next *Goroutine, full bool) string {
	name := fmt.Sprintf("g%d", next.ID)
	if full {
		name = next.Name()
	}
	switch {
	case g.ID == next.ID && g.Wait.Held && len(g.Wait.By) > 1:
		return fmt.Sprintf("which it holds itself, together with %s", plural(len(g.Wait.By)-1, "other"))
	case g.ID == next.ID && g.Wait.Held:
		return "which it holds itself"
	case g.ID == next.ID:
		return "which it would have to end itself"
	case g.Wait.Held && len(g.Wait.By) > 1:
		return fmt.Sprintf("which %s and %s hold", name, plural(len(g.Wait.By)-1, "other"))
	case g.Wait.Held:
		return fmt.Sprintf("which %s holds", name)
	}
	return "which needs " + name
}

// arrows is the cycle in one line: "g1 → g2 → g1".
func (e *Deadlock) arrows() string {
	var names []string
	for _, i := range append(slices.Clone(e.Cycle), e.Cycle[0]) {
		names = append(names, fmt.Sprintf("g%d", e.Goroutines[i].ID))
	}
	return strings.Join(names, " → ")
}

// Detail tells the cycle, and of everybody what it waits for, since when and where, and what it holds.
func (e *Deadlock) Detail() string {
	var d detail
	d.site(e.Site)
	if len(e.Cycle) > 0 {
		d.add("cycle: %s", e.arrows())
	}
	if len(e.Circle) > 0 {
		d.add("cycle: %s (%s)", e.circleOfMachines(), e.circleBecause())
	}
	d.goroutines(e.Goroutines, e.Cycle)
	for _, b := range e.Blocked {
		s := b.who()
		if b.State != "" {
			s += fmt.Sprintf(" (in state %s)", b.State)
		}
		s += " waits for " + cmp.Or(b.WaitsFor, "something")
		if b.Step > 0 {
			s += fmt.Sprintf(" since step %d", b.Step)
		}
		d.add("%s", s)
		d.place("    at", b.Place)
		d.asked(&b)
	}
	for _, h := range e.Hot {
		d.hot(h)
	}
	d.beyond(e.Beyond)
	return d.String()
}

// same is the set of places in which goroutines wait, and what machines wait for.
func (e *Deadlock) same() string {
	if len(e.Goroutines) == 0 {
		return ""
	}
	var names []string
	for _, b := range e.Blocked {
		names = append(names, clean(b.who()+" waits for "+b.WaitsFor))
	}
	for _, h := range e.Hot {
		names = append(names, h.String())
	}
	if e.OthersGoOn {
		names = append(names, OthersGoOn)
	}
	slices.Sort(names)
	return strings.Join(append(slices.Compact(names), spots(e.Goroutines)), ", ")
}
