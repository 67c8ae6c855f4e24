// Package disk models a disk: a few files that outlive the crashes of the machine that writes them, as far as they were
// synced.
//
//	disk.New(t.Root(), "server", disk.Config{})                    // in the test
//
//	s.disk = disk.Open(c, "server")                                // in the entry of the server's start state
//	err := s.disk.Append("log", record)                            // in its handlers
//	if err == nil {
//		err = s.disk.Sync("log")
//	}
//	...
//	c.Send(client, Ack{})                                          // the record is durable when this is sent
//
// # What a machine sees
//
// A machine opens its disk when it starts, and again when it restarts. It sees its own writes at once. Its writes are
// effects like its sends: they are performed in program order after the handler has reached its end or a wait, with a
// scheduling point before each. So a crash may fall between any two of them, and those that were not performed by then
// never happened. An acknowledgement that is sent before the write that it is about is therefore a bug that tests find.
//
// # What a crash leaves
//
// What was performed is durable once it was synced:
//
//   - Sync(name) makes durable what the file holds, and that it was created, with all that was done to names before.
//   - SyncNames makes durable all creations, renames and removals. It is what syncing a directory does. A file that is
//     written under another name and then renamed has its new name for sure only after that.
//   - Under WriteThrough everything is durable when it is performed.
//
// What a crash leaves of the rest is decided when the disk is opened again, as if the power had failed. Creations, renames
// and removals survive up to some point in time. Of each file, on its own, the writes survive up to some point, and the
// one behind that may be torn: a first part of it survives, which ends where a sector ends (Config.Sector). With Unordered
// any subset of the unsynced writes of a file survives, and each of those may be torn. The first choice is always that
// nothing is lost, as in a crash of the process alone. What has survived is durable.
//
// The model keeps data and names apart, like the file systems in use: a file may have its name and not what was written to
// it, so a rename that is not preceded by a sync may leave an empty file.
//
// # Faults
//
// Rots is the budget for bits that flip in durable data, any bit of any file. Fulls is the budget for filling up: then
// nothing fits that needs more room than is in use, until something is removed or truncated. Either may happen at any
// time, and need not happen. With such a budget each operation that depends on it is a scheduling point, and so may not
// be called where a machine may not wait. Capacity is a limit that is always there.
//
// # Errors
//
// Operations return an *fs.PathError around [fs.ErrNotExist], [fs.ErrInvalid] or [ErrFull]. One that returns an error
// has no effect.
//
// # Mistakes
//
// Negative numbers in a Config, a second disk of the same name, and opening one that does not exist end the execution with
// a failure of kind misuse.
package disk
