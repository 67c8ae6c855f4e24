package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"os"

	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

const (
	// blockBytes is the size of the parts that partitions take of a text in turns.
	blockBytes = 64 << 10
	// lineBytes is how long a line may be, with its end. A line is a part of one operation.
	lineBytes = 1 << 20
)

// text is a file of lines. It stays open as long as the process runs, and must not change as long as a job counts it.
type text struct {
	file  *os.File // nil: there is none
	size  int64
	sum   uint64
	block int64 // size of blocks
}

// UnmarshalText opens the file that a flag names.
func (t *text) UnmarshalText(name []byte) error {
	opened, err := openText(string(name))
	if err != nil {
		return err
	}
	*t = *opened
	return nil
}

// openText opens a file, and reads it once: what a node counts must be what the others count.
func openText(name string) (*text, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	t := &text{file: f, block: blockBytes}
	if err := t.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	return t, nil
}

func (t *text) read() error {
	info, err := t.file.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("not a file that can be read from any position: name a file with lines of words")
	}
	sum := crc64.New(crc64.MakeTable(crc64.ECMA))
	n := 0
	for line, err := range lines(io.TeeReader(t.file, sum)) {
		if err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
		t.size += int64(len(line))
		n++
	}
	t.sum = sum.Sum64()
	return nil
}

// kind names what is in the text: as kinds of vertices have this name, nodes with another text refuse the job.
func (t *text) kind() string { return fmt.Sprintf("text of %d bytes, CRC-64 %016x", t.size, t.sum) }

// lines returns the lines of a file with their ends. A line is valid until the next one is asked for.
func lines(r io.Reader) func(yield func([]byte, error) bool) {
	return func(yield func([]byte, error) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(make([]byte, 0, blockBytes), lineBytes)
		in.Split(func(data []byte, atEnd bool) (int, []byte, error) {
			if n := bytes.IndexByte(data, '\n') + 1; n > 0 {
				return n, data[:n], nil
			}
			if atEnd && len(data) > 0 {
				return len(data), data, nil
			}
			return 0, nil, nil
		})
		for in.Scan() {
			if !yield(in.Bytes(), nil) {
				return
			}
		}
		if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(nil, fmt.Errorf("it is longer than %d bytes, which is too much for one operation: break it into several lines", lineBytes))
		} else if err != nil {
			yield(nil, err)
		}
	}
}

// source returns the source of a partition: the lines that begin in its blocks, which are every so many of them.
// Positions and times of items are offsets in the file.
func (t *text) source(partition, of int) stream.Source {
	return blocks{t, int64(partition), int64(of)}
}

type blocks struct {
	t             *text
	partition, of int64
}

// Read implements stream.Source. A file that cannot be read any more is the end of the replica.
func (b blocks) Read(from int64, most int) ([]stream.Item, int64, int64) {
	var items []stream.Item
	for from = b.own(from); len(items) == 0 && from < b.t.size; from = b.own(from) {
		items, from = b.block(from, most)
	}
	if from >= b.t.size {
		return items, from, stream.End
	}
	return items, from, from
}

// own returns the first position in a block of the partition that is not before a position.
func (b blocks) own(from int64) int64 {
	block := from / b.t.block
	away := (b.partition - block%b.of + b.of) % b.of
	if away == 0 {
		return from
	}
	return (block + away) * b.t.block
}

// block reads lines that begin in the block of a position, which is the begin of a line or of the block, and returns
// the position behind them.
func (b blocks) block(from int64, most int) (items []stream.Item, next int64) {
	end := min((from/b.t.block+1)*b.t.block, b.t.size)
	begun := from > 0 && from%b.t.block == 0 // perhaps amid a line, which is the one of the byte before
	if begun {
		from--
	}
	for line, err := range lines(io.NewSectionReader(b.t.file, from, b.t.size-from)) {
		if err != nil {
			panic(fmt.Errorf("read %s at %d: %w", b.t.file.Name(), from, err))
		}
		if !begun {
			items = append(items, stream.Item{Time: from, Text: string(line)})
		}
		begun = false
		if from += int64(len(line)); from >= end || len(items) >= most {
			return items, from
		}
	}
	panic(fmt.Errorf("read %s at %d: it was longer when it was opened", b.t.file.Name(), from))
}
