// Package cscale processes streams on a service platform. A job is a directed graph without cycles (package stream); each of
// its vertices is a stateful service with partitions and replicas, and each item of the sources has its effect exactly
// once, whatever fails. The services are written against package model/fabric/service: they run on a real platform, and
// in tests on the model of one.
//
//	source -> parse -> aggregate by key and window -> sink
//
// The shape follows what is published of CScale, a service on Azure Service Fabric: Deligiannis and others, "Uncovering
// Bugs in Distributed Storage Systems during Testing (Not in Production!)", FAST 2016. The protocol is our own.
//
// # Services
//
// A platform hosts a service for each vertex, under the vertex's name and with as many partitions as the graph says, whose
// replicas are made by [NewVertex]; and a controller, with one partition, by [NewController]. A [Client] gives the graph to
// the controller, which replicates it and tells it to all partitions of all vertices, again and again, until they
// have it. A graph that is installed later may have another tuning, and no other vertices, partitions or edges.
//
// # Batches
//
// Items go from partition to partition in batches, which are numbered for each pair of partitions. A partition that takes
// a batch replicates one operation, which has all that follows from it: the number of the upstream's batch, what came out of
// the stages, and what the downstreams have acknowledged. Applying it brings the operator's state, the watermarks and the
// batches for the downstreams up to date on each replica in the same way. The batch is acknowledged when the operation is
// committed. A batch that was taken before is acknowledged and changes nothing; so a sender may send again whenever it has
// no answer, and a new primary goes on where its predecessor was.
//
// A source is read in the same way: an operation has the items that were read, and the position behind them.
//
// A partition has no more than Tuning.Buffer batches for each downstream. When there is no room it takes no batch and reads
// no items. Batches to one downstream are sent one at a time.
//
// # Terms
//
// A secondary holds operations that may turn out never to be committed. What a primary pushes or acknowledges cannot be
// taken back. So one that has just been elected does nothing until an operation of its own is committed, because then all
// operations before it are.
//
// # What can go wrong
//
// Errors that pass are tried again, after a pause. If the platform loses what was committed, because a majority is gone for
// good, items may count twice or not at all: the platform says so by the data-loss number of its epochs. A partition whose
// successor has lost what it has acknowledged waits for ever, rather than to count wrongly.
//
// # Defects
//
// [Bugs] are defects for tests. N1 to N5 dereference what is not there, like the defect that the study has found in CScale;
// where that was is not published. C1 to C5 break the promise of the first paragraph. Package harness finds them.
package cscale
