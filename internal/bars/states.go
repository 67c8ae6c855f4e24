package bars

import (
	"fmt"
	"math"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
)

// StateProgram is a family of programs whose states are counted, one for each size.
type StateProgram struct {
	Name  string
	What  string // it is, in a sentence
	Sizes []int
	Body  func(n int) func(*check.T)

	// Example is stateright's example of the same program, and Published how many states it has, by size, as far as the tests
	// in its repository assert that. There is none for a program that is not the same in every respect.
	Example   string
	Published map[int]uint64
	// Bars are the states generated in a second by each worker that a size has to reach.
	Bars map[int]float64
}

// StatePrograms returns the programs of the table of states.
func StatePrograms() []StateProgram {
	return []StateProgram{
		{
			Name: "twophase", Sizes: []int{3, 5, 8}, Body: TwoPhase,
			What:      "two-phase commit, N participants and a coordinator in one machine, over messages that are never consumed",
			Example:   "2pc",
			Published: map[int]uint64{3: 288, 5: 8832}, Bars: map[int]float64{8: 1e6},
		},
		{
			Name: "twophase-machines", Sizes: []int{2, 3, 4}, Body: Commit,
			What: "two-phase commit, N participants and a coordinator, each a machine, that send events to each other",
		},
		{
			Name: "paxos", Sizes: []int{2, 3}, Body: Paxos,
			What:      "a register on 3 servers, that N clients write and then read, in one machine, over a network without order",
			Example:   "paxos",
			Published: map[int]uint64{2: 16_668},
		},
		{
			Name: "paxos-machines", Sizes: []int{1, 2}, Body: Synod,
			What: "the same servers and clients, each a machine, that send events to each other",
		},
		{
			Name: "counters", Sizes: []int{2, 3, 4}, Body: Counting,
			What: fmt.Sprintf("N machines that count to %d, with nothing to say to each other", countTo),
		},
	}
}

// Explored is what a search for all states of a program found and took.
//
// A state is what the fingerprint covers, between two steps: the fields, inbox and outbox of every machine, the monitors,
// timers and faults. States that differ in nothing else are one. The states on the way to the first one with a choice,
// while the test body creates what the program consists of, belong to the start-up, and are not counted.
//
// Generated counts the steps out of all these states, that is the successors that were computed, and the first state: each
// state is counted as often as it was reached. That is what other model checkers call states generated, or visited, in
// contrast to unique or distinct ones, and it is what the work is proportional to.
type Explored struct {
	Program   string // with its size
	States    uint64
	StartUp   uint64 // states before those
	Generated uint64
	// StateBytes is the memory of the set of states. The states that the search can go back to come on top: as many as
	// the longest execution has choices.
	StateBytes uint64
	Rewound    uint64 // executions that began in a saved state
	Workers    int
	Elapsed    time.Duration
	Notes      []string // of the report
}

// StatesPerSecond is the number of states found in a second by each worker.
func (e *Explored) StatesPerSecond() float64 { return e.rate(e.States) }

// GeneratedPerSecond is the number of states reached in a second by each worker.
func (e *Explored) GeneratedPerSecond() float64 { return e.rate(e.Generated) }

func (e *Explored) rate(n uint64) float64 {
	return float64(n) / e.Elapsed.Seconds() / float64(e.Workers)
}

// BytesPerState is the memory of the set for each state in it.
func (e *Explored) BytesPerState() float64 {
	return float64(e.StateBytes) / float64(e.States+e.StartUp)
}

// String names the program of a size.
func (p *StateProgram) String(n int) string { return fmt.Sprintf("%s/%d", p.Name, n) }

// StateSearch is a search for all states.
type StateSearch interface {
	strategy.Strategy
	strategy.Visitor
	strategy.Finisher
	Exhausted() bool
	States() uint64
	Generated() uint64
	StateBytes() uint64
}

// StatesBound is the step bound of searches for all states. No program of the table comes near it on the way to a state that it
// has not reached before; without that an execution of TwoPhase has no end.
const StatesBound = 300

// Explore finds all states of the program of a size, by the strategy states on so many workers. The time is that of exploring.
func (p *StateProgram) Explore(n, workers int) (Explored, error) {
	return p.ExploreBy(strategy.NewStates(0), n, workers)
}

// ExploreBy is Explore by a search of one's own, which has not been used.
func (p *StateProgram) ExploreBy(s StateSearch, n, workers int) (Explored, error) {
	e := Explored{Program: p.String(n), Workers: workers}
	fail := func(format string, args ...any) (Explored, error) {
		return e, fmt.Errorf("exploring %s: "+format, append([]any{e.Program}, args...)...)
	}
	body := p.Body(n)
	startUp, err := StartUp(body)
	if err != nil {
		return fail("%w", err)
	}
	r, err := check.Explore("states", check.Config{
		Schedules: math.MaxUint64, Custom: func() strategy.Strategy { return s }, Strategy: "states",
		Workers: workers, Steps: StatesBound, NoShrink: true,
	}, body)
	switch {
	case err != nil:
		return fail("%w", err)
	case r.Failure != nil:
		return fail("%w", r.Failure.Err)
	case !r.Exhausted:
		return fail("the search did not find all states: %s", r.Summary())
	case r.States < startUp:
		return fail("%d states, and %d belong to the start-up", r.States, startUp)
	}
	e.States, e.StartUp, e.Generated = r.States-startUp, startUp, s.Generated()-startUp
	e.StateBytes, e.Rewound, e.Elapsed, e.Notes = s.StateBytes(), r.Rewound, r.Elapsed, r.Notes
	return e, nil
}
