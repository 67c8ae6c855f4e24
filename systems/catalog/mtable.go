package catalog

import "github.com/ravelgo/ravel/systems/mtable/harness"

func migratingTable() System {
	s := System{
		Name:    "mtable",
		Summary: "a table that is moved while it is in use, after the MigratingTable library",
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
