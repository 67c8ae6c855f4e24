package strategy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// frontier keeps the branches that have children beyond a round: in memory, and from a limit on in a temporary file.
// Branches come out in no particular but a deterministic order, each once; when the first has come out, none may be put in
// any more.
type frontier struct {
	most int    // bytes of memory to use; 0 is no limit
	dir  string // of the file; empty: the system's directory for temporary files

	list   []*branch
	memory int // bytes that they take
	at     int // of those taken out
	file   *os.File
	out    *bufio.Writer
	in     *bufio.Reader
	filed  int // branches in the file that have not been taken out
	size   int64
}

// len returns how many branches there are.
func (f *frontier) len() int { return len(f.list) - f.at + f.filed }

// put adds a branch.
func (f *frontier) put(b *branch) error {
	if n := b.bytes(); f.most == 0 || f.memory+n <= f.most {
		f.memory += n
		f.list = append(f.list, b)
		return nil
	}
	if f.file == nil {
		if err := f.open(); err != nil {
			return err
		}
	}
	n, err := f.out.Write(b.encode(nil))
	f.size += int64(n)
	f.filed++
	return f.wrap(err)
}

func (f *frontier) open() error {
	file, err := os.CreateTemp(f.dir, "ravel-frontier-*")
	if err != nil {
		return f.wrap(err)
	}
	os.Remove(file.Name()) // where the system allows it, nothing is left behind whatever happens; else close does it
	f.file, f.out = file, bufio.NewWriterSize(file, 1<<16)
	return nil
}

// take removes a branch; nil when there is none.
func (f *frontier) take() (*branch, error) {
	if f.at < len(f.list) {
		b := f.list[f.at]
		f.list[f.at] = nil
		f.at++
		f.memory -= b.bytes()
		return b, nil
	}
	if f.filed == 0 {
		return nil, nil
	}
	if f.in == nil {
		if err := f.out.Flush(); err != nil {
			return nil, f.wrap(err)
		}
		if _, err := f.file.Seek(0, io.SeekStart); err != nil {
			return nil, f.wrap(err)
		}
		f.in = bufio.NewReaderSize(f.file, 1<<16)
	}
	f.filed--
	b, err := decodeBranch(f.in)
	return b, f.wrap(err)
}

func (f *frontier) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("strategy: the frontier of the search cannot be kept on disk: %w; give the search more memory, or TMPDIR more space", err)
}

// close lets go of the file.
func (f *frontier) close() {
	if f.file != nil {
		f.file.Close()
		os.Remove(f.file.Name())
		f.file = nil
	}
	f.list = nil
}

// encode appends a branch in the form in which it is kept in files: unsigned varints of cost, from, prefix, the number of
// deviations and those as differences, the number of points and those.
func (b *branch) encode(to []byte) []byte {
	for _, v := range [...]uint64{uint64(b.cost), uint64(b.from), b.prefix, uint64(len(b.path))} {
		to = binary.AppendUvarint(to, v)
	}
	at := 0
	for _, d := range b.path {
		to = binary.AppendUvarint(to, uint64(d.at-at))
		to = binary.AppendUvarint(to, uint64(d.value))
		at = d.at
	}
	to = binary.AppendUvarint(to, uint64(len(b.points)))
	for _, p := range b.points {
		to = binary.AppendUvarint(to, uint64(p))
	}
	return to
}

// decodeBranch is the inverse of encode.
func decodeBranch(in io.ByteReader) (*branch, error) {
	var err error
	number := func() uint64 {
		var v uint64
		if err == nil {
			v, err = binary.ReadUvarint(in)
		}
		return v
	}
	count := func() int {
		n := number()
		if n > 1<<31 {
			err = errors.Join(err, fmt.Errorf("%d entries", n))
			return 0
		}
		return int(n)
	}
	b := &branch{cost: count(), from: count(), prefix: number()}
	b.level = count()
	at := 0
	for i := 0; i < b.level && err == nil; i++ {
		at += count()
		b.path = append(b.path, deviation{at, count()})
	}
	for i := count(); i > 0 && err == nil; i-- {
		p := point(number())
		b.points = append(b.points, p)
		b.reach = max(b.reach, p.dearest())
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}
