// Package harness tests the services of package cscale on the model of a service platform (package model/fabric).
//
// # What takes part
//
// The services are those that run in production: a controller, and the vertices of a word count (package wordcount) with a
// few lines, or with one word each. A client installs the graph, and looks at the sink whenever everything has come to rest. All
// else is up to the tester: the order of all messages and of all calls in a process, and within the budgets of [Options] crashes,
// restarts, suspicions, swaps of primaries, stale answers of naming, requests that are lost or come twice, and timeouts.
//
// The clock is ordered: whoever waits to try again does so when nothing else can happen, or out of the budget of early
// timers. So nobody polls while others work, and executions end.
//
// # What is checked
//
//   - Result: the sink never has an item that it should not have, or one more often than it should, and has all in the
//     end. What it should have is computed from the lines, without any of the code under test.
//   - Acknowledged: a batch is acknowledged by a replica that has taken it, and a primary takes what is committed. A batch that
//     is sent again is the same one.
//   - Progress: the job ends.
//   - Nothing panics.
//
// The monitors of the platform look on as well.
//
// # Reading a failure
//
// A node is one machine, so that the steps before the failure are all of that node, whatever they are about. What flowed is in
// what monitor Acknowledged heard: who took which batch of whom, and which items were in it. Requests and operations appear
// in the trace as Data, whose first letter says what they are: p brings a batch, t and o take one or read a source, r, c, s
// and l ask and configure (message.go has all of them).
//
// # Faults that may be assumed
//
// The services promise nothing when the platform loses what was committed: a partition whose successor has lost what it
// has acknowledged waits for ever, which would be a livelock here. So the budgets leave a majority of the replicas, or in tests
// in which all replicas must have an operation, one; and swaps of primaries do no harm beside them. That the platform loses
// nothing then is for its own monitor M2 to say.
package harness
