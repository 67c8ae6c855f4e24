package wire

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

const (
	magic   = "RVLN"
	version = 1

	// maxName is the longest name in a greeting, in bytes.
	maxName = 255
)

// Greeting is what each side of a connection says first.
type Greeting struct {
	Cluster string // connections between clusters are mistakes
	Node    extmgr.NodeID
}

// Write writes the greeting.
func (g Greeting) Write(w io.Writer) error {
	if len(g.Cluster) > maxName || len(g.Node) > maxName {
		return fmt.Errorf("wire: greet: %w: names of %d and %d bytes: want at most %d",
			ErrTooLong, len(g.Cluster), len(g.Node), maxName)
	}
	f := &fields{b: []byte(magic)}
	v := uint16(version)
	f.uint16(&v)
	text(f, &g.Cluster)
	text(f, &g.Node)
	_, err := w.Write(binary.BigEndian.AppendUint32(f.b, crc32.Checksum(f.b, castagnoli)))
	return err
}

// ReadGreeting reads a greeting. The error matches [ErrVersion] if the other side
// speaks another version, and [ErrCorrupt] if it is no peer at all.
func ReadGreeting(r io.Reader) (Greeting, error) {
	g, err := readGreeting(r)
	if err != nil {
		return Greeting{}, fmt.Errorf("wire: read greeting: %w", err)
	}
	return g, nil
}

func readGreeting(r io.Reader) (g Greeting, err error) {
	in := &summed{r: r}
	head := in.take(len(magic) + 2)
	switch {
	case in.err != nil:
		return g, in.err
	case string(head[:len(magic)]) != magic:
		return g, fmt.Errorf("%w: it begins with %q: the other side is something else", ErrCorrupt, head[:len(magic)])
	case binary.BigEndian.Uint16(head[len(magic):]) != version:
		return g, fmt.Errorf("%w: the other side speaks %d, this program %d: run the same version on both",
			ErrVersion, binary.BigEndian.Uint16(head[len(magic):]), version)
	}
	g.Cluster = in.name()
	g.Node = extmgr.NodeID(in.name())
	sum := in.sum
	crc := in.take(crcSize)
	switch {
	case in.err != nil:
		return g, in.err
	case binary.BigEndian.Uint32(crc) != sum:
		return g, fmt.Errorf("%w: it does not match its checksum", ErrCorrupt)
	}
	return g, nil
}

// summed reads and sums up what it has read. The first error stays.
type summed struct {
	r   io.Reader
	sum uint32
	err error
}

func (s *summed) take(n int) []byte {
	p := make([]byte, n)
	if s.err == nil {
		_, s.err = io.ReadFull(s.r, p)
	}
	s.sum = crc32.Update(s.sum, castagnoli, p)
	return p
}

func (s *summed) name() string {
	n := binary.BigEndian.Uint16(s.take(2))
	if s.err == nil && n > maxName {
		s.err = fmt.Errorf("%w: a name of %d bytes: want at most %d", ErrCorrupt, n, maxName)
	}
	if s.err != nil {
		return ""
	}
	return string(s.take(int(n)))
}
