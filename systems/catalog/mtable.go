package catalog

import (
	"context"

	"github.com/ravelgo/ravel/systems/mtable/harness"
	"github.com/ravelgo/ravel/systems/mtable/stress"
)

func migratingTable() System {
	s := System{
		Name:    "mtable",
		Summary: "a table that is moved while it is in use, after the MigratingTable library",
		Code: Code{
			System: packages("mtable", "mtable/table", "mtable/config", "mtable/memtable", "mtable/bolttable", "mtable/aztable", "mtable/internal/rowop", "mtable/internal/bug"),
			Model:  packages("mtable/harness", "mtable/spectable"),
		},
	}
	for _, b := range harness.Bugs() {
		correct := b.Options
		correct.Bugs = 0
		bug := Bug{
			Name:     b.Name,
			Summary:  b.Summary,
			Shows:    b.Shows,
			Settings: b.Options.Settings(),
			Buggy:    harness.Test(b.Options),
			Correct:  harness.Test(correct),
			Load: func(ctx context.Context, ordinary bool, seed uint64) Loaded {
				r := stress.Run(ctx, stress.Options{Bugs: b.Options.Bugs, Ordinary: ordinary, Seed: seed})
				return Loaded{Runs: r.Migrations, Length: r.Length, Elapsed: r.Elapsed, Err: r.Err}
			},
		}
		if b.Scripted != b.Options {
			bug.Scripted = harness.Test(b.Scripted)
		}
		s.Bugs = append(s.Bugs, bug)
	}
	for _, o := range harness.Variants() {
		s.Tests = append(s.Tests, Test{Name: o.Name(), Summary: o.Scenario.Summary(), Settings: o.Settings(), Body: harness.Test(o)})
	}
	return s
}
