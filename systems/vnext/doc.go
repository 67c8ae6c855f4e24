// Package vnext is the closed test of the extent manager in package extmgr: the
// harness that surrounds the real manager with modelled extent nodes, a
// modelled network and a specification, and lets Ravel decide everything else.
// It follows the case study of the systematic testing literature (Deligiannis
// and others, FAST 2016).
//
// # What is real and what is modelled
//
// The manager is the production code, unchanged. [Manager] is a thin machine
// around it: an inbound message becomes a call of ProcessMessage, a tick of one
// of its two timers a call of ProcessEvent. The manager's own timers are off
// (its tm is nil), and its outbound messages leave through a NetworkEngine that
// sends them to the driver.
//
// The extent nodes are models. A [Node] keeps its replicas in the real
// extmgr.ExtentCenter, and sends heartbeats and reports from it. Ordered to
// repair an extent, it asks one of the sources for a copy and adds what comes
// back to its center. It has no disk.
//
// The [Driver] plays the world: it sets the scenario up, is the network, and
// lets a node fail.
//
// # Network
//
// Every message between nodes, and between nodes and manager, goes through the
// driver, in both directions. So a message can be older than the failure of its
// sender: it waits in the driver's inbox while the manager's timers go on.
// Nothing is lost, save what is sent to a node that is down, and nothing
// overtakes.
//
// A node beats in a loop: it sends a heartbeat, waits until the manager has
// taken it, and sleeps for a period; likewise for reports. So at most one
// heartbeat and one report of each node are under way, however slow the manager
// is. Without this bound an unfair schedule fills the manager's inbox faster
// than a fair one empties it, and the correct manager looks stuck.
//
// # Time
//
// The manager's clock is logical: it advances by the heartbeat period at each
// ExpirationTick and stands still otherwise. A node expires at the fourth tick
// without a heartbeat of it. When ticks come is the tester's choice, so healthy
// nodes are expired by mistake now and then, which must be harmless.
//
// # Failure
//
// The driver offers one fault, which the tester may let happen at any step: a
// node, of the tester's choice, crashes, and a new one starts. The fault is a
// choice with a budget rather than a timer, so that runs without it and runs
// with a late one are explored too, and scenarios with more failures need only
// a larger budget. The node goes down in the sense of ravel.Context.Crash: its
// inbox, its timers and the messages that it had not yet handed over are gone.
//
// # Specification
//
// [RepairMonitor] is told the physical truth: which node failed, which started,
// which holds a replica. It never hears what the manager believes. It is hot
// while fewer live nodes hold the extent than should, so a manager that never
// repairs violates liveness.
//
// With [Options].Invariants the manager's own invariants I1 to I4 are asserted
// after each of its steps. That is white-box testing: it turns a bug that shows
// after thousands of steps into one that shows where it happens.
//
// # Scenarios
//
//   - [Replicate] (S1): three nodes, one of which holds the extent. The other
//     two must get it. Nothing fails.
//   - [Repair] (S2): three nodes that all hold the extent, about which the
//     manager knows nothing yet. One may fail at any time, and an empty one
//     takes its place.
package vnext
