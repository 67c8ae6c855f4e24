// Package mtable moves a table from one place to another while it is in use. A [Table] looks like one table
// (package table) to its callers, and is made of two: the old one, where the rows are, and the new one, where a [Migrator]
// copies them. Clients go on reading and writing all the time; no write is lost, doubled or put out of order.
//
// The protocol is that of the MigratingTable library (Deligiannis and others, "Uncovering Bugs in Distributed Storage
// Systems during Testing (Not in Production!)", FAST 2016, section 4), without the defects that its published versions
// have. docs/migrating-table.md explains it.
//
// # What callers see
//
// A Table keeps all promises of [table.Table], with one exception: the ETag of a row may change without a write, when the
// row is copied. A caller with the ETag of before gets ErrPreconditionFailed, reads again, and goes on. ETags of the two
// tables must not be alike, so give tables that choose them by counting prefixes of their own.
//
// Batches have at most [MaxBatch] operations, one less than those of other tables. Names that begin with [Reserved] are
// not for callers, neither as row keys nor as properties. If one of the two tables cannot do DeleteIfExists in a batch with
// other operations then the Table cannot in any state.
//
// Atomic queries read a whole partition of the new table, narrowed to the row keys that the filter asks for, where the
// result is made of both tables. The tables must be able to: ErrTooLarge of either is passed on.
//
// # A migration
//
// All processes use the table through a Table, with a configuration in state UseOld, before [Migrator.Migrate] is called
// somewhere; processes that use the old table directly must be gone by then. When it has returned, processes may begin to
// use the new table directly. A migration that was interrupted is resumed by calling Migrate again.
//
// # Failures
//
// Errors that are not outcomes of batches are passed on with their kind. A batch that ends in ErrIndeterminate is never tried
// again by this package, as it may have taken place; how long it may still do so is [Options].Settle, for which time the
// configuration stays as it is.
//
// # Tests
//
// A [Monitor] is told of each access to the two tables, which of them is the linearization point of a call, and of
// changed ETags: enough to carry every call out on a reference table at the right moment, and compare.
package mtable
