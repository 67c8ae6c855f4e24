// Package spectable is the specification of a table, as a program: it remembers every state that it was in, and so can
// tell all rows that a streamed query may return next. (Batches and atomic queries leave no choice.) It follows the
// reference table of Deligiannis and others, FAST 2016, section 4.
//
// A [Table] has three uses:
//
//   - As a reference. A test carries out on it what it has seen done elsewhere, with [Table.Mirror] and
//     [Table.SetETag], compares, and asks [Table.ValidReads] about streams.
//   - As a table beneath the code under test, whose streams return any of the valid rows, as the test chooses.
//   - As a simple table to compare others with.
//
// It shares no code with the other tables, keeps a copy of all rows for each batch, and is as slow as that sounds.
package spectable
