package txn_test

import (
	"errors"
	"slices"

	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// memFile is a file of which a crash leaves what was synced.
type memFile struct {
	data   []byte
	synced int
	fail   string // the call that fails
}

var errFile = errors.New("no such luck")

func (f *memFile) err(call string) error {
	if f.fail == call {
		return errFile
	}
	return nil
}

func (f *memFile) Read() ([]byte, error) { return slices.Clone(f.data), f.err("read") }

func (f *memFile) Append(p []byte) error {
	if err := f.err("append"); err != nil {
		return err
	}
	f.data = append(f.data, p...)
	return nil
}

func (f *memFile) Truncate(size int) error {
	if err := f.err("truncate"); err != nil {
		return err
	}
	f.data = f.data[:size]
	f.synced = min(f.synced, size)
	return nil
}

func (f *memFile) Sync() error {
	if err := f.err("sync"); err != nil {
		return err
	}
	f.synced = len(f.data)
	return nil
}

// crash returns the file as a crash leaves it, with so many bytes of what was not synced.
func (f *memFile) crash(more int) *memFile {
	n := min(f.synced+more, len(f.data))
	return &memFile{data: slices.Clone(f.data[:n])}
}

// opinion is a Judge: the transactions that it accepts.
type opinion map[txn.Tx]bool

func (o opinion) Accept(tx txn.Tx, _ txn.Write) bool { return o[tx] }
