package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/tms"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

func transactions() System {
	s := System{
		Name:    "tms",
		Summary: "transactions under two-phase commit among groups, each a replicated state machine",
		Bugs: []Bug{
			tmsBug("TMS_1", "a coordinator that waits for votes cannot take the news of a leader",
				tms.Chains, func(o *tms.Options) { o.Bugs = bank.TMS1 }, failure.KindAssertion),
			tmsBug("TMS_2", "a chain takes an operation that is submitted again for a new one",
				tms.Chains, func(o *tms.Options) { o.ChainBugs = chainrep.NoDedupe }, failure.KindMonitor),
			tmsBug("TMS_3", "a leader answers before a majority has accepted the operation",
				tms.MultiPaxos, func(o *tms.Options) { o.PaxosBugs = replica.AnswerEarly }, failure.KindAssertion, failure.KindMonitor),
			tmsBug("TMS_4", "operations are numbered anew for a new leader, and old answers count as theirs",
				tms.Chains, func(o *tms.Options) { o.Bugs = bank.TMS4 }, failure.KindAssertion, failure.KindMonitor),
		},
	}
	for _, v := range tms.Variants() {
		s.Tests = append(s.Tests, Test{Name: v.Name, Summary: v.Summary, Settings: v.Options.Settings(), Body: tms.Test(v.Options)})
	}
	return s
}

func tmsBug(name, summary string, v tms.Variant, seed func(*tms.Options), shows ...failure.Kind) Bug {
	buggy := v.Options
	seed(&buggy)
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    shows,
		Settings: buggy.Settings(),
		Buggy:    tms.Test(buggy),
		Correct:  tms.Test(v.Options),
	}
}
