// Package drill runs a cluster of the extent store as it is deployed, a manager and
// nodes as processes on real disks and sockets, and does to it what happens in
// production: kills and restarts, partitions, dropped connections, lost, full and
// damaged disks, a second process under a name, a node that moves. It is for tests
// that look at the deployed system from outside. What becomes of a cluster is judged
// by the files on the disks, not by what anybody believes.
//
// Every connection of a node goes through a proxy, which can be cut and counts the
// messages. What is written is a function of extent and version, so that nothing has
// to be remembered but which version was acknowledged last.
//
// [Stress] is the stress test in the sense of the case study (Deligiannis and others,
// FAST 2016, section 2): the system itself, in a loop, under random faults and load,
// until something is wrong or the time is over. A seed decides what is done; when it
// takes effect is up to the machine, and a failure does not come again for the asking.
//
// Nothing here is for more than one goroutine, but for [Process].
package drill
