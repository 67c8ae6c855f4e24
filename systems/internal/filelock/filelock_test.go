//go:build unix

package filelock_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/systems/internal/filelock"
)

// Two who open the file exclude each other, in one process as in two.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := filelock.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := filelock.TryLock(path); !errors.Is(err, filelock.ErrHeld) {
		t.Errorf("a second lock: %v", err)
	}
	got := make(chan error)
	go func() {
		again, err := filelock.Lock(path)
		if err == nil {
			again()
		}
		got <- err
	}()
	unlock()
	if err := <-got; err != nil {
		t.Error(err)
	}
	if again, err := filelock.TryLock(path); err != nil {
		t.Errorf("after it was given back: %v", err)
	} else {
		again()
	}
	if _, err := filelock.Lock(filepath.Join(path, "x")); err == nil {
		t.Error("a lock on a file that cannot be")
	}
}
