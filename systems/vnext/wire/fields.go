package wire

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// fields goes over the fields of a message, either to append them or to take them
// off: the format is written down once for both directions. The first error stays.
type fields struct {
	reading bool
	b       []byte // what was written, or what is still to be read
	err     error
}

func (f *fields) failf(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

// take returns the next n bytes, or nil after an error.
func (f *fields) take(n int) []byte {
	if f.err == nil && n > len(f.b) {
		f.failf("%w: a field of %d bytes, of which there are %d", ErrCorrupt, n, len(f.b))
	}
	if f.err != nil {
		return nil
	}
	p := f.b[:n]
	f.b = f.b[n:]
	return p
}

func (f *fields) uint8(v *uint8) {
	if !f.reading {
		f.b = append(f.b, *v)
	} else if p := f.take(1); p != nil {
		*v = p[0]
	}
}

func (f *fields) uint16(v *uint16) {
	if !f.reading {
		f.b = binary.BigEndian.AppendUint16(f.b, *v)
	} else if p := f.take(2); p != nil {
		*v = binary.BigEndian.Uint16(p)
	}
}

func (f *fields) uint32(v *uint32) {
	if !f.reading {
		f.b = binary.BigEndian.AppendUint32(f.b, *v)
	} else if p := f.take(4); p != nil {
		*v = binary.BigEndian.Uint32(p)
	}
}

func (f *fields) uint64(v *uint64) {
	if !f.reading {
		f.b = binary.BigEndian.AppendUint64(f.b, *v)
	} else if p := f.take(8); p != nil {
		*v = binary.BigEndian.Uint64(p)
	}
}

func (f *fields) int64(v *int64) {
	u := uint64(*v)
	f.uint64(&u)
	*v = int64(u)
}

func (f *fields) int(v *int) {
	wide := int64(*v)
	f.int64(&wide)
	*v = int(wide)
	if int64(*v) != wide {
		f.failf("%w: number %d is too large for this machine", ErrCorrupt, wide)
	}
}

func (f *fields) bool(v *bool) {
	var u uint8
	if *v {
		u = 1
	}
	f.uint8(&u)
	if u > 1 {
		f.failf("%w: a boolean is %d", ErrCorrupt, u)
	}
	*v = u == 1
}

// text is a string, or a type that is one.
func text[S ~string](f *fields, v *S) {
	if !f.reading && len(*v) > math.MaxUint16 {
		f.failf("%w: a string of %d bytes: want at most %d", ErrTooLong, len(*v), math.MaxUint16)
		return
	}
	n := uint16(len(*v))
	f.uint16(&n)
	if !f.reading {
		f.b = append(f.b, *v...)
	} else if p := f.take(int(n)); p != nil {
		*v = S(p)
	}
}

// count is the length of a list whose elements have at least size bytes each.
func (f *fields) count(n, size int) int {
	if !f.reading && int64(n) > MaxFrame {
		f.failf("%w: a list of %d: want at most %d bytes", ErrTooLong, n, MaxFrame)
		return 0
	}
	u := uint32(n)
	f.uint32(&u)
	if f.reading && f.err == nil && int64(u)*int64(size) > int64(len(f.b)) {
		f.failf("%w: a list of %d in %d bytes", ErrCorrupt, u, len(f.b))
	}
	if f.err != nil {
		return 0
	}
	return int(u)
}

// bytes are never nil when they were read.
func (f *fields) bytes(v *[]byte) {
	n := f.count(len(*v), 1)
	if !f.reading {
		f.b = append(f.b, *v...)
	} else if p := f.take(n); p != nil {
		*v = append(make([]byte, 0, n), p...)
	}
}

func (f *fields) extent(id *extmgr.ExtentID) {
	if !f.reading {
		f.b = append(f.b, id[:]...)
	} else {
		copy(id[:], f.take(len(id)))
	}
}
