package chain

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/trial"
)

// TestMutants has, for each monitor, a defect of the protocol that it finds by
// itself, and finds nothing in the correct protocol.
func TestMutants(t *testing.T) {
	history := func(o Options) ravel.Monitor { return HistoryMonitor.New(NewHistories(o.servers())) }
	tail := func(Options) ravel.Monitor { return TailMonitor.New(newTail()) }
	repair := func(Options) ravel.Monitor { return RepairMonitor.New(&Repairs{}) }
	for name, test := range map[string]struct {
		monitor func(Options) ravel.Monitor
		v       Variant
		mutant  chainrep.Bugs
		says    string
	}{
		"history: numbers grow":                  {history, Trio, chainrep.CR4, "update propagation: entry 1 of s1 comes behind entry"},
		"history: in process":                    {history, Trio, chainrep.ForgetSent, "in process: the history of s1"},
		"tail: the head answers too early":       {tail, Trio, chainrep.EagerHead, "but the last answered update is"},
		"tail: an old tail goes on":              {tail, Suspect, chainrep.CR1, "but the last answered update is"},
		"tail: a new tail has not everything":    {tail, Joining, chainrep.EagerJoin, "but the last answered update is"},
		"tail: the new tail has nothing":         {tail, Pair, chainrep.CR10, "answers that there is no x"},
		"membership: somebody else is cut out":   {func(o Options) ravel.Monitor { return MembershipMonitor.New(&Membership{servers: o.servers()}) }, Quad, chainrep.CR6, "has struck out s4, which has not failed"},
		"repair: no answer for the master":       {repair, Trio, chainrep.CR8, "RepairMonitor (in hot state Broken)"},
		"repair: an answer of a failed server":   {repair, Strike, chainrep.CRX, "RepairMonitor (in hot state Broken)"},
		"requests once: a repeated one is new":   {func(Options) ravel.Monitor { return requestsOnce.Monitor() }, Trio, chainrep.NoDedupe, "NoDuplicates"},
		"answers: what was lost stays lost":      {func(Options) ravel.Monitor { return answers.Monitor() }, Trio, chainrep.CR9, "Answers (in hot state Waiting)"},
		"sessions: clients lose what they wrote": {func(Options) ravel.Monitor { return sessions.Monitor() }, Pair, chainrep.CR10, "ReadYourWrites"},
	} {
		t.Run(name, func(t *testing.T) {
			alone := func(o Options) []ravel.Monitor { return []ravel.Monitor{test.monitor(o)} }
			study := trial.Of(func(o Options) func(*check.T) { return o.test(alone) })
			o := test.v.Options
			o.Bugs = test.mutant
			f := study.Find(t, o, check.Schedules(2000), func(c *check.Config) { c.NoShrink = true })
			trial.Expect(t, f, test.says)
			study.Passes(t, test.v.Options, check.Schedules(200))
		})
	}
}

