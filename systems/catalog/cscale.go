package catalog

import "github.com/ravelgo/ravel/systems/fabric/cscale/harness"

func cScale() System {
	s := System{
		Name:    "cscale",
		Summary: "stream processing on a service platform, after CScale on Service Fabric",
		Code: Code{
			System: packages("fabric/cscale", "fabric/cscale/stream", "fabric/cscale/wordcount"),
			Model:  append(packages("fabric/cscale/harness"), platformModel),
		},
	}
	for _, b := range harness.Bugs() {
		right := b.Options
		right.Bugs = 0
		s.Bugs = append(s.Bugs, Bug{
			Name:     b.Name,
			Summary:  b.Summary,
			Shows:    b.Shows,
			Settings: b.Options.Settings(),
			Buggy:    harness.Test(b.Options),
			Correct:  harness.Test(right),
		})
	}
	for _, v := range harness.Variants() {
		s.Tests = append(s.Tests, Test{Name: v.Name, Summary: v.Summary, Settings: v.Options.Settings(), Body: harness.Test(v.Options)})
	}
	return s
}
