package failure

import (
	"cmp"
	"fmt"
)

// The failures of control: something happens that no choice of Ravel's decides.

// Suspects are the usual reasons why the same choices lead to different executions.
func Suspects() []string {
	return []string{
		"ranging over a map (sort the keys first)",
		"time.Now, time.Since and timers of package time (use the Context's clock)",
		"math/rand and crypto/rand (use the Context's choices)",
		"package variables, caches and pools that live longer than one execution",
		"goroutines and select statements that Ravel does not control",
		"files, network and environment, which other programs change",
		"pointers printed, compared or used as keys",
	}
}

// Nondeterminism reports that the same choices led to different executions. Step is the first step that differs.
type Nondeterminism struct {
	Site
	First, Second string // what the two executions did there
	Concurrent    bool   // they differ only when executions run side by side
	Outside       *Outside
	Carried       *Carried // nil if nobody has looked
}

func (e *Nondeterminism) Error() string {
	if e.Concurrent {
		return "the same schedule did something else while other executions ran beside it: they share something"
	}
	return "the same schedule did two different things: something that Ravel does not control decides"
}

// Detail tells the first difference, what reached into the executions, and the usual suspects.
func (e *Nondeterminism) Detail() string {
	var d detail
	d.site(e.Site)
	d.text("once", e.First)
	d.text("then", e.Second)
	if e.Carried != nil {
		e.Carried.explain(&d)
	}
	d.explain(e.Outside)
	return d.String()
}

// NotReproducible reports a failure that did not happen again when its schedule was replayed.
type NotReproducible struct {
	Site
	First   error // the failure, as it was seen first
	Second  error // how the replay ended; nil if it passed
	Stack   string
	Outside *Outside
	Carried *Carried // nil if nobody has looked
}

func (e *NotReproducible) Error() string {
	again := "no failure"
	if e.Second != nil {
		again = "something else: " + quote(e.Second.Error())
	}
	first := "it"
	if e.First != nil {
		first = quote(e.First.Error())
	}
	if e.Carried != nil && e.Carried.Fresh {
		return e.carried(first, again)
	}
	return fmt.Sprintf("a failure did not happen again: first seen was: %s; its replay gave %s", first, again)
}

// Detail tells the details of the first failure, what reached into the executions, and the usual suspects. First and Second are not unwrapped: this is not
// a failure of their kind.
func (e *NotReproducible) Detail() string {
	var d detail
	d.site(e.Site)
	if f := Of(e.First); f != nil {
		d.text("first seen", fmt.Sprintf("%s: %s\n%s", f.Kind(), f.Error(), f.Detail()))
	}
	d.text("stack", e.Stack)
	if e.Carried != nil {
		e.Carried.explain(&d)
	}
	d.explain(e.Outside)
	return d.String()
}

// UncontrolledGoroutine reports a goroutine that the code under test started and that Ravel does not control. Machine is
// who started it, Place the go statement.
type UncontrolledGoroutine struct {
	Site
	Name  string // the function that it runs
	Stack string
}

func (e *UncontrolledGoroutine) Error() string {
	at := ""
	if !e.Place.IsZero() {
		at = " at " + e.Place.String()
	}
	name := "a goroutine"
	if e.Name != "" {
		name = "goroutine " + e.Name
	}
	return fmt.Sprintf("%s started %s%s, which Ravel does not control", e.who(), name, at)
}

// Detail tells what can be done.
func (e *UncontrolledGoroutine) Detail() string {
	var d detail
	d.site(e.Site)
	d.text("stack", e.Stack)
	d.add(`fix: make it a machine, start it with t.Go, or run the test with the command "ravel test", which controls goroutines`)
	return d.String()
}

// Stuck reports code that has run for a long time without a step. It is the only failure that the wall clock finds; it
// ends the test process.
type Stuck struct {
	Site
	For   string // how long, such as "10s"
	Stack string
}

func (e *Stuck) Error() string {
	return fmt.Sprintf("%s has run for %s without taking a step: it loops, or waits for something outside Ravel", e.who(), cmp.Or(e.For, "a long time"))
}

// Detail tells the stack and what can be done.
func (e *Stuck) Detail() string {
	var d detail
	d.site(e.Site)
	d.text("stack", e.Stack)
	d.add("fix: end the loop or avoid the blocking call; if the code is only slow, allow more time with -ravel.stuck")
	return d.String()
}
