package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/internal/filelock"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// The errors that callers tell apart.
var (
	// ErrInUse says that another process uses the folder.
	ErrInUse = errors.New("another process uses the folder: stop it, or choose another folder")

	// ErrForeign says that the folder is somebody else's.
	ErrForeign = errors.New("the folder belongs to somebody else")

	// ErrDuplicate says that another process runs under the same name.
	ErrDuplicate = errors.New("another process has this name")
)

// home is a process's folder, locked, and the store in it.
type home struct {
	folder *extstore.Folder
	store  *extstore.Store
	unlock func()
}

const (
	lockName = "LOCK"
	nameName = "name"
)

// openHome opens the folder of a process with that name. A quota of 0 is none.
func openHome(dir string, owner extmgr.NodeID, quota int64, log extmgr.Logger) (*home, error) {
	h, err := lockHome(dir, owner)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	if err := h.open(owner, quota, log); err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, errors.Join(err, h.close()))
	}
	return h, nil
}

func lockHome(dir string, owner extmgr.NodeID) (*home, error) {
	if dir == "" {
		return nil, errors.New("no folder was given: name one")
	}
	if owner == "" || strings.ContainsAny(string(owner), "\n\r") {
		return nil, fmt.Errorf("the name %q is no name: want one line that is not empty", owner)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("%w: want a folder that this process can make, read and write", err)
	}
	unlock, err := filelock.TryLock(filepath.Join(dir, lockName))
	if errors.Is(err, filelock.ErrHeld) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w: want a folder that this process can read and write", err)
	}
	folder, err := extstore.Dir(dir)
	if err != nil {
		unlock()
		return nil, err
	}
	return &home{folder: folder, unlock: unlock}, nil
}

func (h *home) open(owner extmgr.NodeID, quota int64, log extmgr.Logger) error {
	if err := h.claim(string(owner) + "\n"); err != nil {
		return err
	}
	var files extstore.FS = h.folder
	if quota < 0 {
		return fmt.Errorf("the quota is %d: want 0 or more bytes, 0 being as many as fit", quota)
	}
	if quota > 0 {
		limited, err := extstore.Quota(files, quota)
		if err != nil {
			return err
		}
		files = limited
	}
	store, err := extstore.Open(files, extstore.Config{Log: log})
	h.store = store
	return err
}

// claim makes the folder that of the owner. A name that a crash has cut off is
// written again.
func (h *home) claim(line string) error {
	had, err := h.folder.ReadAt(nameName, 0, 4096)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case string(had) == line:
		return nil
	case !strings.HasPrefix(line, string(had)):
		return fmt.Errorf("%w: it is that of %q, not of %q: want that one's own folder, or an empty one", ErrForeign,
			strings.TrimSpace(string(had)), strings.TrimSpace(line))
	}
	if err := h.folder.WriteAt(nameName, 0, []byte(line)); err != nil {
		return err
	}
	return errors.Join(h.folder.Sync(nameName), h.folder.SyncDir("."))
}

// floor is the least incarnation of a start at that time.
func floor(now time.Time) extmgr.Incarnation {
	return extmgr.Incarnation(max(now.UnixMicro(), 1))
}

// damaged returns how many damaged files the folder has.
func (h *home) damaged() (int, error) {
	names, err := h.folder.List("damaged")
	return len(names), err
}

func (h *home) close() error {
	err := h.folder.Close()
	h.unlock()
	return err
}
