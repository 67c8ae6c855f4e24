package bars

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// Counters are the programs of the table of traces: threads that increment one counter, atomically, each so many times.
// All that distinguishes two executions is who incremented when, so the number of Mazurkiewicz traces is known.
type Counters struct {
	Program             string // how a thread reaches the counter: "model" writes to a shared model, "machine" sends to a machine
	Threads, Increments int

	// Executions that the exhaustive modes of these tools ran on threads with atomic increments, by their own tests; 0
	// where nothing is known.
	Shuttle, Loom uint64
}

// CounterPrograms returns the rows of the table.
func CounterPrograms() []Counters {
	var rows []Counters
	for _, program := range []string{"model", "machine"} {
		rows = append(rows,
			Counters{program, 2, 3, 251, 315},
			Counters{program, 2, 5, 3431, 4158},
			Counters{program, 3, 2, 25_424, 116_319},
			Counters{program, 3, 3, 0, 0},
			Counters{program, 4, 2, 0, 0},
		)
	}
	return rows
}

// Traces returns the number of orders of the increments: (threads * increments)! / increments!^threads.
func (p Counters) Traces() uint64 {
	orders, n := uint64(1), uint64(0)
	for range p.Threads {
		for i := range uint64(p.Increments) {
			n++
			orders = orders * n / (i + 1) // a product of binomial coefficients: every quotient is whole
		}
	}
	return orders
}

// Body returns the program. Its counter must not have lost an increment in the end.
func (p Counters) Body() func(c *ravel.Context) {
	return func(c *ravel.Context) {
		var add func(c *ravel.Context)
		switch p.Program {
		case "model":
			ref := c.Model("counter", &total{})
			add = func(c *ravel.Context) { c.Write(ref, increment{}) }
		default:
			id := c.Create(totalMachine.New(&total{}))
			add = func(c *ravel.Context) { c.Send(id, increment{}) }
		}
		for i := range p.Threads {
			c.Create(ravel.Func(fmt.Sprint("thread ", i), func(c *ravel.Context) {
				for range p.Increments {
					add(c)
				}
			}))
		}
	}
}

type increment struct{}

// total is a counter, as a model and as a machine.
type total struct{ n int }

func (t *total) Apply(any) { t.n++ }

func (t *total) add(*ravel.Context, increment) { t.n++ }

var totalMachine = ravel.Define[total]("Counter", ravel.Start("Counting", ravel.On((*total).add)))

// String tells a program of the table: "model 2x3".
func (p Counters) String() string {
	return fmt.Sprintf("%s %dx%d", p.Program, p.Threads, p.Increments)
}

// Searched is what a search ran.
type Searched struct {
	Executions uint64 // Blocked included
	Blocked    uint64 // ended early: all that could move was asleep
	Capped     bool   // there are more
}

// Search runs the program under an exhaustive strategy, "dfs" or "dpor": all of its executions, or at most so many if most
// is not 0.
func (p Counters) Search(name string, most uint64) (s Searched, err error) {
	factory, err := strategy.Parse(name)
	if err != nil {
		return s, err
	}
	strat := factory()
	search, ok := strat.(interface {
		strategy.Finisher
		Exhausted() bool
		Err() error
	})
	if !ok {
		return s, fmt.Errorf("strategy %s is not exhaustive: dfs and dpor are", name)
	}
	eng := engine.New()
	defer eng.Close()
	body := p.Body()
	for ; strat.Start(strategy.Execution{MaxSteps: Bound}); s.Executions++ {
		if most > 0 && s.Executions == most {
			s.Capped = true
			return s, nil
		}
		o := eng.Run(engine.Config{MaxSteps: Bound, Threshold: Bound / 2}, strat, engine.Program{Body: body})
		if o.Err != nil {
			return s, o.Err
		}
		if o.Pruned {
			s.Blocked++
		}
		search.Finish(strategy.Result{Steps: o.Steps, Picks: o.Picks, Ops: o.Ops, Bounded: o.Bounded})
	}
	if err := search.Err(); err != nil {
		return s, err
	}
	if !search.Exhausted() {
		return s, fmt.Errorf("strategy %s ended before it had explored everything", name)
	}
	return s, nil
}
