package failure

import (
	"fmt"
	"slices"
	"strings"
)

// Goroutine describes a goroutine as it was when an execution ended. Who holds what and who could wake whom is known of
// recorded executions only; Wait.Place and Created are known of all.
type Goroutine struct {
	ID      int     // in order of creation; 0 runs the body of the test
	Machine string  // the machine whose handler it runs, "" if it runs none
	Created Place   // its go statement
	Started Place   // the line of the program that led to it, if the go statement is in a package like sync and this is known
	Wait    Wait    // what it waits for, if it waits
	Holds   []Hold  // locks, in the order in which it got them
	Stack   []Place // user code, innermost first
}

// Wait is what a goroutine waits for.
type Wait struct {
	To    string // what follows the word "waits", such as "to lock mutex #2"; "" if the goroutine could go on
	Step  int    // number of the step since which it waits; 0 is unknown
	Place Place
	By    []int  // IDs of the goroutines that could end the wait, as far as that is known
	Held  bool   // those in By hold what is waited for; otherwise they have used it before and may do so again
	Note  string // why nobody can end it, or what else is known, such as "nobody can wake it"

	// Where that happened which the note tells of: 0 and zero if they are not known.
	NoteStep  int
	NotePlace Place

	Made Place // where the channel was made that it waits for, if it is one and that is known
	Last Use   // the last that another goroutine did to what it waits for, if it is no lock; zero if that is not known
}

// Use is an operation on what a goroutine waits for.
type Use struct {
	By    int    // ID of the goroutine
	Doing string // such as "send"; "" if nothing is known
	Step  int    // 0 is unknown
	Place Place
}

// Hold is a lock that a goroutine holds.
type Hold struct {
	What  string // such as "mutex #1" or "RWMutex #3 (for reading)"
	Step  int    // number of the step in which it was asked for; 0 is unknown
	Place Place
}

// Name is how reports and traces call the goroutine: "g3 (server.go:41)", with the line that started it.
func (g *Goroutine) Name() string { return GoroutineName(g.ID, g.Machine, g.started()) }

func (g *Goroutine) started() Place {
	if !g.Started.IsZero() {
		return g.Started
	}
	return g.Created
}

// GoroutineName is the name of a goroutine that runs a handler of a machine, or, if that is "", was created at a place.
func GoroutineName(id int, machine string, created Place) string {
	switch {
	case machine != "":
		return fmt.Sprintf("g%d (%s)", id, machine)
	case id == 0:
		return "g0 (test body)"
	case created.IsZero():
		return fmt.Sprintf("g%d", id)
	case OfTesting(created):
		return fmt.Sprintf("g%d (the test)", id)
	}
	return fmt.Sprintf("g%d (%v)", id, created)
}

// OfTesting reports whether a place is in package testing, which starts the goroutines of tests: that is nobody's business.
func OfTesting(p Place) bool { return strings.HasPrefix(p.Func, "testing.") }

// waits is what the goroutine waits for, in words that follow its name.
func (g *Goroutine) waits() string {
	if g.Wait.To == "" {
		return "could go on"
	}
	return "waits " + g.Wait.To
}

// spot is where the goroutine waits and where it was created: what stays the same from schedule to schedule.
func (g *Goroutine) spot() string {
	at := g.Wait.Place
	if at.IsZero() {
		return cleanOf(KindDeadlock, g.waits()) + " of " + g.Created.key()
	}
	return at.key() + " of " + g.Created.key()
}

func (p Place) key() string {
	if p.IsZero() {
		return "?"
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// spots is equal for goroutines that wait in the same places, whatever their number and order.
func spots(list []Goroutine) string {
	all := make([]string, len(list))
	for i := range list {
		all[i] = list[i].spot()
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// ids lists goroutines: "g1, g2 and g4".
func ids(list []int) string {
	names := make([]string, len(list))
	for i, id := range list {
		names[i] = fmt.Sprintf("g%d", id)
	}
	return listOf(names)
}

// listOf joins all names: "a, b and c".
func listOf(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// crowd is a goroutine and those that wait in the same way, in the same place, created by the same statement.
type crowd struct {
	*Goroutine
	others []int // their IDs
}

// crowds puts goroutines together that tell the same story. Those of a cycle, and those that hold something, stay alone.
func crowds(list []Goroutine, cycle []int) []crowd {
	var all []crowd
	first := map[string]int{}
	for _, i := range inOrder(list, cycle) {
		g := &list[i]
		if len(g.Holds) > 0 || slices.Contains(cycle, i) {
			all = append(all, crowd{Goroutine: g})
			continue
		}
		like := fmt.Sprintf("%s %s %s %v %s", g.spot(), g.Machine, g.Wait.To, g.Wait.By, g.Wait.Note)
		if n, ok := first[like]; ok {
			all[n].others = append(all[n].others, g.ID)
			continue
		}
		first[like] = len(all)
		all = append(all, crowd{Goroutine: g})
	}
	return all
}

// inOrder returns the indexes of a list, those of the cycle first.
func inOrder(list []Goroutine, cycle []int) []int {
	order := slices.Clone(cycle)
	for i := range list {
		if !slices.Contains(cycle, i) {
			order = append(order, i)
		}
	}
	return order
}
