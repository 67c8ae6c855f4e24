package check

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// coder writes or reads the parts of messages. After an error it reads nothing but zeros.
type coder struct {
	b       []byte
	reading bool
	bad     bool
}

func (c *coder) fail() { c.bad, c.b = true, nil }

func (c *coder) number(v *uint64) {
	if !c.reading {
		c.b = binary.AppendUvarint(c.b, *v)
		return
	}
	n, size := binary.Uvarint(c.b)
	if size <= 0 || size > 1 && c.b[size-1] == 0 {
		c.fail()
		*v = 0
		return
	}
	*v, c.b = n, c.b[size:]
}

// fixed is for numbers that are as large as can be.
func (c *coder) fixed(v *uint64) {
	switch {
	case !c.reading:
		c.b = binary.LittleEndian.AppendUint64(c.b, *v)
	case len(c.b) < 8:
		c.fail()
	default:
		*v, c.b = binary.LittleEndian.Uint64(c.b), c.b[8:]
	}
}

func (c *coder) ints(list ...*int) {
	for _, v := range list {
		n := uint64(*v)
		if c.number(&n); n > math.MaxInt {
			c.fail()
			n = 0
		}
		*v = int(n)
	}
}

func (c *coder) flags(list ...*bool) {
	for _, v := range list {
		n := uint64(0)
		if *v {
			n = 1
		}
		if c.number(&n); n > 1 {
			c.fail()
		}
		*v = n == 1
	}
}

// length codes how many things follow, of so many bytes each at least.
func (c *coder) length(n *int, least int) {
	if c.ints(n); c.reading && *n > len(c.b)/least {
		c.fail()
		*n = 0
	}
}

func (c *coder) text(s *string) {
	n := len(*s)
	if c.length(&n, 1); c.reading {
		*s, c.b = string(c.b[:n]), c.b[n:]
		return
	}
	c.b = append(c.b, *s...)
}

func (c *coder) bytes(s *[]byte) {
	n := len(*s)
	if c.length(&n, 1); c.reading {
		*s, c.b = slices.Clone(c.b[:n]), c.b[n:]
		return
	}
	c.b = append(c.b, *s...)
}

// list codes a list of things of so many bytes each at least.
func list[E any](c *coder, l *[]E, least int, one func(*E)) {
	n := len(*l)
	if c.length(&n, least); c.reading && n > 0 {
		*l = make([]E, n)
	}
	for i := range *l {
		one(&(*l)[i])
	}
}

// frameHead is the length of the body and the kind of the message.
const frameHead = 5

// maxFrame bounds the body of a message, of which a record of all choices may be the largest.
const maxFrame = 1 << 28

// appendFrame appends a message.
func appendFrame(b []byte, m message) []byte {
	at := len(b)
	c := coder{b: append(b, 0, 0, 0, 0, byte(m.kind()))}
	m.code(&c)
	binary.LittleEndian.PutUint32(c.b[at:], uint32(len(c.b)-at-frameHead))
	return c.b
}

func writeMessage(w io.Writer, m message) error {
	b := appendFrame(nil, m)
	if len(b) > maxFrame+frameHead {
		return fmt.Errorf("a message of %d bytes is too long", len(b))
	}
	_, err := w.Write(b)
	return err
}

var errProtocol = errors.New("it does not speak the protocol of worker processes")

// readMessage reads a message. The error is io.EOF if there is none.
func readMessage(r io.Reader) (message, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	m := newMessage(messageKind(head[4]))
	if m == nil || size > maxFrame {
		return nil, errProtocol
	}
	var body bytes.Buffer // grows as the body comes: a wrong size costs nothing
	if _, err := io.CopyN(&body, r, int64(size)); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	c := coder{b: body.Bytes(), reading: true}
	if m.code(&c); c.bad || len(c.b) > 0 {
		return nil, errProtocol
	}
	return m, nil
}
