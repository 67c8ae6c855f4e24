package vnext

import (
	"slices"
	"strings"

	"github.com/ravelgo/ravel/model/disk"
)

// files makes a modelled disk the file system of an extent store. The disk has no
// folders: they are part of the names.
type files struct{ disk *disk.Disk }

func (f files) ReadAt(name string, off int64, n int) ([]byte, error) {
	p, err := f.disk.Read(name)
	if err != nil {
		return nil, err
	}
	from := min(off, int64(len(p)))
	return p[from:min(from+int64(n), int64(len(p)))], nil
}

func (f files) WriteAt(name string, off int64, p []byte) error {
	return f.disk.Write(name, int(off), p)
}

func (f files) Size(name string) (int64, error) {
	p, err := f.disk.Read(name)
	return int64(len(p)), err
}

func (f files) List(dir string) ([]string, error) {
	return slices.DeleteFunc(f.disk.List(), func(name string) bool {
		return !strings.HasPrefix(name, dir+"/")
	}), nil
}

func (f files) Sync(name string) error       { return f.disk.Sync(name) }
func (f files) Rename(from, to string) error { return f.disk.Rename(from, to) }
func (f files) Remove(name string) error     { return f.disk.Remove(name) }

// SyncDir makes the names of all folders durable, which is more than was asked
// for: the disk cannot do less.
func (f files) SyncDir(string) error {
	f.disk.SyncNames()
	return nil
}
