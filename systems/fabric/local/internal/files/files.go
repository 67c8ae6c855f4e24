// Package files is what replicas keep on a real disk: the service.Storage of a folder.
package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Files is a folder as a service.Storage. A name is that of a file in the folder itself. Methods may be called by any
// goroutine; those of one file, one after the other.
type Files struct {
	dir string

	mu  sync.Mutex
	new map[string]bool // created, and their names not synced
}

var _ service.Storage = (*Files)(nil)

// Open returns the storage of a folder, which is made if it is not there.
func Open(dir string) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Files{dir: dir, new: map[string]bool{}}, SyncDir(filepath.Dir(dir))
}

// path checks a name.
func (s *Files) path(op, name string) (string, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return filepath.Join(s.dir, name), nil
}

// List returns the names of all files in alphabetical order.
func (s *Files) List() []string {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil // reading any of them says why
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

// Read returns what a file holds.
func (s *Files) Read(name string) ([]byte, error) {
	path, err := s.path("read", name)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// Append writes behind the end of a file, and creates the file if there is none.
func (s *Files) Append(name string, p []byte) error {
	return s.edit("append", name, os.O_APPEND|os.O_CREATE, func(f *os.File) error {
		_, err := f.Write(p)
		return err
	})
}

// Write writes at an offset, and creates the file if there is none. A gap is filled with zeros.
func (s *Files) Write(name string, off int, p []byte) error {
	if off < 0 {
		return &fs.PathError{Op: "write", Path: name, Err: fs.ErrInvalid}
	}
	return s.edit("write", name, os.O_CREATE, func(f *os.File) error {
		_, err := f.WriteAt(p, int64(off))
		return err
	})
}

// Truncate cuts a file off, or extends it with zeros.
func (s *Files) Truncate(name string, size int) error {
	if size < 0 {
		return &fs.PathError{Op: "truncate", Path: name, Err: fs.ErrInvalid}
	}
	return s.edit("truncate", name, 0, func(f *os.File) error { return f.Truncate(int64(size)) })
}

// Sync makes durable what a file holds, and that it was created.
func (s *Files) Sync(name string) error {
	if err := s.edit("sync", name, 0, (*os.File).Sync); err != nil {
		return err
	}
	s.mu.Lock()
	created := s.new[name]
	s.mu.Unlock()
	if !created {
		return nil
	}
	return s.SyncNames()
}

// SyncNames makes all creations, renames and removals durable.
func (s *Files) SyncNames() error {
	s.mu.Lock()
	clear(s.new)
	s.mu.Unlock()
	return SyncDir(s.dir)
}

// Rename gives a file another name. A file that had it is removed.
func (s *Files) Rename(from, to string) error {
	a, err := s.path("rename", from)
	if err != nil {
		return err
	}
	b, err := s.path("rename", to)
	if err != nil {
		return err
	}
	if err := os.Rename(a, b); err != nil {
		return pathError("rename", from, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.new[to] = true
	return nil
}

// Remove removes a file.
func (s *Files) Remove(name string) error {
	path, err := s.path("remove", name)
	if err != nil {
		return err
	}
	return os.Remove(path)
}

// edit opens a file for writing, and closes it again.
func (s *Files) edit(op, name string, flag int, do func(*os.File) error) error {
	path, err := s.path(op, name)
	if err != nil {
		return err
	}
	if flag&os.O_CREATE != 0 {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			s.mu.Lock()
			s.new[name] = true
			s.mu.Unlock()
		}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|flag, 0o600)
	if err != nil {
		return err
	}
	return pathError(op, name, errors.Join(do(f), f.Close()))
}

// pathError makes any error an *fs.PathError.
func pathError(op, name string, err error) error {
	var p *fs.PathError
	if err == nil || errors.As(err, &p) {
		return err
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// SyncDir makes the names in a folder durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil // there are systems on which names are durable at once
	}
	return errors.Join(err, d.Close())
}
