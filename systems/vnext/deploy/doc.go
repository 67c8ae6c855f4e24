// Package deploy puts the components of the extent store together for production:
// the manager of package extmgr and the node of package extnode, each with a
// folder on a real disk, the network of package tcpnet, timers, a page of metrics,
// and what tools need. The components are those that the tests of package vnext
// explore, unchanged; nothing here decides about extents.
//
// # Folders
//
// A manager and a node each have a folder, which is made if it is not there:
//
//	LOCK    locked by the process that uses the folder
//	name    whose folder it is
//	        and the files of package extstore
//
// A manager keeps nothing but the counter of its incarnations there.
//
// A folder is for one process at a time, and for one name for ever: [ErrInUse] and
// [ErrForeign] say so, and nothing was touched.
//
// # Incarnations and clocks
//
// An incarnation is the larger of one more than the last, as the folder says, and
// the wall clock's microseconds. So a node whose disk was lost or replaced is newer
// than it was, and one whose clock was set back is, too. That is the only use of
// the wall clock: periods and silences are measured by the monotonic clock, which
// setting the time does not touch. A step of more than a second is logged as a
// warning, because it upsets the times in logs.
//
// # Two processes under one name
//
// The manager listens to the one that it knows until that is silent, and refuses
// the other. A node that is refused for longer than NodeConfig.RefusedFor stops
// with [ErrDuplicate], which names the address of the other. Its folder stays as
// it is.
//
// # Stopping
//
// Stop lets timers end first, then gives what waits to be sent a second, then
// closes connections and folder. A process that is killed instead loses nothing
// that it has acknowledged.
//
// # Metrics
//
// With an address for HTTP, a process serves /metrics in the text format of
// Prometheus, /status as JSON ([ManagerStatus], [NodeStatus]), and /healthz.
package deploy
