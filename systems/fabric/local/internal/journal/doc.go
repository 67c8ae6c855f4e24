// Package journal is the log of a persistent replica on a disk: one file that records are appended to.
//
// # Format
//
// The file begins with the eight bytes "fabriclg". Records follow:
//
//	u32  length of what follows the checksum
//	u32  checksum (CRC-32C) of what follows
//	u8   type
//	     body
//
// Numbers are little-endian. The types are
//
//	1  identity: the ID of the replica, and the epoch it is fenced to
//	2  operation: LSN, epoch and data
//	3  reset: the log is a history whose operations are not there
//	4  cut: the log ends at an LSN
//
// # Damage
//
// Every method that writes returns when the record is durable. So only the last records can be torn, by an append that
// did not return: Open cuts them off. A record that is damaged and has a good one behind it was durable once: Open
// fails with [ErrDamaged], and the replica has to be built anew.
//
// # Size
//
// Rewrite replaces the file by a new one that holds what is still needed, with a rename.
package journal
