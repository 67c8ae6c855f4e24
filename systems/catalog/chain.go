package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

func chainReplication() System {
	s := System{
		Name:    "chain",
		Summary: "chain replication of van Renesse and Schneider, with a master that mends the chain",
		Bugs: []Bug{
			chainBug("CR_1", "a suspected tail is not fenced, and answers with what is overwritten", violated, chain.Suspect, chainrep.CR1),
			chainBug("CR_2", "a server takes what a dead predecessor had sent, after it was sent again", asserted, chain.TrioLinks, chainrep.CR2),
			chainBug("CR_3", "what counts as acknowledged is cut off by one too many", []failure.Kind{failure.KindPanic}, chain.Trio, chainrep.CR3),
			chainBug("CR_4", "clients number the updates, and two of them use the same numbers", violated, chain.Trio, chainrep.CR4),
			chainBug("CR_5", "a client that waits for an answer cannot take the news of a new head or tail", asserted, chain.Trio, chainrep.CR5),
			chainBug("CR_6", "the master keeps a failed server's place in the list while the list changes", append(never, violated...), chain.Quad, chainrep.CR6),
			chainBug("CR_7", "a compacted history looks as if nothing had been received", asserted, chain.Compaction, chainrep.CR7),
			chainBug("CR_8", "a server without a history does not answer the master", never, chain.Trio, chainrep.CR8),
			chainBug("CR_9", "what a failed server had not forwarded is not sent again", append(never, asserted...), chain.Trio, chainrep.CR9),
			chainBug("CR_10", "the head does not apply updates, and becomes the tail", violated, chain.Pair, chainrep.CR10),
			chainBug("CR_E", "a link that is made again counts as the old one, and updates come twice", asserted, chain.Quad, chainrep.CRE),
			chainBug("CR_X", "the master puts off the report of a failure, and waits for the failed server", never, chain.Strike, chainrep.CRX),
		},
	}
	for _, v := range chain.Variants() {
		s.Tests = append(s.Tests, Test{Name: v.Name, Summary: v.Summary, Settings: v.Options.Settings(), Body: chain.Test(v.Options)})
	}
	return s
}

// How the bugs show: in what a monitor hears, in a server or client that stops, or
// in something that never happens.
var (
	violated = []failure.Kind{failure.KindMonitor}
	asserted = []failure.Kind{failure.KindAssertion}
	never    = []failure.Kind{failure.KindLiveness}
)

func chainBug(name, summary string, shows []failure.Kind, v chain.Variant, bug chainrep.Bugs) Bug {
	buggy := v.Options
	buggy.Bugs = bug
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    shows,
		Settings: buggy.Settings(),
		Buggy:    chain.Test(buggy),
		Correct:  chain.Test(v.Options),
	}
}
