package extstore

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"path"
	"syscall"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// StagedExtent is an extent that is being written. It is visible to nobody before
// Commit has returned, and gone after a crash. Any error of WriteBlock and Commit
// ends it and removes what was written.
type StagedExtent interface {
	// WriteBlock writes payload at off, which is where the previous call
	// ended. The length of p is a multiple of the store's block size, or p ends
	// where the extent does. The error matches [ErrChecksum] if p does not
	// match crc. WriteBlock does not keep p.
	WriteBlock(off int64, p []byte, crc uint32) error

	// Commit verifies that all of the payload is there and matches the
	// checksum of the whole extent, an [ErrChecksum] otherwise; makes it
	// durable; and puts it, in one step, in the place of an older version. When
	// it has returned without an error the store holds the extent, and so it
	// does after any crash. After an error it holds what it held, or nothing if
	// the older version was replaced by then.
	Commit() (extmgr.ExtentInfo, error)

	// Abort ends the writing and removes what was written. It does nothing
	// after the end.
	Abort() error
}

// Stage begins to write an extent that is to become want. Nobody else may be
// writing it ([ErrBusy]), and the store may not hold it at that version or a newer
// one ([ErrStale]). Room is set aside for it if the store has a capacity, and
// syscall.ENOSPC says that there is none.
func (s *Store) Stage(want extmgr.ExtentInfo) (StagedExtent, error) {
	st := &staged{store: s, entry: entry{want, int64(s.cfg.BlockSize)}}
	if err := s.stage(st); err != nil {
		return nil, fmt.Errorf("extstore: stage extent %s version %d: %w", want.ID, want.Version, err)
	}
	return st, nil
}

func (s *Store) stage(st *staged) error {
	want := st.entry.info
	held, ok := s.extents[want.ID]
	switch {
	case s.staged[want.ID]:
		return ErrBusy
	case ok && held.info.Version >= want.Version:
		return fmt.Errorf("version %d: %w", held.info.Version, ErrStale)
	}
	if err := st.entry.validate(); err != nil {
		return err
	}
	size := st.entry.fileSize()
	if s.cfg.Capacity > 0 && size > s.cfg.Capacity-s.used {
		return fmt.Errorf("%d bytes do not fit into %d of %d: %w", size, s.cfg.Capacity-s.used, s.cfg.Capacity, syscall.ENOSPC)
	}
	// An earlier attempt may have left its file if it could not remove it.
	if err := s.fs.Remove(tmpName(want.ID)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.staged[want.ID] = true
	s.used += size
	if err := s.fs.WriteAt(tmpName(want.ID), 0, st.entry.encode()); err != nil {
		return errors.Join(err, st.Abort())
	}
	return nil
}

// staged implements [StagedExtent].
type staged struct {
	store *Store
	entry entry
	off   int64  // bytes of payload written
	sum   uint32 // their CRC-32C
	ended bool
}

var errEnded = errors.New("it was committed or aborted before, or has failed")

func (st *staged) WriteBlock(off int64, p []byte, crc uint32) error {
	if err := st.writeBlock(off, p, crc); err != nil {
		return st.failed("write", err)
	}
	return nil
}

func (st *staged) writeBlock(off int64, p []byte, crc uint32) error {
	e, n := st.entry, int64(len(p))
	switch {
	case st.ended:
		return errEnded
	case off != st.off:
		return fmt.Errorf("%d bytes at %d: want them at %d", n, off, st.off)
	case n > e.info.Length-off:
		return fmt.Errorf("%d bytes at %d: the extent has %d", n, off, e.info.Length)
	case n%e.blockSize != 0 && off+n != e.info.Length:
		return fmt.Errorf("%d bytes at %d: want whole blocks of %d", n, off, e.blockSize)
	case Checksum(p) != crc:
		return fmt.Errorf("%d bytes at %d: %w", n, off, ErrChecksum)
	case n == 0:
		return nil
	}
	if err := st.store.fs.WriteAt(tmpName(e.info.ID), e.position(off), e.encodeBlocks(p)); err != nil {
		return err
	}
	st.off += n
	st.sum = update(st.sum, p)
	return nil
}

func (st *staged) Commit() (extmgr.ExtentInfo, error) {
	if err := st.commit(); err != nil {
		return extmgr.ExtentInfo{}, st.failed("commit", err)
	}
	return st.entry.info, nil
}

func (st *staged) commit() error {
	info := st.entry.info
	switch {
	case st.ended:
		return errEnded
	case st.off != info.Length:
		return fmt.Errorf("%d of %d bytes were written", st.off, info.Length)
	case st.sum != info.CRC32C:
		return fmt.Errorf("the whole extent: %w", ErrChecksum)
	}
	s, name := st.store, fileName(info.ID)
	if err := s.fs.Sync(tmpName(info.ID)); err != nil {
		return err
	}
	if err := s.fs.Rename(tmpName(info.ID), name); err != nil {
		return err
	}
	// The older version has no name any more. Until the newer one's is durable
	// the store holds neither.
	if held, ok := s.extents[info.ID]; ok {
		delete(s.extents, info.ID)
		s.used -= held.fileSize()
	}
	if err := s.fs.SyncDir(path.Dir(name)); err != nil {
		return err
	}
	s.extents[info.ID] = st.entry
	delete(s.staged, info.ID)
	st.ended = true
	return nil
}

// failed ends the writing because of err.
func (st *staged) failed(doing string, err error) error {
	info := st.entry.info
	return fmt.Errorf("extstore: %s extent %s version %d: %w", doing, info.ID, info.Version, errors.Join(err, st.abort()))
}

func (st *staged) Abort() error {
	if err := st.abort(); err != nil {
		return fmt.Errorf("extstore: abort extent %s version %d: %w", st.entry.info.ID, st.entry.info.Version, err)
	}
	return nil
}

func (st *staged) abort() error {
	if st.ended {
		return nil
	}
	st.ended = true
	s, id := st.store, st.entry.info.ID
	delete(s.staged, id)
	s.used -= st.entry.fileSize()
	if err := s.fs.Remove(tmpName(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func update(sum uint32, p []byte) uint32 { return crc32.Update(sum, castagnoli, p) }
