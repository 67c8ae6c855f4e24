package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/multipaxos"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
)

func multiPaxos() System {
	s := System{
		Name:    "multipaxos",
		Summary: "Multi-Paxos: a replicated log of commands, with leaders that may be suspected",
		Bugs: []Bug{
			multiPaxosBug("MultiPaxos_1", "a rejection that comes when the value is chosen is not expected",
				replica.MultiPaxos1, failure.KindAssertion),
			multiPaxosBug("MultiPaxos_2", "an acceptor that promises forgets what it has accepted in the slot",
				replica.MultiPaxos2, failure.KindMonitor),
			multiPaxosBug("MultiPaxos_3", "a leader takes promises for one slot as promises for the next one",
				replica.MultiPaxos3, failure.KindMonitor),
		},
	}
	for _, v := range multipaxos.Variants() {
		s.Tests = append(s.Tests, Test{Name: v.Name, Summary: v.Summary, Settings: v.Options.Settings(), Body: multipaxos.Test(v.Options)})
	}
	return s
}

func multiPaxosBug(name, summary string, bugs replica.Bugs, shows ...failure.Kind) Bug {
	o := multipaxos.Benchmark(bugs)
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    shows,
		Settings: o.Settings(),
		Buggy:    multipaxos.Test(o),
		Correct:  multipaxos.Test(multipaxos.Benchmark(0)),
	}
}
