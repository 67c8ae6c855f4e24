package extstore

import (
	"errors"
	"io/fs"
	"syscall"
)

// FS is the file system of one store: all the state that outlives a process.
//
// Names are relative paths with slashes, without "." and "..". Folders have no
// life of their own: they appear with the first file in them. Errors are those of
// package os; in particular they match [fs.ErrNotExist] where a file is missing
// and syscall.ENOSPC, or whatever the medium says instead, where room is.
//
// All that an FS shows when it is opened is durable as far as names go: nothing
// that a store was told at its start vanishes in a crash later on.
type FS interface {
	// ReadAt returns n bytes of a file from off on, or fewer where the file
	// ends. The result is the caller's.
	ReadAt(name string, off int64, n int) ([]byte, error)

	// WriteAt writes p into a file and creates the file if there is none. It
	// does not keep p. After an error any part of p may have been written.
	WriteAt(name string, off int64, p []byte) error

	// Size returns a file's length in bytes.
	Size(name string) (int64, error)

	// List returns the names of all files in a folder and the folders in it,
	// sorted. A folder that does not exist has none.
	List(dir string) ([]string, error)

	// Sync makes durable what a file holds.
	Sync(name string) error

	// Rename gives a file another name, in place of a file that had it. A crash
	// leaves one or the other, never neither.
	Rename(from, to string) error

	// Remove removes a file.
	Remove(name string) error

	// SyncDir makes durable which names a folder has, and that the folder
	// exists. The outermost folder is ".".
	SyncDir(dir string) error
}

// Spacer is an [FS] that knows how much room its medium has left.
type Spacer interface {
	// FreeSpace returns the number of bytes that can still be written.
	FreeSpace() (int64, error)
}

// The errors that callers tell apart. Those of the FS come through wrapped, too.
var (
	// ErrNotHeld says that the store has no such extent, or not that version.
	ErrNotHeld = errors.New("the store does not hold it")

	// ErrStale says that the store holds the extent at the same version or a
	// newer one.
	ErrStale = errors.New("the store holds this version or a newer one")

	// ErrBusy says that the extent is being staged already.
	ErrBusy = errors.New("the extent is being staged already")

	// ErrChecksum says that data to be stored does not match its checksum.
	ErrChecksum = errors.New("checksum mismatch")

	// ErrDamaged says that a file is not what was once stored in it.
	ErrDamaged = errors.New("damaged")

	// ErrFormat says that a file has a format version of another program's.
	ErrFormat = errors.New("unknown format version")
)

// damage makes what the medium did to a file an ErrDamaged: what cannot be read
// back is lost. Other errors, such as a lack of descriptors, may go away.
func damage(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EIO) {
		return &damagedError{err}
	}
	return err
}

type damagedError struct{ cause error }

func (e *damagedError) Error() string   { return "damaged: " + e.cause.Error() }
func (e *damagedError) Unwrap() []error { return []error{ErrDamaged, e.cause} }
