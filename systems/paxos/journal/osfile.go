package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// OSFile is a File of the operating system, by its path. It opens the file for each
// operation and holds nothing open.
type OSFile string

// Read implements File.
func (f OSFile) Read() ([]byte, error) {
	data, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Append implements File.
func (f OSFile) Append(p []byte) error {
	file, err := os.OpenFile(string(f), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(p)
	return errors.Join(err, file.Close())
}

// Truncate implements File.
func (f OSFile) Truncate(size int) error { return os.Truncate(string(f), int64(size)) }

// Sync implements File: it syncs the file, and its folder, which has its name.
func (f OSFile) Sync() error {
	return errors.Join(syncPath(string(f), os.O_WRONLY), syncPath(filepath.Dir(string(f)), os.O_RDONLY))
}

func syncPath(path string, flag int) error {
	file, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
