// Package bolttable keeps tables in a file, with bbolt (go.etcd.io/bbolt): a B+ tree with one writer and many readers at a
// time, each of whom sees one instant. That is just what a table needs: a batch is a read-write transaction, an atomic
// query a read-only one. bbolt is chosen over other embedded stores because it is the storage of etcd, whose team keeps it
// up, is plain Go without further dependencies, and stores everything in one file that survives crashes at any time. Its
// writers wait for each other and for the disk, so it suits tables that are read more than written.
//
// # File
//
// Each table is a bucket, named after it, with a bucket "rows" and the prefix of its ETags, which is drawn when the table is
// created, so that no two tables have an ETag in common. ETags are numbered by the sequence of the bucket, which bbolt stores
// with each transaction and never takes back.
//
// Rows are stored under partition key, a zero byte, and row key, in bytes whose order is that of keys: zero is not legal in
// keys, and table.SortByte maps UTF-8 to the order of UTF-16. The format of rows is in codec.go.
//
// A file is for one process, or is shared by several ([Options].Shared), which then take turns.
//
// # Streams
//
// A read-only transaction keeps bbolt from reusing pages, so a stream has none while it is not read. It reads a page of rows
// in a transaction of its own, and goes on behind the last one.
package bolttable
