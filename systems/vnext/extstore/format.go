package extstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// The format of an extent's file, as in the package documentation.
const (
	magic      = "RVLX"
	format     = 1
	flagSealed = 1

	headerCRC  = 48
	headerSize = 52
	crcSize    = 4

	// MaxBlockSize and MaxLength bound what a header may claim, so that no
	// damaged one makes a reader allocate or overflow.
	MaxBlockSize = 1 << 24
	MaxLength    = 1 << 44
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum returns the CRC-32C of p.
func Checksum(p []byte) uint32 { return crc32.Checksum(p, castagnoli) }

// entry is one extent's file as its header describes it.
type entry struct {
	info      extmgr.ExtentInfo
	blockSize int64
}

// fileSize is the length of the whole file.
func (e entry) fileSize() int64 { return e.position(e.info.Length) }

// position is where in the file the block begins that begins at off of the
// payload, or, for the length of the payload, where the file ends.
func (e entry) position(off int64) int64 {
	blocks := (off + e.blockSize - 1) / e.blockSize // before off
	return headerSize + off + blocks*crcSize
}

func (e entry) encode() []byte {
	h := make([]byte, 0, headerSize)
	var flags uint16
	if e.info.Sealed {
		flags = flagSealed
	}
	h = append(h, magic...)
	h = binary.BigEndian.AppendUint16(h, format)
	h = binary.BigEndian.AppendUint16(h, flags)
	h = binary.BigEndian.AppendUint32(h, uint32(e.blockSize))
	h = binary.BigEndian.AppendUint32(h, e.info.CRC32C)
	h = append(h, e.info.ID[:]...)
	h = binary.BigEndian.AppendUint64(h, e.info.Version)
	h = binary.BigEndian.AppendUint64(h, uint64(e.info.Length))
	return binary.BigEndian.AppendUint32(h, Checksum(h))
}

// decode reads a header. What it accepts is what encode writes, bit for bit. Later
// formats keep these fields where they are, so that an older program sees that a
// file is not damaged but too new for it.
func decode(h []byte) (entry, error) {
	be := binary.BigEndian
	switch {
	case len(h) < headerSize:
		return entry{}, damagef("the header has %d bytes of %d", len(h), headerSize)
	case !bytes.Equal(h[:4], []byte(magic)):
		return entry{}, damagef("no extent: the file begins with %q", h[:4])
	case Checksum(h[:headerCRC]) != be.Uint32(h[headerCRC:]):
		return entry{}, damagef("the header does not match its checksum")
	case be.Uint16(h[4:]) != format:
		return entry{}, fmt.Errorf("%w: it is %d, this program reads %d", ErrFormat, be.Uint16(h[4:]), format)
	case be.Uint16(h[6:])&^flagSealed != 0:
		return entry{}, damagef("the header has unknown flags %#x", be.Uint16(h[6:]))
	}
	e := entry{blockSize: int64(be.Uint32(h[8:]))}
	e.info.CRC32C = be.Uint32(h[12:])
	copy(e.info.ID[:], h[16:])
	e.info.Version = be.Uint64(h[32:])
	e.info.Length = int64(be.Uint64(h[40:]))
	e.info.Sealed = be.Uint16(h[6:]) == flagSealed
	if err := e.validate(); err != nil {
		return entry{}, damagef("%v", err)
	}
	return e, nil
}

func (e entry) validate() error {
	if e.blockSize < 1 || e.blockSize > MaxBlockSize {
		return fmt.Errorf("block size is %d: want 1 to %d", e.blockSize, MaxBlockSize)
	}
	if e.info.Length < 0 || e.info.Length > MaxLength {
		return fmt.Errorf("length is %d: want 0 to %d", e.info.Length, int64(MaxLength))
	}
	return nil
}

// encodeBlocks is the part of a file that has p, which begins where a block does,
// and whose last block ends with it.
func (e entry) encodeBlocks(p []byte) []byte {
	blocks := (int64(len(p)) + e.blockSize - 1) / e.blockSize
	out := make([]byte, 0, int64(len(p))+blocks*crcSize)
	for len(p) > 0 {
		block := p[:min(e.blockSize, int64(len(p)))]
		out = append(out, block...)
		out = binary.BigEndian.AppendUint32(out, Checksum(block))
		p = p[len(block):]
	}
	return out
}

// decodeBlocks is the inverse: it verifies blocks and appends their payload to
// dst. off is where in the payload they begin.
func (e entry) decodeBlocks(dst, blocks []byte, off int64) ([]byte, error) {
	for len(blocks) > 0 {
		n := min(e.blockSize, int64(len(blocks))-crcSize)
		if n <= 0 {
			return dst, damagef("the block at %d is cut off", off)
		}
		if Checksum(blocks[:n]) != binary.BigEndian.Uint32(blocks[n:]) {
			return dst, damagef("the block at %d does not match its checksum", off)
		}
		dst = append(dst, blocks[:n]...)
		blocks = blocks[n+crcSize:]
		off += n
	}
	return dst, nil
}

// Verify says whether file is, bit for bit, the file of a whole and good extent,
// and which. Its error matches [ErrDamaged] or [ErrFormat].
func Verify(file []byte) (extmgr.ExtentInfo, error) {
	e, err := decode(file)
	if err != nil {
		return extmgr.ExtentInfo{}, err
	}
	if int64(len(file)) != e.fileSize() {
		return extmgr.ExtentInfo{}, damagef("the file has %d bytes, its header says %d", len(file), e.fileSize())
	}
	payload, err := e.decodeBlocks(make([]byte, 0, e.info.Length), file[headerSize:], 0)
	if err != nil {
		return extmgr.ExtentInfo{}, err
	}
	if Checksum(payload) != e.info.CRC32C {
		return extmgr.ExtentInfo{}, damagef("the payload does not match its checksum")
	}
	return e.info, nil
}

func damagef(format string, args ...any) error {
	return &damagedError{fmt.Errorf(format, args...)}
}
