package failure

import (
	"cmp"
	"regexp"
	"slices"
)

// Leak reports goroutines that the execution started and that can never end: the body of the test has returned, and they
// wait for what nobody will do.
type Leak struct {
	Site
	Goroutines []Goroutine // by ID
	Beyond     []Beyond    // who is not part of the execution, and might be who is waited for
}

func (e *Leak) Error() string {
	if len(e.Goroutines) == 0 {
		return "the test body has returned, but a goroutine can never end"
	}
	return "the test body has returned, but leaves goroutines that can never end: " + list(stories(e.Goroutines))
}

// Detail describes all of them, and tells how to allow them.
func (e *Leak) Detail() string {
	var d detail
	d.site(e.Site)
	d.goroutines(e.Goroutines, nil)
	d.beyond(e.Beyond)
	if len(e.Goroutines) > 0 {
		d.add("fix: let every goroutine end before the body returns: close its channel, cancel its context, and wait for it")
	}
	if all := e.Patterns(); len(all) > 0 {
		d.add("or, if they are parked by design, allow them:")
		for _, p := range all {
			d.add("    --allow-leak='%s'", p) // nothing in it needs another quote
		}
	}
	return d.String()
}

// Patterns are regular expressions for --allow-leak that fit the goroutines: the functions with which they began.
func (e *Leak) Patterns() []string {
	var all []string
	for i := range e.Goroutines {
		g := &e.Goroutines[i]
		f := g.started().Func
		if n := len(g.Stack); n > 0 {
			f = cmp.Or(g.Stack[n-1].Func, f)
		}
		if f == "" {
			continue
		}
		if p := "^" + regexp.QuoteMeta(f) + "$"; !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// same is the set of places in which the goroutines wait and were created.
func (e *Leak) same() string { return spots(e.Goroutines) }
