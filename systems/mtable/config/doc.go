// Package config tells all clients of a migrating table in which of five states they are, and moves them from one state to
// the next. It knows nothing of tables that migrate.
//
// # States
//
// There is one [State] for a migrating table. It only moves forward, one step at a time. At every instant all clients are
// in at most two states, which are next to each other: that is what the protocol of the migrating table rests on.
//
// # Clients
//
// A client asks a [Service] for a [Grant] before it does anything, and acts in the state that the grant names. While a
// grant of [Service.Hold] is out the configuration does not move on for it: a push waits until the grant is released. A
// [Watcher], of [Service.Watch], is for what lives longer. It is told of a change and has adapted itself to the new state
// when it returns.
//
// # The leader
//
// One process at a time is the [Leader], which a [Controller] elects. Only a leader pushes. A push first stores the new
// state and then waits until every client has gone over to it. A new leader pushes the stored state once more before it
// relies on it: its predecessor may have died while it waited.
//
// # Services
//
// [Memory] is for one process. [Shared] keeps state and members in a table, for processes on different machines: a process
// becomes a member with [Shared.Join], and the leader is elected with [Shared.Lead].
package config