// TestFacts tells monitors what no server of ours would do.
func TestFacts(t *testing.T) {
	entry := func(seq uint64, value string) chainrep.Entry {
		return chainrep.Entry{Seq: seq, Client: "c1", Req: seq, Key: "x", Value: value}
	}
	list := func(all ...chainrep.Entry) []chainrep.Entry { return all }
	ids := func(all ...chainrep.NodeID) []chainrep.NodeID { return all }
	monitors := func() []ravel.Monitor {
		servers := func() []chainrep.NodeID { return names("s", 3) }
		return []ravel.Monitor{
			HistoryMonitor.New(NewHistories(servers())), TailMonitor.New(newTail()), MembershipMonitor.New(&Membership{servers: servers()}),
		}
	}
	a, b, other := entry(1, "a"), entry(2, "b"), entry(1, "z")
	for name, test := range map[string]struct {
		facts []any
		says  string // "": all is well
	}{
		"a history is a prefix": {[]any{
			Progressed{"s1", list(a, b), list(a, b)}, Progressed{"s2", list(a), list(a)}, Progressed{"s3", list(a), nil},
		}, ""},
		"a history is longer than its predecessor's": {[]any{
			Progressed{"s1", list(a), list(a)}, Progressed{"s2", list(a, b), list(a, b)},
		}, "update propagation: the history of s2"},
		"a history is another one": {[]any{
			Progressed{"s1", list(a), list(a)}, Progressed{"s2", list(other), list(other)},
		}, "update propagation: the history of s2"},
		"a server forgets too much": {[]any{
			Progressed{"s1", list(a, b), list(b)},
		}, "in process: the history of s1"},
		"who has failed has no part": {[]any{
			Crashed{"s1"}, Progressed{"s2", list(a), list(a)},
		}, ""},
		"nor has who was struck out": {[]any{
			Suspected{"s1"}, Members{ids("s2", "s3"), chainrep.Stable}, Progressed{"s2", list(a), list(a)},
		}, ""},
		"neighbours of a failed server are neighbours": {[]any{
			Progressed{"s1", list(a, b), list(a, b)}, Progressed{"s2", list(a), list(a)}, Crashed{"s2"}, Progressed{"s3", list(other), nil},
		}, "update propagation: the history of s3"},
		"a query is answered with the last answered update": {[]any{
			Progressed{"s1", list(a, b), list(a, b)}, UpdateAnswered{"s3", Request{"c1", true, 1}},
			QueryAnswered{"s3", "x", "a", true}, QueryAnswered{"s3", "y", "", false},
		}, ""},
		"with one that was not": {[]any{
			Progressed{"s1", list(a, b), list(a, b)}, UpdateAnswered{"s3", Request{"c1", true, 1}}, QueryAnswered{"s3", "x", "b", true},
		}, "s3 answers x=b"},
		"with an older one that was answered again": {[]any{
			Progressed{"s1", list(a, b), list(a, b)}, UpdateAnswered{"s3", Request{"c1", true, 2}}, UpdateAnswered{"s2", Request{"c1", true, 1}},
			QueryAnswered{"s2", "x", "a", true},
		}, "s2 answers x=a"},
		"with nothing": {[]any{
			Progressed{"s1", list(a), list(a)}, UpdateAnswered{"s3", Request{"c1", true, 1}}, QueryAnswered{"s3", "x", "", false},
		}, "s3 answers that there is no x"},
		"an update is answered that nobody has": {[]any{UpdateAnswered{"s3", Request{"c1", true, 1}}}, "nobody has applied"},
		"who is alive is struck out":            {[]any{Members{ids("s1", "s3"), chainrep.Stable}}, "struck out s2"},
		"who is dead is":                        {[]any{Crashed{"s2"}, Members{ids("s1", "s3"), chainrep.Stable}}, ""},
		"a server is in the chain twice":        {[]any{Members{ids("s1", "s2", "s2", "s3"), chainrep.Stable}}, "has s2 in the chain twice"},
	} {
		t.Run(name, func(t *testing.T) {
			trial.Tell(t, monitors, test.facts, test.says)
		})
	}
}

// TestRepairs follows the temperature of the RepairMonitor: a chain is whole when
// the master is at rest and has no failed server in it.
func TestRepairs(t *testing.T) {
	stable := func(all ...chainrep.NodeID) Members { return Members{all, chainrep.Stable} }
	for name, test := range map[string]struct {
		facts []any
		whole bool
	}{
		"never configured":          {nil, false},
		"configured":                {[]any{stable("s1", "s2")}, true},
		"a failure":                 {[]any{stable("s1", "s2"), Crashed{"s2"}}, false},
		"a failure, not yet mended": {[]any{stable("s1", "s2"), Crashed{"s2"}, Members{[]chainrep.NodeID{"s1"}, chainrep.AwaitTail}}, false},
		"a failure, mended":         {[]any{stable("s1", "s2"), Crashed{"s2"}, stable("s1")}, true},
		"two failures, one mended":  {[]any{stable("s1", "s2", "s3"), Crashed{"s3"}, Crashed{"s2"}, stable("s1", "s2")}, false},
		"who had left has failed":   {[]any{stable("s1"), Crashed{"s2"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			says := ""
			if !test.whole {
				says = "RepairMonitor (in hot state Broken)"
			}
			trial.Tell(t, func() []ravel.Monitor { return []ravel.Monitor{RepairMonitor.New(&Repairs{})} }, test.facts, says)
		})
	}
}
