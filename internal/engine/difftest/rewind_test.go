package difftest

import (
	"maps"
	"slices"
	"testing"
)

// TestRewinding checks that executions that begin in saved states end as those that run from the start, on the corner
// programs and on random ones. A campaign is, for instance,
//
//	go test ./internal/engine/difftest -run Rewinding -v -timeout 2h -first 1000000 -programs 50000 -most 4000
func TestRewinding(t *testing.T) {
	cases := map[string]*Program{}
	for name, make := range corners {
		cases[name] = make()
	}
	for name, make := range inboxCorners {
		cases[name] = make()
	}
	compared, executions, rewound := 0, 0, 0
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		v := rewinding(cases[name])
		if v.fault != "" {
			t.Errorf("%s: %s\n%s", name, v.fault, cases[name])
		}
		compared, executions, rewound = compared+1, executions+v.executions, rewound+v.rewound
	}
	failed := 0
	for seed := range seeds(*programs) {
		if failed == 3 {
			break
		}
		p := Generate(seed)
		v := rewinding(p)
		compared, executions, rewound = compared+1, executions+v.executions, rewound+v.rewound
		if v.fault != "" {
			failed++
			p = Shrink(p, func(q *Program) bool { return rewinding(q).fault != "" })
			t.Errorf("seed %d: %s\n%s", seed, rewinding(p).fault, p)
		}
	}
	t.Logf("%d programs compared, %d executions, %d of them began in a saved state", compared, executions, rewound)
	if rewound < executions/10 {
		t.Errorf("only %d of %d executions began in a saved state", rewound, executions)
	}
}

type rewindVerdict struct {
	executions, rewound int
	fault               string
}

func rewinding(p *Program) rewindVerdict {
	a, err := Engine(p, *most)
	if err != nil || a.Bounded {
		return rewindVerdict{}
	}
	b, err := Rewinding(p, *most)
	switch {
	case err != nil:
		return rewindVerdict{fault: "with saved states: " + err.Error()}
	case a.Executions != b.Executions || a.Full != b.Full || a.Bounded != b.Bounded:
		return rewindVerdict{fault: "another number of executions"}
	}
	for o := range b.Outcomes {
		if a.Outcomes[o] == nil {
			return rewindVerdict{fault: "an outcome that is not reached from the start:\n" + o}
		}
	}
	for o, choices := range a.Outcomes {
		if b.Outcomes[o] == nil {
			return rewindVerdict{fault: "an outcome is not reached:\n" + o}
		}
		if !slices.Equal(choices, b.Outcomes[o]) {
			return rewindVerdict{fault: "other choices lead to\n" + o}
		}
	}
	return rewindVerdict{a.Executions, b.Rewound, ""}
}
