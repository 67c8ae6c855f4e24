package extstore

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/internal/settings"
)

// Config holds a store's settings. The zero Config is the production
// configuration.
type Config struct {
	BlockSize int   // bytes of payload per checksum in new files; 64 KiB
	Capacity  int64 // bytes that the store's files may have together; 0 is as many as the FS takes

	Log extmgr.Logger // nil discards
}

func (c Config) withDefaults() Config {
	settings.Default(&c.BlockSize, 64<<10)
	if c.Log == nil {
		c.Log = extmgr.NoLog{}
	}
	return c
}

// Validate reports everything that is wrong with c, its defaults filled in, in
// one error; nil means that [Open] will accept it.
func (c Config) Validate() error {
	c = c.withDefaults()
	var wrong settings.Wrong
	wrong.Require(c.BlockSize >= 1 && c.BlockSize <= MaxBlockSize, "BlockSize is %d: want 1 to %d bytes", c.BlockSize, MaxBlockSize)
	wrong.Require(c.Capacity >= 0, "Capacity is %d: want a number of bytes, or 0 for no limit", c.Capacity)
	return wrong.Err("extstore")
}

// Store is a store of extents. It is not safe for concurrent use. See the package
// documentation for what it does.
type Store struct {
	fs  FS
	cfg Config // defaults filled in

	// Invariant: the file of each entry is durable under its name, as it was
	// when it was committed unless the medium has changed it.
	extents map[extmgr.ExtentID]entry
	staged  map[extmgr.ExtentID]bool
	used    int64 // bytes of all files, those being staged at their final size
}

// The folders and files of a store.
const (
	dataDir    = "data"
	tmpDir     = "tmp"
	damagedDir = "damaged"
	suffix     = ".ext"
)

func fileName(id extmgr.ExtentID) string {
	name := id.String()
	return path.Join(dataDir, name[:2], name+suffix)
}

func tmpName(id extmgr.ExtentID) string { return path.Join(tmpDir, id.String()+suffix) }

// parseName is the inverse of fileName.
func parseName(name string) (id extmgr.ExtentID, ok bool) {
	digits, ok := strings.CutSuffix(path.Base(name), suffix)
	if !ok || len(digits) != hex.EncodedLen(len(id)) {
		return id, false
	}
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return id, false
	}
	return id, fileName(id) == name
}

// Open opens the store on a file system, an empty one the first time. What a
// crash left unfinished is removed, and files that are no whole extents are moved
// to the folder "damaged", with a warning in the log. Only headers and sizes are
// looked at: damage to the payload is found when it is read, or by scrubbing.
func Open(files FS, cfg Config) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if files == nil {
		return nil, errors.New("extstore: Open needs an FS")
	}
	s := &Store{
		fs:      files,
		cfg:     cfg.withDefaults(),
		extents: make(map[extmgr.ExtentID]entry),
		staged:  make(map[extmgr.ExtentID]bool),
	}
	for _, step := range []func() error{s.removeTemps, s.countDamaged, s.scan} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("extstore: open: %w", err)
		}
	}
	return s, nil
}

func (s *Store) removeTemps() error {
	names, err := s.fs.List(tmpDir)
	if err != nil {
		return fmt.Errorf("list temporary files: %w", err)
	}
	for _, name := range names {
		if err := s.fs.Remove(name); err != nil {
			return fmt.Errorf("remove temporary file: %w", err)
		}
		s.cfg.Log.Info("unfinished file removed", "file", name)
	}
	return nil
}

// countDamaged counts the room that damaged files take.
func (s *Store) countDamaged() error {
	names, err := s.fs.List(damagedDir)
	if err != nil {
		return fmt.Errorf("list damaged files: %w", err)
	}
	for _, name := range names {
		size, err := s.fs.Size(name)
		if err != nil {
			return fmt.Errorf("look at damaged file: %w", err)
		}
		s.used += size
	}
	return nil
}

// scan fills the index from the folder of data.
func (s *Store) scan() error {
	names, err := s.fs.List(dataDir)
	if err != nil {
		return fmt.Errorf("list extents: %w", err)
	}
	for _, name := range names {
		id, ok := parseName(name)
		if !ok {
			s.cfg.Log.Warn("foreign file left alone", "file", name)
			continue
		}
		e, size, err := s.inspect(id)
		switch {
		case err == nil:
			s.extents[id] = e
			s.used += size
		case errors.Is(err, ErrDamaged):
			s.used += size
			if err := s.setAside(id, err); err != nil {
				return err
			}
		default:
			return fmt.Errorf("look at extent %s: %w", id, err)
		}
	}
	return nil
}

