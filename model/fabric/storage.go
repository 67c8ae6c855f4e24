package fabric

import (
	"io/fs"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// storage is the storage of a replica. It is closed when the replica ends: what is left of its calls must not write to
// what the next replica uses.
type storage struct{ r *replica }

var _ service.Storage = storage{}

// do does something to the disk, if the replica still may.
func (s storage) do(op, name string, f func() error) error {
	if s.r.closed {
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrClosed}
	}
	var err error
	s.r.n.act(func() { err = f() })
	return err
}

func (s storage) List() []string {
	if s.r.closed {
		return nil
	}
	return s.r.st.disk.List()
}

func (s storage) Read(name string) (p []byte, err error) {
	err = s.do("read", name, func() error { p, err = s.r.st.disk.Read(name); return err })
	return p, err
}

func (s storage) Append(name string, p []byte) error {
	return s.do("append", name, func() error { return s.r.st.disk.Append(name, p) })
}

func (s storage) Write(name string, off int, p []byte) error {
	return s.do("write", name, func() error { return s.r.st.disk.Write(name, off, p) })
}

func (s storage) Truncate(name string, size int) error {
	return s.do("truncate", name, func() error { return s.r.st.disk.Truncate(name, size) })
}

func (s storage) Rename(from, to string) error {
	return s.do("rename", from, func() error { return s.r.st.disk.Rename(from, to) })
}

func (s storage) Remove(name string) error {
	return s.do("remove", name, func() error { return s.r.st.disk.Remove(name) })
}

func (s storage) Sync(name string) error {
	return s.do("sync", name, func() error { return s.r.st.disk.Sync(name) })
}

func (s storage) SyncNames() error {
	return s.do("sync", ".", func() error { s.r.st.disk.SyncNames(); return nil })
}
