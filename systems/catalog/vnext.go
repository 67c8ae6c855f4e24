package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/vnext"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

func vNext() System {
	s := System{
		Name:    "vnext",
		Summary: "extent management of a replicated store, after Azure Storage vNext",
		Code: Code{
			System: packages("vnext/extmgr", "vnext/extnode", "vnext/extstore", "vnext/wire", "vnext/tcpnet", "vnext/deploy", "vnext/deploy/command"),
			Model:  packages("vnext"),
		},
		Bugs: []Bug{
			vNextBug("V1", "the late report of a node that has expired is taken, and counted for ever", neverRepaired,
				vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V1}),
			vNextBug("V2", "a task has no deadline: if its copy is lost the extent is never repaired", neverRepaired,
				vnext.Options{Scenario: vnext.TwoFailures, Bugs: extmgr.V2}),
			vNextBug("V3", "a node that expires leaves its replicas behind, and they are counted for ever", neverRepaired,
				vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V3}),
			vNextBug("V4", "a report adds replicas and removes none: what a live node has lost is counted", neverRepaired,
				vnext.Options{Scenario: vnext.NodeRestart, Bugs: extmgr.V4}),
			vNextBug("V5", "an old report takes back what a newer one said, and a copy is made in vain", copiedInVain,
				vnext.Options{Scenario: vnext.Lossy, Timely: true, Bugs: extmgr.V5}),
			vNextBug("V6", "pending tasks are forgotten, and the same copy is ordered again elsewhere", copiedInVain,
				vnext.Options{Scenario: vnext.Capacity, Timely: true, Bugs: extmgr.V6}),
			vNextBug("V7", "the copy of any holder will do: an old version spreads, the newest is lost", append(neverRepaired, failure.KindMonitor),
				vnext.Options{Scenario: vnext.TwoFailures, Timely: true, Bugs: extmgr.V7}),
			vNextBug("V8", "a node holds an extent, and reports it, before its copy is complete", []failure.Kind{failure.KindAssertion},
				vnext.Options{Scenario: vnext.Replicate, Real: true, NodeBugs: extnode.V8}),
			vNextBug("V9", "a restarted manager does not warm up, and orders copies of what it has not heard of", copiedInVain,
				vnext.Options{Scenario: vnext.ManagerRestart, Timely: true, Bugs: extmgr.V9}),
			vNextBug("V10", "incarnations are ignored: a node with a new, empty disk is taken for the old one", neverRepaired,
				vnext.Options{Scenario: vnext.NodeRestart, Bugs: extmgr.V10}),
			vNextBug("V11", "a node expires in two critical sections, and a report comes between them", neverRepaired,
				vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V11}),
			vNextBug("V12", "an acknowledgement counts as a replica, also that of a node that has expired", neverRepaired,
				vnext.Options{Scenario: vnext.TwoFailures, Bugs: extmgr.V12}),
			vNextBug("V13", "a copy gives up on a source after a fixed time, which is too short for ever", neverRepaired,
				vnext.Options{Scenario: vnext.Replicate, Real: true, NodeBugs: extnode.V13}),
			vNextBug("V14", "a name has no address: a second process takes it, and the first is never told", neverRepaired,
				vnext.Options{Scenario: vnext.Namesakes, Bugs: extmgr.V14}),
			vNextBug("V15", "a heartbeat that is refused counts as a sign of life: a node that moves is never taken", neverRepaired,
				vnext.Options{Scenario: vnext.Move, Bugs: extmgr.V15}),
		},
	}
	for _, o := range vnext.Variants() {
		s.Tests = append(s.Tests, Test{Name: o.Name(), Summary: o.Scenario.Summary(), Settings: o.Settings(), Body: vnext.Test(o)})
	}
	return s
}

// How the bugs show.
var (
	neverRepaired = []failure.Kind{failure.KindLivelock, failure.KindLiveness}
	copiedInVain  = []failure.Kind{failure.KindMonitor}
)

func vNextBug(name, summary string, shows []failure.Kind, o vnext.Options) Bug {
	correct := o
	correct.Bugs, correct.NodeBugs = 0, 0
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    shows,
		Settings: o.Settings(),
		Buggy:    vnext.Test(o),
		Correct:  vnext.Test(correct),
	}
}
