package bolttable

import (
	"sync"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/ravelgo/ravel/systems/internal/filelock"
)

// shared is a file that several processes use. bbolt has a lock of its own on the file, for which it asks again after a while:
// those who wait would hardly ever meet a moment when it is free. With a lock that lets them wait in line it always is.
type shared struct {
	path    string
	options *bolt.Options

	mu     sync.Mutex // the users in this process
	closed bool
}

func (s *shared) view(f func(*bolt.Tx) error) error {
	return s.with(func(db *bolt.DB) error { return db.View(f) })
}

func (s *shared) update(f func(*bolt.Tx) error) error {
	return s.with(func(db *bolt.DB) error { return db.Update(f) })
}

func (s *shared) with(f func(*bolt.DB) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return bolterrors.ErrDatabaseNotOpen
	}
	unlock, err := filelock.Lock(s.path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	db, err := bolt.Open(s.path, 0o600, s.options)
	if err != nil {
		return err
	}
	err = f(db)
	if closing := db.Close(); err == nil {
		err = closing
	}
	return err
}

func (s *shared) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
