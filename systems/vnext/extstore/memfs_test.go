package extstore_test

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	. "github.com/ravelgo/ravel/systems/vnext/extstore"
)

// memFS is a file system in memory that knows what a power failure would leave.
type memFS struct {
	names   map[string]*memFile
	durable map[string]*memFile // names as of the latest SyncDir of their folders
}

type memFile struct{ data, durable []byte }

func newMemFS() *memFS {
	return &memFS{names: make(map[string]*memFile), durable: make(map[string]*memFile)}
}

// powerFails takes away all that is not durable.
func (m *memFS) powerFails() {
	m.names = maps.Clone(m.durable)
	for _, f := range m.names {
		f.data = slices.Clone(f.durable)
	}
}

func (m *memFS) file(op, name string) (*memFile, error) {
	if f, ok := m.names[name]; ok {
		return f, nil
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

func (m *memFS) ReadAt(name string, off int64, n int) ([]byte, error) {
	f, err := m.file("read", name)
	if err != nil {
		return nil, err
	}
	rest := f.data[min(int(off), len(f.data)):]
	return slices.Clone(rest[:min(n, len(rest))]), nil
}

func (m *memFS) WriteAt(name string, off int64, p []byte) error {
	f := m.names[name]
	if f == nil {
		f = &memFile{}
		m.names[name] = f
	}
	if missing := int(off) + len(p) - len(f.data); missing > 0 {
		f.data = append(f.data, make([]byte, missing)...)
	}
	copy(f.data[off:], p)
	return nil
}

func (m *memFS) Size(name string) (int64, error) {
	f, err := m.file("stat", name)
	if err != nil {
		return 0, err
	}
	return int64(len(f.data)), nil
}

func (m *memFS) List(dir string) (names []string, err error) {
	for name := range m.names {
		if strings.HasPrefix(name, dir+"/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (m *memFS) Sync(name string) error {
	f, err := m.file("sync", name)
	if err == nil {
		f.durable = slices.Clone(f.data)
	}
	return err
}

func (m *memFS) Rename(from, to string) error {
	f, err := m.file("rename", from)
	if err != nil {
		return err
	}
	delete(m.names, from)
	m.names[to] = f
	return nil
}

func (m *memFS) Remove(name string) error {
	_, err := m.file("remove", name)
	delete(m.names, name)
	return err
}

func (m *memFS) SyncDir(dir string) error {
	in := func(name string, _ *memFile) bool { return path.Dir(name) == dir }
	maps.DeleteFunc(m.durable, in)
	for name, f := range m.names {
		if in(name, f) {
			m.durable[name] = f
		}
	}
	return nil
}

// faultFS lets one operation that changes something go wrong: the one numbered
// at, from 1.
type faultFS struct {
	FS
	at    int
	err   error    // what it returns
	crash bool     // and so does every later one
	torn  int      // bytes that it writes first, if it is a write
	ops   []string // what was called so far
}

var errCrashed = errors.New("crashed")

// fault counts an operation and says whether it goes wrong.
func (f *faultFS) fault(op, name string) error {
	f.ops = append(f.ops, op+" "+path.Dir(name))
	if n := len(f.ops); f.at > 0 && (n == f.at || f.crash && n > f.at) {
		return &fs.PathError{Op: op, Path: name, Err: f.err}
	}
	return nil
}

func (f *faultFS) WriteAt(name string, off int64, p []byte) error {
	err := f.fault("write", name)
	if err == nil {
		return f.FS.WriteAt(name, off, p)
	}
	if part := p[:min(f.torn, len(p))]; len(f.ops) == f.at && len(part) > 0 {
		if err := f.FS.WriteAt(name, off, part); err != nil {
			return err
		}
	}
	return err
}

func (f *faultFS) Sync(name string) error {
	if err := f.fault("sync", name); err != nil {
		return err
	}
	return f.FS.Sync(name)
}

func (f *faultFS) Rename(from, to string) error {
	if err := f.fault("rename", to); err != nil {
		return err
	}
	return f.FS.Rename(from, to)
}

func (f *faultFS) Remove(name string) error {
	if err := f.fault("remove", name); err != nil {
		return err
	}
	return f.FS.Remove(name)
}

func (f *faultFS) SyncDir(dir string) error {
	if err := f.fault("syncdir", dir+"/."); err != nil {
		return err
	}
	return f.FS.SyncDir(dir)
}
