// Package wire is how messages of extent managers, extent nodes and their tools
// look on a stream of bytes: frames, each with a length and a checksum, behind a
// greeting that names the format's version and who is speaking.
//
// # Greeting
//
// Each side of a connection begins with one greeting, the side that connected
// first:
//
//	0  4 bytes  "RVLN"
//	4  uint16   format version, 1
//	6  string   the cluster's name
//	   string   the node's name
//	   uint32   checksum of everything before
//
// A string is its length as uint16 and its bytes. Later versions keep the first
// six bytes, so that an older program can say what is wrong; see [ErrVersion].
//
// # Frames
//
//	0  uint32   length of what follows, without the checksum
//	4  uint8    type of message, see [Type]
//	5  header   sender as a string, incarnation as uint64, sequence number as uint64
//	   body     the fields of the message, in the order of their declaration
//	   uint32   checksum of everything before, the length included
//
// All numbers are big-endian, signed ones in two's complement. Checksums are
// CRC-32C (Castagnoli). Lists begin with their length as uint32. A message has
// exactly one encoding, and [Decode] accepts nothing else: a boolean is 0 or 1,
// and nothing may follow the last field.
//
// # Errors
//
// A frame that is cut off is io.ErrUnexpectedEOF; the end of the stream between
// two frames is io.EOF. Everything else that is wrong with what was read matches
// [ErrCorrupt], [ErrVersion] or [ErrTooLong], and there is no going on behind it:
// the connection is to be closed. Readers never allocate more than twice what has
// come, whatever a length claims.
//
// # Concurrency
//
// Functions share nothing. A reader or writer given to them is used by the caller
// alone.
package wire
