package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// MaxFrame is the longest frame, in bytes without length and checksum. It has
// room for a report of 1.7 million extents.
const MaxFrame = 64 << 20

const (
	lengthSize = 4
	crcSize    = 4
)

// The errors that callers tell apart.
var (
	// ErrCorrupt says that what was read is no frame or no greeting.
	ErrCorrupt = errors.New("corrupt")

	// ErrVersion says that the other side speaks another version of the format.
	ErrVersion = errors.New("unknown format version")

	// ErrTooLong says that a message does not fit into a frame.
	ErrTooLong = errors.New("too long")

	// ErrUnknownType says that a message is of a type that has no encoding here.
	ErrUnknownType = errors.New("unknown type of message")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Append appends the frame of a message to b. The error matches [ErrTooLong] or
// [ErrUnknownType]; then b is returned as it was.
func Append(b []byte, m extmgr.Message) ([]byte, error) {
	t := TypeOf(m)
	if t == 0 {
		return b, fmt.Errorf("wire: encode %T: %w", m, ErrUnknownType)
	}
	start := len(b)
	f := &fields{b: append(b, 0, 0, 0, 0, byte(t))}
	f.message(m)
	length := len(f.b) - start - lengthSize
	if f.err == nil && length > MaxFrame {
		f.failf("%w: %d bytes: want at most %d", ErrTooLong, length, MaxFrame)
	}
	if f.err != nil {
		return b[:start], fmt.Errorf("wire: encode %v: %w", t, f.err)
	}
	binary.BigEndian.PutUint32(f.b[start:], uint32(length))
	return binary.BigEndian.AppendUint32(f.b, crc32.Checksum(f.b[start:], castagnoli)), nil
}

// Decode is the inverse of [Append] for one whole frame. The message shares no
// memory with it.
func Decode(frame []byte) (extmgr.Message, error) {
	body := len(frame) - lengthSize - crcSize
	switch {
	case body < 1:
		return nil, fmt.Errorf("wire: %w: a frame of %d bytes", ErrCorrupt, len(frame))
	case int64(binary.BigEndian.Uint32(frame)) != int64(body):
		return nil, fmt.Errorf("wire: %w: a frame of %d bytes says %d", ErrCorrupt, body, binary.BigEndian.Uint32(frame))
	case crc32.Checksum(frame[:lengthSize+body], castagnoli) != binary.BigEndian.Uint32(frame[lengthSize+body:]):
		return nil, fmt.Errorf("wire: %w: the frame does not match its checksum", ErrCorrupt)
	}
	t := Type(frame[lengthSize])
	m := blank(t)
	if m == nil {
		return nil, fmt.Errorf("wire: %w: message of %v: is the sender a later version?", ErrCorrupt, t)
	}
	f := &fields{reading: true, b: frame[lengthSize+1 : lengthSize+body]}
	f.message(m)
	if len(f.b) > 0 {
		f.failf("%w: %d bytes behind the last field", ErrCorrupt, len(f.b))
	}
	if f.err != nil {
		return nil, fmt.Errorf("wire: decode %v: %w", t, f.err)
	}
	return m, nil
}

// Read reads one frame. See the package documentation for its errors.
func Read(r io.Reader) (extmgr.Message, error) {
	var frame bytes.Buffer
	if _, err := io.CopyN(&frame, r, lengthSize); err != nil {
		if err == io.EOF && frame.Len() > 0 {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	length := int64(binary.BigEndian.Uint32(frame.Bytes()))
	if length > MaxFrame {
		return nil, fmt.Errorf("wire: %w: a frame of %d bytes: want at most %d", ErrTooLong, length, MaxFrame)
	}
	if _, err := io.CopyN(&frame, r, length+crcSize); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return Decode(frame.Bytes())
}
