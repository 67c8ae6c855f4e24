// Package deploy runs the machines of packages chain and tms as processes: the very definitions that their tests explore, with
// the production runtime of package live in place of the tester, and NATS in place of a model of a network.
//
// # Processes
//
//   - [StartBroker]: a NATS server. One that is there already will do as well.
//   - [StartMaster]: the master of a chain, its failure detector, and the leases of its servers (package lease).
//   - [StartServer]: a server of a chain, behind its gate.
//   - [StartCoordinator]: the coordinator of transactions among groups, each of which is a chain.
//   - [Join]: a process of clients.
//
// A chain stores keys, as in package chain, or it is a group of accounts, as in package tms. All processes of a chain must
// agree on which.
//
// # What is where
//
// What a test models is here real: time, the network, failures. What the machines see of it is the same. Servers
// fail by stopping: a machine whose assertion fails ends its process, and so does a server that is refused a lease. A server
// keeps nothing on a disk. When its process is started again it joins its chain as a new server, under a new name, and is
// sent the whole history. The master and the coordinator store what they must not forget in a file, and sync it, before
// anybody hears of it; both may be killed at any time, and go on from there.
//
// Messages are delivered in order and at least once, by package transport/nats. When messages between two servers are lost
// for good, because one could not be reached for longer than the transport waits, the master is told and makes their
// link again. What is lost elsewhere is asked for again now and then.
//
// # Clients
//
// An operation ends with its result, or with [ErrUnknown]: then it may have been done, may be done later, or never.
package deploy
