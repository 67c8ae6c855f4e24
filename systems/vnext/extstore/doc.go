// Package extstore is the disk of an extent node: a store of extents, each in a
// file with checksums, that a crash cannot leave with half an extent. It sits on
// a small file system interface, [FS], so that the same code runs on a folder of
// the operating system's, see [Dir], and on a modelled disk.
//
// # Terms
//
// An extent is held once it was committed. It is staged while it is being written.
// A file is whole if it is as long as its header says, and good if everything in
// it matches its checksums. A damaged file is not both. The payload of an extent
// is what its writer wrote, without headers and checksums.
//
// # Files
//
//	data/<first two digits>/<id>.ext   one held extent
//	tmp/                               what is being written
//	damaged/<id>.<n>.ext               damaged files, kept for someone to look at
//	incarnation-1, incarnation-2       the incarnation counter, twice
//
// An extent's file is a header and the payload in blocks, each followed by its
// checksum. The last block may be short. All numbers are big-endian.
//
//	 0  4 bytes  "RVLX"
//	 4  uint16   format version, 1
//	 6  uint16   flags: bit 0 is sealed, the others are 0
//	 8  uint32   block size
//	12  uint32   checksum of the payload
//	16  16 bytes extent id
//	32  uint64   extent version
//	40  uint64   length of the payload
//	48  uint32   checksum of the header, the 48 bytes before
//	52  blocks
//
// Every bit of a file is covered by a checksum, and an extent has exactly one file
// for a given block size. [Verify] judges a file by its bytes alone.
//
// # State
//
// The store keeps an index of what it holds in memory. It is filled by [Open],
// which looks at the header and the size of each file, and from then on it is the
// truth: List and Open of a held extent do no I/O.
//
//	              held file     staged file
//	Stage         kept          created
//	WriteBlock    kept          grows
//	Commit        replaced      becomes the held one
//	Abort         kept          removed
//	Delete        removed       kept
//	Quarantine    set aside     kept
//	crash         kept          removed by the next Open
//
// An extent is staged by one writer at a time, and only at a version newer than
// the held one: the version of a held extent never goes down, except through
// Delete and Quarantine.
//
// # Writing
//
// Each piece of payload comes with its checksum and is verified before it is
// written. Commit verifies that nothing is missing and that the whole matches the
// checksum of the extent; then it syncs the file, renames it, and syncs the
// folder. When it returns, the extent is held and durable. Any error ends the
// staging and removes what was written, so that a full disk stays no fuller than
// it was.
//
// An older version is replaced by the rename. There is one case in which a failed
// commit loses it: the folder could not be synced after the rename. Then nobody
// knows which of the two versions a crash would leave, and the store holds neither
// until it is opened again.
//
// # Reading
//
// Every block is verified each time that it is read. Rot in a block that nobody
// reads is found by scrubbing, which reads all of a file. What is found is
// reported to the caller, who decides; [Store.Quarantine] takes the extent out. A
// file that is gone, and one on which the medium gives up, are as damaged as one
// whose bits have changed. Other errors, such as a lack of file descriptors, say
// nothing about an extent.
//
// # Opening
//
// Open removes staged files. It sets aside, with a warning, files in the folder
// of data whose header is bad, whose size is wrong, or that are named after
// another extent. Files whose names are none of the store's are left alone, with a
// warning. A file of a later format version is an error: the store of a newer
// program is not for this one.
//
// # Incarnations
//
// [Store.NextIncarnation] numbers the starts of the node. The counter is durable
// before it is used, so no number comes twice, as long as the disk is not lost. It
// is kept in two files, which are written one after the other and in place: a
// crash, or rot, damages one of them, and a full disk does not keep a node from
// starting.
//
// # Durability
//
// What Commit, Delete, Quarantine and NextIncarnation have done survives a power
// failure once they have returned without an error. After an error either state
// may come back when the store is opened again, but always a whole one.
//
// # Errors
//
// Errors name the extent and wrap their cause: one of the variables of this
// package, or what the FS said. [ErrDamaged] is about what is stored,
// [ErrChecksum] about what was to be stored. A lack of room is what the FS calls
// it, on an operating system syscall.ENOSPC, and syscall.ENOSPC for a store that
// has reached its Config.Capacity.
//
// # Concurrency and ownership
//
// A store, its readers and its staged extents are for one goroutine at a time, and
// one store at a time may use a file system. There are no goroutines. Slices given
// to a store are not kept, and those it returns are the caller's.
//
// # Determinism
//
// The same file system and calls give the same operations on the file system in
// the same order. Nothing depends on time, chance or the order of a map.
//
// # Units
//
// Sizes and offsets are bytes. Offsets are in the payload unless said otherwise.
// Checksums are CRC-32C (Castagnoli), see [Checksum].
package extstore
