package extnode_test

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"syscall"
)

// memFS is a disk in memory that can be full, and out of descriptors. What it
// holds survives a crash of its node.
type memFS struct {
	files   map[string][]byte
	room    int    // bytes that all files may have; 0 is no limit
	readErr error  // of every ReadAt, unless it is nil
	failing string // operation that always fails; "" is none
}

func newMemFS() *memFS { return &memFS{files: make(map[string][]byte)} }

// fail returns an error if op is the failing operation.
func (m *memFS) fail(op, name string) error {
	if op == m.failing {
		return &fs.PathError{Op: op, Path: name, Err: syscall.EIO}
	}
	return nil
}

func (m *memFS) file(op, name string) ([]byte, error) {
	if f, ok := m.files[name]; ok {
		return f, nil
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

func (m *memFS) ReadAt(name string, off int64, n int) ([]byte, error) {
	f, err := m.file("read", name)
	if err != nil || m.readErr != nil {
		return nil, cmp.Or(err, m.readErr)
	}
	rest := f[min(int(off), len(f)):]
	return slices.Clone(rest[:min(n, len(rest))]), nil
}

func (m *memFS) WriteAt(name string, off int64, p []byte) error {
	f := m.files[name]
	grown := max(0, int(off)+len(p)-len(f))
	if m.room > 0 && m.used()+grown > m.room {
		return &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
	}
	f = append(f, make([]byte, grown)...)
	copy(f[off:], p)
	m.files[name] = f
	return nil
}

func (m *memFS) used() (n int) {
	for _, f := range m.files {
		n += len(f)
	}
	return n
}

func (m *memFS) Size(name string) (int64, error) {
	f, err := m.file("stat", name)
	return int64(len(f)), err
}

func (m *memFS) List(dir string) (names []string, err error) {
	for name := range m.files {
		if strings.HasPrefix(name, dir+"/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (m *memFS) Sync(name string) error {
	if err := m.fail("sync", name); err != nil {
		return err
	}
	_, err := m.file("sync", name)
	return err
}

func (m *memFS) Rename(from, to string) error {
	if err := m.fail("rename", from); err != nil {
		return err
	}
	f, err := m.file("rename", from)
	if err == nil {
		delete(m.files, from)
		m.files[to] = f
	}
	return err
}

func (m *memFS) Remove(name string) error {
	if err := m.fail("remove", name); err != nil {
		return err
	}
	_, err := m.file("remove", name)
	delete(m.files, name)
	return err
}

func (m *memFS) SyncDir(dir string) error { return m.fail("syncdir", dir) }
