package check

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/prose"
)

// Goroutines that are parked by design: some are left when the test is over, and that is no leak. The test says which, or who
// runs it, or its package has said so to goleak before.

// AllowLeak allows goroutines to be left when an execution is over: those with a function that matches one of the regular
// expressions, on their stack or as the function that created them, named as stacks print it
// ("example.com/store.(*Cache).sweep"). They are neither a leak nor told of as going on for ever. It does not allow the
// test's own goroutine to be blocked for ever: that is a deadlock as always. The report counts them.
//
// It adds to what -ravel.allowleak and RAVEL_ALLOW_LEAK say. A schedule that is replayed is judged by the
// patterns of the run that replays it.
func AllowLeak(patterns ...string) Option {
	return func(c *Config) { c.AllowLeak = append(c.AllowLeak, patterns...) } // normalize says what is wrong with them
}

// allowance is one rule that allows goroutines to be left.
type allowance struct {
	words string // as the report says it
	tacit bool   // the report is silent if it has applied to none
	fits  func(g *gocontrol.Goroutine, start string) bool
}

// Allowed tells how often a rule has allowed goroutines to be left.
type Allowed struct {
	Rule       string // such as "--allow-leak ^main\\.serve$"
	Goroutines uint64
	Executions uint64 // in which there were any

	tacit bool
}

func (a Allowed) String() string {
	if a.Goroutines == 0 {
		return a.Rule + " matched no goroutine"
	}
	return fmt.Sprintf("%s matched %s in %s", a.Rule, prose.Plural(a.Goroutines, "goroutine"), prose.Plural(a.Executions, "execution"))
}

// allowing makes a rule of a regular expression, set by from.
func allowing(from, pattern string) (allowance, error) {
	re, err := regexp.Compile(pattern)
	switch {
	case err != nil:
		return allowance{}, fmt.Errorf("%s(%q): want a regular expression of Go's syntax: %w", from, pattern, err)
	case pattern == "":
		return allowance{}, fmt.Errorf("%s(%q): it would match every goroutine: want a regular expression that matches the name of a function", from, pattern)
	}
	fits := func(g *gocontrol.Goroutine, start string) bool {
		for _, f := range g.Stack {
			if re.MatchString(f.Function) {
				return true
			}
		}
		return start != "" && re.MatchString(start) || g.Created.Function != "" && re.MatchString(g.Created.Function)
	}
	return allowance{words: "--allow-leak " + pattern, fits: fits}, nil
}

// allowVariable is the mirror of -ravel.allowleak; a line is a pattern.
const allowVariable = "RAVEL_ALLOW_LEAK"

// allowLeaks adds the rules of flag or variable.
func (c *Config) allowLeaks() error {
	patterns, from := flags.allowLeak, "-ravel.allowleak"
	if len(patterns) == 0 {
		patterns, from = strings.FieldsFunc(os.Getenv(allowVariable), func(r rune) bool { return r == '\n' }), allowVariable
	}
	for _, p := range patterns {
		a, err := allowing(from, p)
		if err != nil {
			return fmt.Errorf("ravel: %w", err)
		}
		c.allow = append(c.allow, a)
	}
	return nil
}

// goleakVariable holds what ravel test has read from calls of goleak.VerifyTestMain: a line for each option, with the path of
// the package, "top" or "any", and the name of a function.
const goleakVariable = "RAVEL_GOLEAK"

// allowAll completes the rules with those of options, and with what the package of the test has told goleak.
func (c *Config) allowAll() error {
	for _, p := range c.AllowLeak {
		a, err := allowing("AllowLeak", p)
		if err != nil {
			return fmt.Errorf("ravel: option %w", err)
		}
		a.words = fmt.Sprintf("AllowLeak(%q)", p)
		c.allow = append(c.allow, a)
	}
	for line := range strings.Lines(os.Getenv(goleakVariable)) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0] != strings.TrimSuffix(c.pkg, "_test") {
			continue
		}
		name := f[2]
		a := allowance{tacit: true, words: fmt.Sprintf("goleak.IgnoreAnyFunction(%q)", name), fits: func(g *gocontrol.Goroutine, start string) bool {
			for _, f := range g.Stack {
				if f.Function == name {
					return true
				}
			}
			return start == name
		}}
		if f[1] == "top" {
			a.words = fmt.Sprintf("goleak.IgnoreTopFunction(%q)", name)
			a.fits = func(g *gocontrol.Goroutine, _ string) bool { return len(g.Stack) > 0 && g.Stack[0].Function == name }
		}
		c.allow = append(c.allow, a)
	}
	return nil
}

// allows returns the first rule that allows a goroutine, -1 if there is none.
func (c *Config) allows(g *gocontrol.Goroutine, start string) int {
	for i := range c.allow {
		if c.allow[i].fits(g, start) {
			return i
		}
	}
	return -1
}

// allowedIn counts the goroutines that were allowed in an execution, by rule; nil if there were none.
func (c *Config) allowedIn(o *engine.Outcome) (counts []uint64) {
	if len(o.Allowed) > 0 {
		counts = make([]uint64, len(c.allow))
		for _, rule := range o.Allowed {
			counts[rule]++
		}
	}
	return counts
}

// countAllowed adds the counts of an execution to the report.
func (x *explorer) countAllowed(counts []uint64) {
	r := x.report
	for i, n := range counts {
		if r.list(x.cfg); n > 0 && i < len(r.Allowed) {
			r.Allowed[i].Goroutines += n
			r.Allowed[i].Executions++
		}
	}
}

// list makes the report name all rules.
func (r *Report) list(c *Config) {
	if len(r.Allowed) > 0 {
		return
	}
	for _, a := range c.allow {
		r.Allowed = append(r.Allowed, Allowed{Rule: a.words, tacit: a.tacit})
	}
}

// tellAllowed completes the list, when all executions have been counted.
func (x *explorer) tellAllowed() {
	r := x.report
	if !x.cfg.goroutines.on {
		r.Allowed = nil // there are no goroutines to judge
		return
	}
	r.list(x.cfg)
	r.Allowed = slices.DeleteFunc(r.Allowed, func(a Allowed) bool { return a.tacit && a.Goroutines == 0 })
}
