package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/paxos"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

func singleDecree() System {
	s := System{
		Name:    "paxos",
		Summary: "single-decree Paxos: proposers, acceptors, and one value to be chosen",
		Bugs: []Bug{
			paxosBug("Paxos_1", "promises are counted whatever their ballot and sender", synod.Paxos1),
			paxosBug("Paxos_2", "an acceptor that promises forgets what it has accepted", synod.Paxos2),
			paxosBug("Paxos_3", "a promise is not durable, and forgotten in a crash", synod.Paxos3),
		},
	}
	for _, v := range paxos.Variants() {
		s.Tests = append(s.Tests, Test{Name: v.Name, Summary: v.Summary, Settings: v.Options.Settings(), Body: paxos.Test(v.Options)})
	}
	return s
}

func paxosBug(name, summary string, bugs synod.Bugs) Bug {
	o := paxos.Benchmark(bugs)
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    []failure.Kind{failure.KindMonitor},
		Settings: o.Settings(),
		Buggy:    paxos.Test(o),
		Correct:  paxos.Test(paxos.Benchmark(0)),
	}
}
