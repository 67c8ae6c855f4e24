package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// frame is what travels.
type frame struct {
	what what
	kind Kind
	seq  uint64
	body []byte
}

// Kind tells the handler of a message or call what it is.
type Kind uint8

type what uint8

const (
	greeting what = iota + 1
	message
	call
	answer
	failure
)

const (
	headerSize = 8
	fixedSize  = 10
	maxFrame   = 64 << 20
)

var (
	table      = crc32.MakeTable(crc32.Castagnoli)
	errDamaged = errors.New("wire: a frame is damaged")
)

// append adds the frame's encoding to b.
func (f frame) append(b []byte) []byte {
	start := len(b)
	b = append(b, make([]byte, headerSize)...)
	b = append(b, byte(f.what), byte(f.kind))
	b = binary.BigEndian.AppendUint64(b, f.seq)
	b = append(b, f.body...)
	rest := b[start+headerSize:]
	binary.BigEndian.PutUint32(b[start:], uint32(len(rest)))
	binary.BigEndian.PutUint32(b[start+4:], crc32.Checksum(rest, table))
	return b
}

// readFrame reads one frame. An error wraps errDamaged if it is not the connection's.
func readFrame(r *bufio.Reader) (frame, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return frame{}, err
	}
	n := binary.BigEndian.Uint32(h[:])
	if n < fixedSize || n > maxFrame {
		return frame{}, fmt.Errorf("%w: its length is %d", errDamaged, n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return frame{}, err
	}
	if crc32.Checksum(b, table) != binary.BigEndian.Uint32(h[4:]) {
		return frame{}, fmt.Errorf("%w: wrong checksum", errDamaged)
	}
	f := frame{what: what(b[0]), kind: Kind(b[1]), seq: binary.BigEndian.Uint64(b[2:]), body: b[fixedSize:]}
	if f.what < greeting || f.what > failure {
		return frame{}, fmt.Errorf("%w: %d is no kind of frame", errDamaged, f.what)
	}
	return f, nil
}
