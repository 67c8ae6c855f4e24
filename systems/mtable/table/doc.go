// Package table defines a partitioned table: rows with typed properties, ETags, conditional operations, atomic batches
// on one partition, and two kinds of queries. It is the interface of Azure Table storage, made precise and without its
// traps; see Deligiannis and others, "Uncovering Bugs in Distributed Storage Systems during Testing (Not in
// Production!)", FAST 2016, section 4, for the library that needs such an interface.
//
// The package holds the interface and what belongs to it: keys, values, operations, filters, errors. Tables are in
// packages of their own (memtable, bolttable, aztable, spectable), and all pass the tests of package tabletest.
//
// # Rows
//
// A row is an [Entity]: a [Key] of partition and row, an [ETag] that the table gives it and changes with every
// modification, and properties with names and typed values. Keys are ordered by partition, then by row, each as
// [Compare] orders strings.
//
// # Batches
//
// A [Batch] has one to [MaxBatch] operations on different rows of one partition, with no more than [MaxBatchBytes]. [Table.Execute] runs it atomically:
// either every operation takes place, or the first one that cannot fails the batch with an [*Error] that names it, and
// nothing has changed. Batches and atomic queries are linearizable.
//
// # Conditional operations
//
// Replace, Merge and Delete need an [IfMatch]: [AnyETag] for whatever row is there, or [Exactly] an ETag. They are checked
// in this order: no row there is [ErrNotFound], another ETag is [ErrPreconditionFailed].
//
//	operation         row absent      row present           status   ETag
//	Insert            created         ErrConflict           201      new
//	Replace           ErrNotFound     all properties set    204      new
//	Merge             ErrNotFound     given properties set  204      new
//	Delete            ErrNotFound     removed               204      none
//	DeleteIfExists    nothing         removed               204      none
//	InsertOrReplace   created         all properties set    204      new
//	InsertOrMerge     created         given properties set  204      new
//
// # Atomic queries
//
// [Table.QueryAtomic] returns the rows of one partition that match a [Filter], as of one instant, in the order of their
// keys. A table may refuse a result that it cannot read at one instant, with [ErrTooLarge].
//
// # Streamed queries
//
// [Table.QueryStream] returns a [Stream] of rows of all partitions, in strictly increasing order of keys. It promises
// less: each row is as it was at some instant between the opening of the stream and the return of that row, and these
// instants need not be ordered like the keys. So a row that is there and matches all the time is returned, one that is
// there at no time is not, and one that comes or goes meanwhile may be or may not be.
//
// # Unknown outcomes
//
// [ErrIndeterminate] says that a batch may have taken place, may not, or may still do so: the request was sent and no
// answer came. All other errors of Execute say that it did not.
package table
