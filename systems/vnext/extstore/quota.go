package extstore

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"syscall"
)

// quota is an FS with a limit.
type quota struct {
	FS
	limit int64
	used  int64 // bytes of the store's files
}

// Quota returns an [FS] that behaves like a disk of limit bytes with the store's
// files on it: a write beyond that ends where the disk does, with syscall.ENOSPC,
// and leaves behind what did fit. So a full disk can be had without filling one,
// and a folder can be kept from taking all of a disk. Unlike Config.Capacity,
// which refuses an extent for which there is no room, it is met in the middle of a
// write. What files already has counts, and may be more than the limit.
func Quota(files FS, limit int64) (FS, error) {
	if limit < 0 {
		return nil, fmt.Errorf("extstore: quota is %d bytes: want 0 or more", limit)
	}
	q := &quota{FS: files, limit: limit}
	var all []string
	for _, dir := range []string{dataDir, tmpDir, damagedDir} {
		names, err := files.List(dir)
		if err != nil {
			return nil, fmt.Errorf("extstore: quota: %w", err)
		}
		all = append(all, names...)
	}
	for _, name := range append(all, counterNames[:]...) {
		size, err := q.size(name)
		if err != nil {
			return nil, fmt.Errorf("extstore: quota: %w", err)
		}
		q.used += size
	}
	return q, nil
}

// size is that of a file, 0 if there is none.
func (q *quota) size(name string) (int64, error) {
	size, err := q.FS.Size(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	return size, err
}

func (q *quota) WriteAt(name string, off int64, p []byte) error {
	size, err := q.size(name)
	if err != nil {
		return err
	}
	room := max(q.limit-q.used, 0) + max(size-off, 0) // what overwrites needs none
	n := min(int64(len(p)), room)
	err = q.FS.WriteAt(name, off, p[:n])
	now, sizeErr := q.size(name)
	q.used += now - size
	if err == nil && n < int64(len(p)) {
		err = &fs.PathError{Op: "write", Path: name, Err: fmt.Errorf("quota of %d bytes: %w", q.limit, syscall.ENOSPC)}
	}
	return errors.Join(err, sizeErr)
}

func (q *quota) Rename(from, to string) error {
	replaced, err := q.size(to)
	if err != nil {
		return err
	}
	if err := q.FS.Rename(from, to); err != nil {
		return err
	}
	q.used -= replaced
	return nil
}

func (q *quota) Remove(name string) error {
	size, err := q.size(name)
	if err != nil {
		return err
	}
	if err := q.FS.Remove(name); err != nil {
		return err
	}
	q.used -= size
	return nil
}

// FreeSpace implements [Spacer].
func (q *quota) FreeSpace() (int64, error) {
	free := int64(math.MaxInt64)
	if spacer, ok := q.FS.(Spacer); ok {
		space, err := spacer.FreeSpace()
		if err != nil {
			return 0, err
		}
		free = space
	}
	return min(free, max(q.limit-q.used, 0)), nil
}
