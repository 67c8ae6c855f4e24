package tms

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Each monitor is broken by a mutant that is made for it. A mutant that breaks several is run until it breaks the right
// one. That none of them breaks without a mutant is the matter of TestCorrect.
func TestMutants(t *testing.T) {
	for want, test := range map[string]struct {
		v      Variant
		mutate func(*Options)
	}{
		"AC1: ":                           {Abstract, func(o *Options) { o.Bugs = bank.SplitDecision }},
		"AC3: ":                           {Abstract, func(o *Options) { o.Bugs = bank.TMS4 }},
		"there is 1 in all the accounts":  {Abstract, func(o *Options) { o.Bugs = bank.KeepChange }},
		"the client is told that":         {Abstract, func(o *Options) { o.Bugs = bank.TMS4 }},
		"place 1 of g1 is that of":        {Abstract, func(o *Options) { o.mutant = samePlace }},
		"Progress (in hot state Waiting)": {Abstract, func(o *Options) { o.Bugs = bank.NoRetry }},
		"still waits for something good":  {Pairs, func(o *Options) { o.Bugs = bank.NoRetry }},
		"everything has come to rest":     {Returning, func(o *Options) { o.mutant = amnesia }},
		"is no result: want place":        {Arrivals, func(o *Options) { o.ChainBugs = chainrep.AnswerTwice }},
		"HistoryMonitor of g1 found":      {Pairs, func(o *Options) { o.ChainBugs = chainrep.ForgetSent }},
		"Agreement: ":                     {MultiPaxos, func(o *Options) { o.PaxosBugs = replica.MultiPaxos3 }},
	} {
		t.Run(want, func(t *testing.T) {
			o := test.v.Options
			test.mutate(&o)
			trial.Of(Test).Shows(t, o, 100, 20_000, trial.Says(want))
		})
	}
}

// TestFacts tells the monitors what no group of ours would say.
func TestFacts(t *testing.T) {
	answered := func(group string, op, place uint64, balance int64) Answered {
		return Answered{group, group + ".1", "tms", op, bank.Result{Place: place, Kind: bank.Commit, Tx: 1, Yes: true, Balance: balance}}
	}
	for name, test := range map[string]struct {
		facts []any
		says  string // "": all is well
	}{
		"a transfer": {[]any{
			Began{1}, answered("g1", 2, 2, 0), answered("g2", 2, 2, 2), Ended{[]int64{0, 2}}, Audited{[]int64{0, 2}},
		}, ""},
		"an old answer comes again": {[]any{
			Began{1}, answered("g1", 2, 2, 0), answered("g2", 2, 2, 2), Ended{[]int64{0, 2}},
			Began{2}, answered("g1", 4, 4, 1), answered("g2", 4, 4, 1), answered("g1", 2, 2, 0), Ended{[]int64{1, 1}},
		}, ""},
		"money is made": {[]any{
			Began{1}, answered("g1", 2, 2, 1), answered("g2", 2, 2, 2), Ended{[]int64{0, 2}},
		}, "there is 3 in all the accounts, and there was 2"},
		"money moves when nobody asks for it": {[]any{answered("g1", 2, 2, 0)}, "there is 1 in all"},
		"money is elsewhere": {[]any{
			Began{1}, answered("g1", 2, 2, 2), answered("g2", 2, 2, 0), Ended{[]int64{0, 2}},
		}, "g1 has 2, and the client's books say 0"},
		"the client is told too early": {[]any{Began{1}, Ended{[]int64{0, 2}}}, "g1 has 1, and the client's books say 0"},
		"a status is wrong":            {[]any{Audited{[]int64{1, 2}}}, "the client is told that g2 has 2, and its books say 1"},
		"two groups have the same place": {[]any{
			Began{1}, answered("g1", 1, 1, 1), answered("g2", 7, 1, 1),
		}, ""},
		"two operations have the same place": {[]any{
			Began{1}, answered("g1", 1, 1, 1), answered("g1", 2, 1, 1),
		}, "place 1 of g1 is that of operation tms/1, and of tms/2"},
	} {
		t.Run(name, func(t *testing.T) {
			trial.Tell(t, func() []ravel.Monitor {
				return []ravel.Monitor{ConservationMonitor.New(newBooks()), LinearityMonitor.New(newPlaces())}
			}, test.facts, test.says)
		})
	}
}

// The monitor of a chain is about its own servers, whatever becomes of the other chain.
func TestHistories(t *testing.T) {
	entry := chainrep.Entry{Seq: 1, Client: "tms", Req: 1, Value: "x"}
	has := func(s chainrep.NodeID, sent ...chainrep.Entry) chain.Progressed {
		return chain.Progressed{Server: s, Applied: []chainrep.Entry{entry}, Sent: sent}
	}
	other := chain.Members{Servers: []chainrep.NodeID{"g1.2"}}
	for name, test := range map[string]struct {
		facts []any
		says  string
	}{
		"all is well":       {[]any{has("g2.1", entry), has("g2.2")}, ""},
		"in another chain":  {[]any{has("g1.2")}, ""},
		"the head lacks it": {[]any{has("g2.2")}, "update propagation: the history of g2.2"},
		"it still does":     {[]any{other, has("g2.2")}, "update propagation: the history of g2.2"},
		"there is no head":  {[]any{chain.Members{Servers: []chainrep.NodeID{"g2.2"}}, has("g2.2")}, ""},
		"the head forgets":  {[]any{has("g2.1")}, "in process: the history of g2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			trial.Tell(t, func() []ravel.Monitor {
				return []ravel.Monitor{histories[1].New(chain.NewHistories(serverNames("g2", 2)))}
			}, test.facts, test.says)
		})
	}
}
