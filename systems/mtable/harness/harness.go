package harness

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

func init() { ravel.Immutable[table.Filter]() }

// Options choose a test. The zero Options are the random scenario with the correct library.
type Options struct {
	Scenario Scenario
	Bugs     bug.Set // mistakes that are put back

	// Histories lets the calls be judged as histories by porcupine, instead of being compared with the reference at their
	// linearization points. Streams, which are not linearizable, are read and not judged.
	Histories bool

	// Both lets each execution be judged in both ways.
	Both bool
}

// histories reports whether there is a history, annotated whether the library says what its accesses mean.
func (o Options) histories() bool { return o.Histories || o.Both }
func (o Options) annotated() bool { return o.Both || !o.Histories }

// Name names the scenario.
func (o Options) Name() string { return o.Scenario.String() }

// Variants are the options of all tests of the correct library.
func Variants() []Options {
	var all []Options
	for _, s := range Scenarios() {
		all = append(all, Options{Scenario: s})
	}
	return all
}

// Settings returns how the test is to be explored. An execution of the correct library has some hundred steps, and ends.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 20_000, BoundIsFailure: true}
}

// Test returns the body of the test that o describes, for check.Test and check.Explore; see [Options.Settings]. Options that
// make no sense fail it.
func Test(o Options) func(*check.T) {
	return func(t *check.T) {
		if o.Scenario >= numScenarios {
			t.Fatalf("harness: there is no %v", o.Scenario)
		}
		if err := o.Bugs.Check(); err != nil {
			t.Fatalf("harness: %v", err)
		}
		s := &scenes[o.Scenario]
		tables := &Tables{machines: len(s.parts) + 1, rows: !s.empty}
		tables.annotated = o.annotated()
		m := &migrator{bugs: o.Bugs, annotated: o.annotated()}
		var f faults
		if o.Scenario == Random {
			tables.rows, tables.weak = t.Int(4) > 0, t.Bool()
			m.dies, f = drawFault(t)
		}
		if o.histories() {
			var rows []table.Entity
			if tables.rows {
				rows = initial()
			}
			t.Monitor(history{Model: model(rows), Name: "Histories"}.Monitor())
		}
		m.tables = t.Create(TablesMachine.New(tables))
		for i, p := range s.parts {
			cl, err := newClient(i, m.tables, o)
			if err != nil {
				t.Fatalf("harness: %v", err)
			}
			cl.part = p
			if i == 0 {
				cl.faults.kind, cl.faults.in, cl.faults.push = f.kind, f.in, f.push
			}
			cl.service = t.Go(fmt.Sprint("client", i), cl.serve)
			cl.mirror = t.Go(fmt.Sprint("mirror", i), cl.watch)
			m.mirrors = append(m.mirrors, cl.mirror)
		}
		t.Go("migrator", m.run)
	}
}

// drawFault draws what goes wrong in an execution: nothing in half of them, or one thing, or that both the migrator and a
// client are killed.
func drawFault(t *check.T) (d death, f faults) {
	switch t.Int(8) {
	case 0:
		d.push = 1 + t.Int(5)
	case 1:
		d.access = 1 + t.Int(60)
	case 2:
		f.kind, f.in = unavailable+fault(t.Int(2)), t.Int(24)
	case 3:
		f.kind = killed
		if t.Bool() {
			f.push = 1 + t.Int(5)
		} else {
			f.in = t.Int(24)
		}
		if t.Int(4) == 0 {
			d.access = 1 + t.Int(60)
		}
	}
	return d, f
}