// inspect looks at an extent's file from outside: its header and its size, which
// is also returned if the header is bad.
func (s *Store) inspect(id extmgr.ExtentID) (e entry, size int64, err error) {
	name := fileName(id)
	if size, err = s.fs.Size(name); err != nil {
		return entry{}, 0, damage(err)
	}
	header, err := s.fs.ReadAt(name, 0, headerSize)
	if err != nil {
		return entry{}, size, damage(err)
	}
	if e, err = decode(header); err != nil {
		return entry{}, size, err
	}
	if e.info.ID != id {
		return entry{}, size, damagef("the file is that of extent %s", e.info.ID)
	}
	if size != e.fileSize() {
		return entry{}, size, damagef("the file has %d bytes, its header says %d", size, e.fileSize())
	}
	return e, size, nil
}

// setAside moves an extent's file out of the way.
func (s *Store) setAside(id extmgr.ExtentID, reason error) error {
	to, err := s.unusedName(id)
	if err != nil {
		return fmt.Errorf("set extent %s aside: %w", id, err)
	}
	if err := s.fs.Rename(fileName(id), to); err != nil {
		s.cfg.Log.Warn("damaged extent cannot be set aside", "extent", id, "reason", reason, "error", err)
		return fmt.Errorf("set extent %s aside: %w", id, err)
	}
	s.cfg.Log.Warn("damaged extent set aside", "extent", id, "file", to, "reason", reason)
	return errors.Join(s.fs.SyncDir(damagedDir), s.fs.SyncDir(path.Dir(fileName(id))))
}

// unusedName is a name for a damaged file that hides no other one.
func (s *Store) unusedName(id extmgr.ExtentID) (string, error) {
	for n := 1; ; n++ {
		name := path.Join(damagedDir, fmt.Sprintf("%s.%d%s", id, n, suffix))
		_, err := s.fs.Size(name)
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// BlockSize returns the block size of new files. Every write to a
// [StagedExtent], except the last one, is a multiple of it.
func (s *Store) BlockSize() int { return s.cfg.BlockSize }

// List returns the extents that the store holds, by ID. It does no I/O.
func (s *Store) List() []extmgr.ExtentInfo {
	infos := make([]extmgr.ExtentInfo, 0, len(s.extents))
	for _, id := range s.ids() {
		infos = append(infos, s.extents[id].info)
	}
	return infos
}

func (s *Store) ids() []extmgr.ExtentID {
	return slices.SortedFunc(maps.Keys(s.extents), func(a, b extmgr.ExtentID) int {
		return bytes.Compare(a[:], b[:])
	})
}

// Delete removes an extent if the store holds exactly this version, and returns
// when that is durable. If the removal could not be made durable the extent is
// gone until the store is opened again.
func (s *Store) Delete(id extmgr.ExtentID, version uint64) error {
	e, ok := s.extents[id]
	if !ok || e.info.Version != version {
		return fmt.Errorf("extstore: delete extent %s version %d: %w", id, version, ErrNotHeld)
	}
	if err := s.fs.Remove(fileName(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("extstore: delete extent %s version %d: %w", id, version, err)
	}
	delete(s.extents, id)
	s.used -= e.fileSize()
	if err := s.fs.SyncDir(path.Dir(fileName(id))); err != nil {
		return fmt.Errorf("extstore: delete extent %s version %d: %w", id, version, err)
	}
	return nil
}

// Quarantine takes an extent out of the store and keeps its file in the folder
// "damaged", for someone to look at. Whatever it returns, the store does not hold
// the extent afterwards; after an error it may do so when it is opened again.
func (s *Store) Quarantine(id extmgr.ExtentID, reason error) error {
	e, ok := s.extents[id]
	if !ok {
		return fmt.Errorf("extstore: quarantine extent %s: %w", id, ErrNotHeld)
	}
	delete(s.extents, id)
	err := s.setAside(id, reason)
	if errors.Is(err, fs.ErrNotExist) {
		s.used -= e.fileSize() // the file itself has vanished
		return nil
	}
	if err != nil {
		return fmt.Errorf("extstore: %w", err)
	}
	return nil
}

// Used returns how many bytes the store's files have, damaged ones included and
// those being staged at the size that they will have.
func (s *Store) Used() int64 { return s.used }

// Free returns how many more bytes the store can take: a hint, because files have
// checksums too and others may write to the same medium. Without a limit it is
// very large.
func (s *Store) Free() int64 {
	free := int64(math.MaxInt64)
	if spacer, ok := s.fs.(Spacer); ok {
		space, err := spacer.FreeSpace()
		if err != nil {
			s.cfg.Log.Warn("free space is unknown and taken for none", "error", err)
		}
		free = space
	}
	if s.cfg.Capacity > 0 {
		free = min(free, s.cfg.Capacity-s.used)
	}
	return max(free, 0)
}
