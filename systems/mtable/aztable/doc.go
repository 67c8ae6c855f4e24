// Package aztable makes a table of Azure Table storage, through Azure's SDK, a table in the sense of package table. It is a
// module of its own for the sake of the SDK's dependencies.
//
// # What it adds to the SDK
//
//   - Everything is checked before it is sent: services differ in what they notice, such as rows of two partitions in a batch.
//   - ETags of batches: the SDK does not return them, they are read from the captured response.
//   - Errors of batches: they come with status 202; code and operation are read from the body. A failure that names no
//     operation is ErrInternal and never taken for one of the first operation.
//   - Replace and Merge always carry an ETag, or *: without, a batch would insert rows that are not there.
//   - Writes are sent once. If no answer comes the error is ErrIndeterminate: a second attempt might be refused because of
//     the first one.
//   - Rows are read from the captured response: the SDK's have lost whether a number was an integer or a double.
//   - Keys with quotes are escaped in batches, which the SDK does for single operations only.
//
// # Differences to other tables
//
// Partition keys cannot be empty; ErrInvalidArgument. DeleteIfExists must be alone in its batch. An atomic query is one page
// of the service, at most 1,000 rows: ErrTooLarge beyond. The service counts all of a request against the 4 MiB of a batch.
//
// # Filters
//
// The service compares keys, and properties for equality, as long as these are at most 15 comparisons; that is the service's
// limit. All else is compared here, as services disagree about the order of strings and booleans, and about properties
// of other types. So a filter may transfer more rows than it returns.
package aztable
