package failure

import "fmt"

// Carried is what is known of state that one execution leaves for the next in the same process: package variables, and
// what they hold.
type Carried struct {
	Fresh     bool     // the second execution ran in a process of its own
	Here      string   // the first that differs: what happened in the test process,
	There     string   // and in the process of its own
	Behind    string   // how the first execution of a process has failed, if the failure comes of the second
	Variables []string // package variables that an execution leaves changed for the next
	Unknown   string   // why they are not known
}

// carriedVariables is how many variables are listed.
const carriedVariables = 12

// explain adds what is known.
func (c *Carried) explain(d *detail) {
	if c.Fresh {
		d.add("an execution in a fresh process does not fail like this: package-level state of an earlier execution is the likely cause")
	}
	if c.Here != c.There {
		d.text("first that differs, in the test process", c.Here)
		d.text("in a fresh process", c.There)
	}
	if c.Behind != "" {
		d.text("a first execution in the default order fails", c.Behind)
	}
	for i, v := range c.Variables {
		if i == carriedVariables {
			d.add("and %s", plural(len(c.Variables)-i, "other variable"))
			break
		}
		d.add("package variable %s changes from one execution to the next", v)
	}
	if c.Unknown != "" {
		d.add("which package variables change is not known: %s", c.Unknown)
	}
	if c.Fresh || len(c.Variables) > 0 {
		d.add("fix: ravel test --isolate gives each execution a process of its own; or make what it changes part of what the body creates")
	}
}

// carried is the sentence of a failure that a fresh process does not show.
func (e *NotReproducible) carried(first, again string) string {
	return fmt.Sprintf("executions leak state into each other: a failure of the test process does not happen in a fresh one: "+
		"first seen was: %s; the fresh process gave %s", first, again)
}
