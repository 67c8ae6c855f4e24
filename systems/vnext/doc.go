// Package vnext is the closed test of the extent manager in package extmgr and
// of the extent node in package extnode: the harness that surrounds the real
// code with a modelled network, modelled disks, modelled nodes if wanted, and a
// specification, and lets Ravel decide everything else. It follows the case study
// of the systematic testing literature (Deligiannis and others, FAST 2016), and
// goes beyond it with real nodes and fourteen more seeded bugs.
//
// # What is real and what is modelled
//
// The manager is the production code, unchanged. [Manager] is a thin machine
// around it: an inbound message becomes a call of ProcessMessage, a tick of one
// of its two timers a call of ProcessEvent. The manager's own timers are off
// (its tm is nil), and its outbound messages leave through a NetworkEngine that
// sends them to the driver.
//
// The extent nodes are models or the production code, as [Options].Real says. A
// [Node] models one: it keeps its replicas in the real extmgr.ExtentCenter, and
// sends heartbeats and reports from it. Ordered to repair an extent, it asks one
// of the sources for a copy and adds what comes back to its center. It has no
// disk. A [RealNode] is a thin machine around the real node and its extent store,
// whose file system is a disk of package model/disk: so a crash may fall between
// any two writes, and loses or tears what was not synced.
//
// The [Driver] plays the world: it sets the scenario up, is the network, and
// lets the faults happen.
//
// # Network
//
// Every message between nodes, and between nodes and manager, goes through the
// driver, in both directions. So a message can be older than the failure of its
// sender: it waits in the driver's inbox while the manager's timers go on.
// Nothing overtakes, and nothing is lost save what is sent to a node that is
// down, except in the scenario Lossy.
//
// A node beats in a loop: it sends a heartbeat, waits until the manager has
// taken it, and sleeps for a period; likewise for reports. So at most a few
// heartbeats and reports of each node are under way, however slow the manager
// is. Without this bound an unfair schedule fills the manager's inbox faster
// than a fair one empties it, and the correct manager looks stuck. The driver
// releases a node whose message will never be taken.
//
// # Time
//
// The manager's clock is logical: it advances by the heartbeat period at each
// ExpirationTick and stands still otherwise.
//
// By default timers fire whenever the tester likes. Then healthy nodes are
// expired by mistake now and then, which must be harmless, and the manager has no
// warm-up: nothing that it may wait for means anything. With [Options].Timely the
// clock is ordered: it moves on only when everything that can happen has happened,
// as if messages and copies took no time. What the manager does then can be held
// against a stricter specification, and its warm-up is tested.
//
// # Faults
//
// The driver offers the faults of the scenario, which the tester may let happen at
// any step. They are choices with a budget rather than timers, so that runs
// without them and runs with late ones are explored too. A node or a manager goes
// down in the sense of ravel.Context.Crash: its inbox, its timers and the effects
// that it had not yet had, messages and writes alike, are gone.
//
// # Specification
//
// The monitors are told the physical truth: which node failed, which started
// and what was on its disk then, which has stored a replica or lost one. They
// never hear what the manager believes.
//
//   - [RepairMonitor], liveness: it is hot while the newest version of some extent
//     has fewer replicas on live nodes than it should.
//   - [LossMonitor], safety: the newest version of each extent is on some live
//     node. Nodes fail one after the other, with time for a repair between.
//   - [SurplusMonitor], safety, only if all is timely: no extent has more replicas
//     than it should, except when a restarted node's do not count for a while. It
//     can be violated only where there is a node to spare.
//   - [NameMonitor], liveness, where processes may share a name: one of them ends.
//
// Real nodes are audited besides: whatever a node reports is on its disk, intact,
// and would survive a crash.
//
// With [Options].Invariants the invariants of the manager (I1 to I4) and of real
// nodes (N1 to N4) are asserted after each of their steps. That is white-box
// testing: it turns a bug that shows after thousands of steps into one that shows
// where it happens.
//
// # Scenarios
//
// Each is run with modelled and with real nodes, under either clock; see
// [Variants]. The numbers are those of the case study.
//
//   - [Replicate] (S1): three nodes, one of which holds the extent. The other
//     two must get it. Nothing fails.
//   - [Repair] (S2): three nodes that all hold the extent, about which the
//     manager knows nothing yet. One may fail at any time, and an empty one
//     takes its place.
//   - [TwoFailures] (S3): the newest version is on two of the nodes. One may fail,
//     and, when everything is repaired, another one.
//   - [ManagerRestart] (S4): the manager may restart, also during a repair. There
//     is a fourth node without a replica.
//   - [NodeRestart] (S5): a node may restart under its name, with its disk or with
//     an empty one, or lose a replica while it goes on: a model forgets it, a real
//     node's file has a bit flipped, which its scrubber must find.
//   - [Lossy] (S6): two messages may be lost and two more delivered a second time
//     later; a node may fail.
//   - [Capacity] (S7): two extents, and four nodes with little room.
//   - [Namesakes] (S8): a second process may start under the name of a node, with an
//     address and an empty disk of its own, and a node may fail. A process that the
//     manager refuses several times, while the other one lives, ends, as in
//     production (package deploy). There is a fourth node without a replica.
//   - [Move] (S9): one of three nodes holds the extent, and a node may restart at
//     another address, with its disk.
//
// S8 and S9 are not of the case study: they are troubles that the deployed system has
// shown, and of which these tests had known nothing as long as a node's name was its
// address.
//
// # Seeded bugs
//
// The bugs of extmgr.Bugs and extnode.Bugs, V1 to V15, are each found in one of
// these scenarios; package catalog says in which. Two are found in another one
// than in the case study: V4 needs a node that loses a replica without a restart,
// because a restart clears what the manager knows of the node; V12 shows as soon
// as two nodes fail, without any loss of messages. V13 to V15 are not of the case
// study: V13 is a mistake that these tests found in the extent node, V14 and V15 are
// what would be wrong in S8 and S9.
package vnext
