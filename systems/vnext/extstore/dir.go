package extstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Folder is an [FS] in a folder of the operating system's. Nothing outside of the
// folder is reachable through it, by symbolic links either.
type Folder struct{ root *os.Root }

// Dir opens a folder and creates it if it does not exist. What another process
// left there without making it durable is made durable. One process at a time may
// use a folder.
func Dir(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, fmt.Errorf("extstore: create folder: %w", err)
	}
	if err := syncOutside(filepath.Dir(filepath.Clean(name))); err != nil {
		return nil, fmt.Errorf("extstore: make folder durable: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("extstore: open folder: %w", err)
	}
	d := &Folder{root}
	if err := d.syncAll(); err != nil {
		return nil, fmt.Errorf("extstore: make folder durable: %w", errors.Join(err, root.Close()))
	}
	return d, nil
}

// syncOutside syncs the folder in which the store's was perhaps just created.
func syncOutside(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncAll syncs all folders.
func (d *Folder) syncAll() error {
	return fs.WalkDir(d.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return d.SyncDir(name)
	})
}

// Close releases the folder.
func (d *Folder) Close() error { return d.root.Close() }

// ReadAt implements [FS].
func (d *Folder) ReadAt(name string, off int64, n int) ([]byte, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // was only read
	p := make([]byte, n)
	n, err = f.ReadAt(p, off)
	if err != nil && err != io.EOF {
		return nil, err
	}
	return p[:n], nil
}

// WriteAt implements [FS].
func (d *Folder) WriteAt(name string, off int64, p []byte) error {
	f, err := d.create(name)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(p, off)
	return errors.Join(err, f.Close())
}

func (d *Folder) create(name string) (*os.File, error) {
	const flags = os.O_WRONLY | os.O_CREATE
	f, err := d.root.OpenFile(name, flags, 0o644)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if err := d.mkdir(path.Dir(name)); err != nil {
		return nil, err
	}
	return d.root.OpenFile(name, flags, 0o644)
}

// mkdir creates a folder, durably, and those that it is in.
func (d *Folder) mkdir(dir string) error {
	if dir == "." {
		return nil
	}
	if err := d.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	err := d.root.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.SyncDir(path.Dir(dir))
}

// Size implements [FS].
func (d *Folder) Size(name string) (int64, error) {
	info, err := d.root.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// List implements [FS].
func (d *Folder) List(dir string) (names []string, err error) {
	err = fs.WalkDir(d.root.FS(), dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case name == dir && errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case name == dir && !entry.IsDir():
			return &fs.PathError{Op: "list", Path: name, Err: errors.New("not a folder")}
		case !entry.IsDir():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// Sync implements [FS].
func (d *Folder) Sync(name string) error {
	f, err := d.root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Rename implements [FS].
func (d *Folder) Rename(from, to string) error {
	if err := d.mkdir(path.Dir(to)); err != nil {
		return err
	}
	return d.root.Rename(from, to)
}

// Remove implements [FS].
func (d *Folder) Remove(name string) error { return d.root.Remove(name) }

// SyncDir implements [FS].
func (d *Folder) SyncDir(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
