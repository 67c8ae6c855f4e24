package extstore

import (
	"errors"
	"fmt"
	"io"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// readSize is how much is read at once, in bytes, rounded up to whole blocks.
const readSize = 1 << 20

// Open returns a reader of an extent's payload and what the extent is. It does no
// I/O. The reader verifies every block that it touches; a bad one is an error
// that matches [ErrDamaged]. It fails once the store holds the extent no longer,
// or at another version.
func (s *Store) Open(id extmgr.ExtentID) (io.ReaderAt, extmgr.ExtentInfo, error) {
	e, ok := s.extents[id]
	if !ok {
		return nil, extmgr.ExtentInfo{}, fmt.Errorf("extstore: open extent %s: %w", id, ErrNotHeld)
	}
	return &reader{s, e}, e.info, nil
}

type reader struct {
	store *Store
	entry entry
}

// ReadAt implements [io.ReaderAt].
func (r *reader) ReadAt(p []byte, off int64) (n int, err error) {
	info := r.entry.info
	if off < 0 {
		return 0, fmt.Errorf("extstore: read extent %s: offset is %d", info.ID, off)
	}
	if r.store.extents[info.ID] != r.entry {
		return 0, fmt.Errorf("extstore: read extent %s version %d: %w", info.ID, info.Version, ErrNotHeld)
	}
	for n < len(p) && off < info.Length {
		data, err := r.store.readBlocks(r.entry, off)
		if err != nil {
			return n, fmt.Errorf("extstore: read extent %s version %d: %w", info.ID, info.Version, err)
		}
		k := copy(p[n:], data)
		n += k
		off += int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// readBlocks returns verified payload from off on, which is inside the extent: as
// far as the blocks go that are read at once.
func (s *Store) readBlocks(e entry, off int64) ([]byte, error) {
	from := off - off%e.blockSize
	to := min(e.info.Length, from+(readSize+e.blockSize-1)/e.blockSize*e.blockSize)
	begin, end := e.position(from), e.position(to)
	raw, err := s.fs.ReadAt(fileName(e.info.ID), begin, int(end-begin))
	if err != nil {
		return nil, damage(err)
	}
	if int64(len(raw)) != end-begin {
		return nil, damagef("the file ends at %d instead of %d", begin+int64(len(raw)), e.fileSize())
	}
	data, err := e.decodeBlocks(raw[:0], raw, from) // the payload moves towards the front
	if err != nil {
		return nil, err
	}
	return data[off-from:], nil
}

// ScrubExtent reads all of an extent's file and verifies it. An error that
// matches [ErrDamaged] says what is wrong; other errors say that it could not be
// found out. The extent stays in the store; see [Store.Quarantine].
func (s *Store) ScrubExtent(id extmgr.ExtentID) error {
	held, ok := s.extents[id]
	if !ok {
		return fmt.Errorf("extstore: scrub extent %s: %w", id, ErrNotHeld)
	}
	if err := s.verify(held); err != nil {
		return fmt.Errorf("extstore: scrub extent %s version %d: %w", id, held.info.Version, err)
	}
	return nil
}

func (s *Store) verify(held entry) error {
	e, _, err := s.inspect(held.info.ID)
	if err != nil {
		return err
	}
	if e != held {
		return damagef("the header says version %d", e.info.Version)
	}
	var sum uint32
	for off := int64(0); off < e.info.Length; {
		data, err := s.readBlocks(e, off)
		if err != nil {
			return err
		}
		sum = update(sum, data)
		off += int64(len(data))
	}
	if sum != e.info.CRC32C {
		return damagef("the payload does not match its checksum")
	}
	return nil
}

// Scrub verifies every extent, by ID, and calls bad for each that ScrubExtent has
// an error for. bad may call Quarantine and Delete.
func (s *Store) Scrub(bad func(extmgr.ExtentID, error)) {
	for _, id := range s.ids() {
		if err := s.ScrubExtent(id); err != nil && !errors.Is(err, ErrNotHeld) {
			bad(id, err)
		}
	}
}
