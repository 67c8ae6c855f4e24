package main

import (
	"slices"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

// late is the story of a late report, which arrives behind the removal of its node; of the same story with the report ahead
// of the removal, where nothing is amiss; and of the event with which the two part.
func late() (failing, passing *trace.Trace, deciding int) {
	prefix := []trace.Event{
		{Step: 1, Kind: trace.Began, Who: "manager", Type: "Manager", To: "Running"},
		{Step: 2, Kind: trace.Began, Who: "node", Type: "Node", To: "Up", After: []int{}},
		{Step: 2, Kind: trace.Moved, Who: "RepairMonitor", To: "Repaired", Cold: true},
		{Step: 3, Kind: trace.Sent, Who: "node", Peer: "manager", Type: "store.Report", Value: `{Holds: [x]}`},
		{Step: 4, Kind: trace.Injected, Who: "driver", Type: "NodeFails"},
		{Step: 4, Kind: trace.Crashed, Who: "node", Peer: "driver", After: []int{4}},
		{Step: 4, Kind: trace.Heard, Who: "RepairMonitor", Type: "store.Failed", Value: "{Node: node}", Peer: "driver", After: []int{4}},
		{Step: 4, Kind: trace.Moved, Who: "RepairMonitor", From: "Repaired", To: "Repairing", Hot: true},
	}
	removal := []trace.Event{
		{Kind: trace.Fired, Who: "manager", Type: "store.Tick", Now: "30s"},
		{Kind: trace.Took, Who: "manager", Type: "store.Tick"},
		{Kind: trace.Logged, Who: "manager", Value: "removes node"},
		{Kind: trace.Changed, Who: "manager", Type: "nodes[node]", From: "{Seen: 0s}", To: ""},
	}
	report := []trace.Event{
		{Kind: trace.Took, Who: "manager", Peer: "node", Type: "store.Report", Value: `{Holds: [x]}`, Sent: 3, After: []int{3}},
		{Kind: trace.Logged, Who: "manager", Value: "believes that x has 3 replicas"},
	}
	repair := []trace.Event{
		{Kind: trace.Sent, Who: "manager", Peer: "spare", Type: "store.Copy", Value: "{Extent: x}"},
		{Kind: trace.Moved, Who: "RepairMonitor", From: "Repairing", To: "Repaired", Cold: true},
	}
	failed := []trace.Event{{Kind: trace.Failed, Who: "RepairMonitor", Type: "liveness", Value: "x is never repaired"}}
	end := &trace.Failure{Kind: failure.KindLiveness, Error: "x is never repaired", Detail: "RepairMonitor is hot since step 4", Site: failure.Site{Step: 7}}
	failing = joined(prefix, removal[:1], removal[1:], report, failed)
	failing.Failure = end
	passing = joined(prefix, report, removal[:1], removal[1:], repair)
	return failing, passing, len(prefix)
}

// joined is a trace of events; each further part is a step of its own behind those of the first.
func joined(prefix []trace.Event, steps ...[]trace.Event) *trace.Trace {
	t := &trace.Trace{Header: trace.Header{Package: "example.com/store", Test: "TestRepair", Strategy: "random"}, Events: slices.Clone(prefix)}
	n := prefix[len(prefix)-1].Step
	for i, events := range steps {
		for _, ev := range events {
			ev.Step = n + i + 1
			t.Events = append(t.Events, ev)
		}
	}
	return t
}

// deadlock is one of two goroutines.
func deadlock() *trace.Trace {
	at := func(line int) failure.Place {
		return failure.Place{File: "/none/bank.go", Line: line, Func: "example.com/bank.Transfer"}
	}
	t := joined([]trace.Event{
		{Step: 1, Kind: trace.Did, Who: "g1 (bank.go:20)", Type: "Lock", Peer: "mutex #1", Place: at(30)},
		{Step: 2, Kind: trace.Did, Who: "g2 (bank.go:21)", Type: "Lock", Peer: "mutex #2", Place: at(30)},
		{Step: 3, Kind: trace.Blocked, Who: "g1 (bank.go:20)", Type: "Lock", Peer: "mutex #2", Place: at(31), To: "g2 holds it"},
		{Step: 4, Kind: trace.Blocked, Who: "g2 (bank.go:21)", Type: "Lock", Peer: "mutex #1", Place: at(31), To: "g1 holds it"},
	}, []trace.Event{{Kind: trace.Failed, Type: "deadlock", Value: "two goroutines wait for each other"}})
	t.Failure = &trace.Failure{
		Kind: failure.KindDeadlock, Error: "two goroutines wait for each other",
		Goroutines: []failure.Goroutine{
			{ID: 1, Wait: failure.Wait{To: "to lock mutex #2", Step: 3, Place: at(31), By: []int{1}}, Holds: []failure.Hold{{What: "mutex #1", Step: 1, Place: at(30)}}},
			{ID: 2, Wait: failure.Wait{To: "to lock mutex #1", Step: 4, Place: at(31), By: []int{0}}, Holds: []failure.Hold{{What: "mutex #2", Step: 2, Place: at(30)}}},
		},
		WaitCycle: []int{0, 1},
	}
	return t
}
