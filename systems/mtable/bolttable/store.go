package bolttable

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Store is a file with tables.
type Store struct {
	file
	clock func() time.Time
}

// file is how a store gets at the database.
type file interface {
	view(func(*bolt.Tx) error) error
	update(func(*bolt.Tx) error) error
	close() error
}

// opened is a file that one process has to itself.
type opened struct{ db *bolt.DB }

func (o opened) view(f func(*bolt.Tx) error) error   { return o.db.View(f) }
func (o opened) update(f func(*bolt.Tx) error) error { return o.db.Update(f) }
func (o opened) close() error                        { return o.db.Close() }

// Options of a store. The zero Options are good.
type Options struct {
	// Timeout is how long Open waits for another process that has the file open. For ever if zero.
	Timeout time.Duration

	// Shared lets several processes have the file open that all say so. Each of their transactions opens it, and has it to
	// itself: that is slower, and readers wait for each other as well. Beside the file there is one for the lock, with
	// ".lock" behind its name. Not on systems without locks on files, which are those other than Unix. Timeout is not used.
	Shared bool

	// NoSync does not wait for the disk: a crash of the machine may then damage the file. For tests.
	NoSync bool

	// Clock gives rows their timestamps. time.Now if nil.
	Clock func() time.Time
}

// Open opens a file, and creates it if it is not there. One process at a time can have it open, unless it is shared.
func Open(path string, o Options) (*Store, error) {
	options := &bolt.Options{Timeout: o.Timeout, NoSync: o.NoSync, FreelistType: bolt.FreelistMapType}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Shared {
		s := &Store{&shared{path: path, options: options}, o.Clock}
		if err := s.view(func(*bolt.Tx) error { return nil }); err != nil {
			return nil, fmt.Errorf("bolttable: open %s: %w", path, err)
		}
		return s, nil
	}
	db, err := bolt.Open(path, 0o600, options)
	if err != nil {
		return nil, fmt.Errorf("bolttable: open %s: %w", path, err)
	}
	return &Store{opened{db}, o.Clock}, nil
}

// Close closes the file when the calls that are under way have returned. All calls fail with table.ErrClosed afterwards.
func (s *Store) Close() error {
	if err := s.close(); err != nil {
		return fmt.Errorf("bolttable: close: %w", err)
	}
	return nil
}

var (
	rowsBucket = []byte("rows")
	prefixKey  = []byte("etag-prefix")
)

// Table returns a table of the file, and creates it if it is not there.
func (s *Store) Table(name string) (*Table, error) {
	if name == "" {
		return nil, table.Invalid(table.NoOp, "a table needs a name")
	}
	t := &Table{store: s, name: []byte(name)}
	err := s.update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(t.name)
		if err != nil {
			return err
		}
		if _, err := b.CreateBucketIfNotExists(rowsBucket); err != nil {
			return err
		}
		prefix := b.Get(prefixKey)
		if prefix == nil {
			prefix = []byte(rand.Text()[:8])
			if err := b.Put(prefixKey, prefix); err != nil {
				return err
			}
		}
		t.prefix = string(prefix)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("bolttable: create table %q: %w", name, translate(err))
	}
	return t, nil
}

// translate returns errors of bbolt as those of tables.
func translate(err error) error {
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return table.Wrap(table.ErrClosed, err, "bolttable")
	}
	return err
}

func (t *Table) etag(version uint64) table.ETag {
	return table.ETag(t.prefix + "-" + strconv.FormatUint(version, 10))
}

// entity returns a stored row.
func (t *Table) entity(key, value []byte) (table.Entity, error) {
	k, err := decodeKey(key)
	if err != nil {
		return table.Entity{}, t.damaged(key, err)
	}
	r, err := decode(value)
	if err != nil {
		return table.Entity{}, t.damaged(key, err)
	}
	return table.Entity{Key: k, ETag: t.etag(r.version), Timestamp: r.time, Properties: r.properties}, nil
}

func (t *Table) damaged(key []byte, err error) error {
	return table.Wrap(table.ErrInternal, err, "bolttable: table %q, row at %x", t.name, key)
}
