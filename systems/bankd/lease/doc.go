// Package lease is how the servers of a chain, which fail by stopping, are deployed where nobody can tell a server that has
// stopped from one that is slow or cannot be reached. A server may take part as long as it holds a lease.
//
// In front of each server stands a [Gate]. It beats: it tells the [Leases] of the chain that the server is there. Each beat
// that is granted is a lease that lasts for a term from the moment at which the beat was sent. What is sent to the server
// passes the gate while the lease lasts, and otherwise waits in front of it. Leases hears of a beat later than it was sent:
// when it has heard nothing for longer than a term, the lease has ended for certain. It then tells the detector of the chain
// that the server is dead, which is true from then on: it never grants that server another one.
//
// A server is a function of what it is handed, in that order. So what it does while the lease lasts, or later because it
// was paused in the middle, is what it would have done when the message passed the gate.
//
// # Who is cut off
//
// When nobody beats it may be Leases that cannot be reached. So a server is declared dead only while another one of the chain
// holds a lease, and after a silence of all everybody has another term. The last server of a chain is therefore never declared
// dead, whoever waits to join. The master of the chain tells Leases who is in it, as its detector.
//
// # Arrivals
//
// A gate that has never been granted anything says so. Such a server is new: Leases lets the chain begin when so many servers
// are there, and lets later ones join it. A server that has been in a chain, and that Leases does not know, as after a
// restart, is turned away: it is told so, and has to come back as a new server.
//
// # Clocks
//
// Only durations are compared, each measured by one process on its monotonic clock. The clocks of two processes may differ
// in speed by one part in eight.
//
// # Source
//
// Gray, Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache consistency", SOSP 1989.
package lease
