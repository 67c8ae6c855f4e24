package coverage

// Coverage is what some executions have visited.
type Coverage struct {
	Executions uint64    `json:"executions"`           // that were counted
	Incomplete bool      `json:"incomplete,omitempty"` // there were so many definitions that some were not counted
	Machines   []Machine `json:"machines"`             // by package and name; a definition of which no machine was made is not there
	Tests      []Test    `json:"tests,omitempty"`      // that have contributed, by package, name and number
}

// Machine is the coverage of one definition: all machines that were made of it.
type Machine struct {
	Package string `json:"package"` // import path of the package that has the definition
	Name    string `json:"name"`
	Kind    Kind   `json:"kind"`
	Place   Place  `json:"at,omitzero"`

	States      []State      `json:"states"`                // in the order of their declarations
	Pairs       []Pair       `json:"pairs,omitempty"`       // by state, in the order of their declarations
	Transitions []Transition `json:"transitions,omitempty"` // by state
}

// Kind is what a definition describes.
type Kind string

// The kinds of definitions.
const (
	IsMachine  Kind = "machine"
	IsMonitor  Kind = "monitor"
	IsFunction Kind = "function" // a machine that is a plain function
)

// Place is where something is declared; it is zero if it is not.
type Place struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// Count is how often something happened, and in how many executions: Executions <= Times.
type Count struct {
	Times      uint64 `json:"times"`
	Executions uint64 `json:"executions"`
}

// Visited reports whether it happened at all.
func (c Count) Visited() bool { return c.Times > 0 }

// State is a state of a machine.
type State struct {
	Name        string `json:"name"`
	Start       bool   `json:"start,omitempty"`
	Temperature string `json:"temperature,omitempty"` // of a monitor's: "cold", "hot" or "warm"
	Place       Place  `json:"at,omitzero"`
	Count
}

// Pair is a state and an event, and what is done there.
type Pair struct {
	State string `json:"state"`
	Event string `json:"event"` // a type, "any" or "default"
	Does  Verb   `json:"does"`
	To    string `json:"to,omitempty"` // of Goto and Push
	Place Place  `json:"at,omitzero"`  // zero if it was not declared, but seen
	Count
}

// Transition is a way from one state to another.
type Transition struct {
	From  string `json:"from"`
	Event string `json:"event"`        // a type, "any", "default" or "entry"
	Does  Verb   `json:"does"`         // Goto, Push, Pop or Halt
	To    string `json:"to,omitempty"` // "" of Halt, and of a declared Pop that was never made: it leads to whatever is below
	Place Place  `json:"at,omitzero"`  // of the clause; zero if a function asked for it
	Count
}

// Verb is what a state does with an event.
type Verb string

// The verbs.
const (
	On      Verb = "on"
	Goto    Verb = "goto"
	Push    Verb = "push"
	Pop     Verb = "pop"
	Halt    Verb = "halt"
	Defer   Verb = "defer"
	Ignore  Verb = "ignore"
	Receive Verb = "receive" // a handler has waited for it
)

// Declared reports whether somebody has declared it.
func (p Place) Declared() bool { return p != Place{} }

// Ratio is how many of the declared were visited.
type Ratio struct{ Visited, Declared int }

func (r *Ratio) add(c Count) {
	r.Declared++
	if c.Visited() {
		r.Visited++
	}
}

// StateRatio counts the declared states, and those of them that were visited.
func (m *Machine) StateRatio() (r Ratio) {
	for _, s := range m.States {
		r.add(s.Count)
	}
	return r
}

// PairRatio does so for pairs.
func (m *Machine) PairRatio() (r Ratio) {
	for _, p := range m.Pairs {
		if p.Place.Declared() {
			r.add(p.Count)
		}
	}
	return r
}

// TransitionRatio does so for transitions.
func (m *Machine) TransitionRatio() (r Ratio) {
	for _, t := range m.Transitions {
		if t.Place.Declared() {
			r.add(t.Count)
		}
	}
	return r
}

// Ratios adds up those of all machines.
func (c *Coverage) Ratios() (states, pairs, transitions Ratio) {
	for i := range c.Machines {
		m := &c.Machines[i]
		states = states.plus(m.StateRatio())
		pairs = pairs.plus(m.PairRatio())
		transitions = transitions.plus(m.TransitionRatio())
	}
	return states, pairs, transitions
}

func (r Ratio) plus(o Ratio) Ratio { return Ratio{r.Visited + o.Visited, r.Declared + o.Declared} }
