package schedule

import (
	"fmt"
	"sort"
)

// MaxChoices bounds the choices that a token or a file may hold, so that a damaged one cannot exhaust memory.
const MaxChoices = 1 << 20

// maxNth bounds Named.Nth, so that counting on from it cannot overflow.
const maxNth = 1<<31 - 1 - MaxChoices

// Record is the schedule of one execution that failed, with everything needed to run it again.
type Record struct {
	Header
	Choices []Named
}

// Header says where a schedule comes from, under which settings it ran and how it ended.
type Header struct {
	Package string // import path of the test's package
	Test    string // name of the test, as testing.T.Name returns it
	Code    string // hash of the code that failed; another hash means that the program has changed since

	// How the schedule was found; running it again needs none of these.
	Strategy  string
	Seed      uint64
	Execution uint64

	Settings

	Failure string // the kind of the failure, one of the words of package failure
	Message string // the failure in one line
}

// FullName is the name that Token.Matches compares: the package's import path, a dot, the test's name.
func (h *Header) FullName() string { return FullName(h.Package, h.Test) }

// FullName joins a package's import path and a test's name with a dot.
func FullName(pkg, test string) string { return pkg + "." + test }

// Settings are what an execution depends on besides the program and the choices.
type Settings struct {
	MaxSteps  int      // the execution is cut at this many steps
	Threshold int      // a monitor that is hot for more steps than this is suspected of livelock; 0 is no threshold
	Clock     Clock    // which timers may fire
	Lasso     bool     // cycles of states with a hot monitor are looked for
	Budgets   []Budget // fault budgets, sorted by name, no name twice
}

// Budget allows Units faults of the kind Name in one execution.
type Budget struct {
	Name  string
	Units int
}

// Budgets lists fault budgets in the order that Settings wants.
func Budgets(units map[string]int) []Budget {
	if len(units) == 0 {
		return nil
	}
	list := make([]Budget, 0, len(units))
	for name, n := range units {
		list = append(list, Budget{name, n})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// Clock says which armed timers may fire.
type Clock uint8

// The clocks.
const (
	Asynchronous Clock = iota // any armed timer, at any step
	Ordered                   // timers in the order of their deadlines
)

var clockNames = [...]string{"asynchronous", "ordered"}

func (c Clock) String() string {
	if int(c) < len(clockNames) {
		return clockNames[c]
	}
	return fmt.Sprintf("clock(%d)", uint8(c))
}

// Validate reports the first thing in the record that cannot be written down: a negative number, budgets out of
// order, a value outside [0, N), more than MaxChoices choices.
func (r *Record) Validate() error {
	if err := r.validate(); err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	return nil
}

func (r *Record) validate() error {
	if r.Test == "" {
		return fmt.Errorf("the record names no test")
	}
	if err := r.Settings.validate(); err != nil {
		return err
	}
	if len(r.Choices) > MaxChoices {
		return fmt.Errorf("%d choices, at most %d can be saved; lower the step bound", len(r.Choices), MaxChoices)
	}
	for i, c := range r.Choices {
		if err := c.validate(); err != nil {
			return fmt.Errorf("choice %d: %w", i, err)
		}
		if c.Nth < 0 || c.Nth > maxNth {
			return fmt.Errorf("choice %d: its number %d is outside [0, %d]", i, c.Nth, maxNth)
		}
	}
	return nil
}

func (s *Settings) validate() error {
	if s.MaxSteps < 0 || s.Threshold < 0 {
		return fmt.Errorf("step bound %d and threshold %d must not be negative", s.MaxSteps, s.Threshold)
	}
	if int(s.Clock) >= len(clockNames) {
		return fmt.Errorf("unknown clock %d", s.Clock)
	}
	for i, b := range s.Budgets {
		if b.Units < 0 {
			return fmt.Errorf("budget %q of %d units is negative", b.Name, b.Units)
		}
		if i > 0 && s.Budgets[i-1].Name >= b.Name {
			return fmt.Errorf("budget %q comes after %q; sort budgets by name and give each name once", b.Name, s.Budgets[i-1].Name)
		}
	}
	return nil
}

func (c Choice) validate() error {
	if int(c.Kind) >= len(kindNames) {
		return fmt.Errorf("unknown kind %d", c.Kind)
	}
	if c.Value < 0 || c.Value >= c.N {
		return fmt.Errorf("value %d is outside [0, %d)", c.Value, c.N)
	}
	if c.Kind == Bool && c.N != 2 {
		return fmt.Errorf("a boolean has 2 values, not %d", c.N)
	}
	return nil
}
