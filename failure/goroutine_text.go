package failure

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// goroutines describes all of them, those of the cycle first.
func (d *detail) goroutines(list []Goroutine, cycle []int) {
	for _, c := range crowds(list, cycle) {
		d.goroutine(c.Goroutine)
		if n := len(c.others); n > 0 {
			shown := c.others[:min(n, 8)]
			more := ""
			if n > len(shown) {
				more = ", ..."
			}
			d.add("    like it: %s%s (%s in all)", strings.ReplaceAll(ids(shown), " and ", ", "), more, plural(n+1, "goroutine"))
		}
	}
}

// goroutine describes one.
func (d *detail) goroutine(g *Goroutine) {
	s := fmt.Sprintf("%s %s", g.Name(), g.waits())
	if g.Wait.Step > 0 {
		s += fmt.Sprintf(" since step %d", g.Wait.Step)
	}
	d.add("%s%s", s, g.by())
	at := g.Wait.Place
	if at.IsZero() && len(g.Stack) > 0 {
		at = g.Stack[0]
	}
	d.place("    at", at)
	d.stack("    called by", g.Stack, at)
	d.place("    channel made", g.Wait.Made)
	d.used(&g.Wait.Last)
	d.holds("    holds", g.Holds)
	if g.ID != 0 || g.Machine != "" {
		d.place("    created", g.started())
	}
}

// by tells who could end the wait.
func (g *Goroutine) by() string {
	w := &g.Wait
	s := ""
	switch n := len(w.By); {
	case w.To == "":
		return ""
	case n == 0:
	case w.Held && n == 1 && w.By[0] == g.ID:
		s = "; it holds that itself"
	case w.Held && slices.Contains(w.By, g.ID):
		others := slices.DeleteFunc(slices.Clone(w.By), func(id int) bool { return id == g.ID })
		s = fmt.Sprintf("; it holds that itself, together with %s", ids(others))
	case !w.Held && n == 1 && w.By[0] == g.ID:
		s = "; it would have to end that itself"
	case w.Held && n == 1:
		s = fmt.Sprintf("; g%d holds it", w.By[0])
	case w.Held:
		s = fmt.Sprintf("; %s hold it", ids(w.By))
	default:
		s = fmt.Sprintf("; %s could wake it", ids(w.By))
	}
	if w.Note != "" {
		s += "; " + w.Note
	}
	switch {
	case w.NoteStep > 0 && !w.NotePlace.IsZero():
		s += fmt.Sprintf(" (step %d, %v)", w.NoteStep, w.NotePlace)
	case w.NoteStep > 0:
		s += fmt.Sprintf(" (step %d)", w.NoteStep)
	}
	return s
}

// used tells what was done last to what a goroutine waits for.
func (d *detail) used(u *Use) {
	if u.Doing == "" {
		return
	}
	s := fmt.Sprintf("    last used by g%d: %s", u.By, u.Doing)
	if u.Step > 0 {
		s += fmt.Sprintf(" in step %d", u.Step)
	}
	if !u.Place.IsZero() {
		s += fmt.Sprintf(", %v", u.Place)
	}
	d.add("%s", s)
}

func (d *detail) holds(label string, list []Hold) {
	for _, h := range list {
		s := label + " " + h.What
		if h.Step > 0 {
			s += fmt.Sprintf(" since step %d", h.Step)
		}
		if !h.Place.IsZero() {
			s += fmt.Sprintf(", %v", h.Place)
		}
		d.add("%s", s)
	}
}

// maxCallers bounds the callers that a report lists of one goroutine.
const maxCallers = 8

// stack lists the callers of the place at, which is the innermost frame.
func (d *detail) stack(label string, stack []Place, at Place) {
	if len(stack) > 0 && stack[0] == at {
		stack = stack[1:]
	}
	var calls []string
	for i, p := range stack {
		if i == maxCallers {
			calls = append(calls, fmt.Sprintf("%d more", len(stack)-i))
			break
		}
		calls = append(calls, fmt.Sprintf("%s (%v)", p.short(), p))
	}
	if len(calls) > 0 {
		d.add("%s: %s", label, strings.Join(calls, ", "))
	}
}

// ShortFunction is the name of the function of a place without the folders of its package.
func ShortFunction(p Place) string { return p.short() }

// short is the name of the function without the folders of its package.
func (p Place) short() string { return path.Base(cmp.Or(p.Func, "a function")) }
