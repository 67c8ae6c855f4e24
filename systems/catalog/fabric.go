package catalog

import "github.com/ravelgo/ravel/systems/fabric/ledger/harness"

func replicatedLedger() System {
	s := System{
		Name:    "fabric",
		Summary: "a replicated ledger on a service platform, after Service Fabric",
		Code: Code{
			System: packages("fabric/ledger"),
			Model:  append(packages("fabric/ledger/harness"), platformModel),
		},
	}
	for _, b := range harness.Bugs() {
		correct := b.Options
		correct.Bugs = 0
		s.Bugs = append(s.Bugs, Bug{
			Name:     b.Name,
			Summary:  b.Summary,
			Shows:    b.Shows,
			Settings: b.Options.Settings(),
			Buggy:    harness.Test(b.Options),
			Correct:  harness.Test(correct),
		})
	}
	for _, v := range harness.Variants() {
		s.Tests = append(s.Tests, Test{Name: v.Name, Summary: v.Summary, Settings: v.Options.Settings(), Body: harness.Test(v.Options)})
	}
	return s
}
