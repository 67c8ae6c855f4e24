//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package check

import (
	"fmt"
	"os"
	"syscall"
)

// processesWork is whether workers can be processes here.
const processesWork = true

// newSharedPages makes memory for so many processes, and the file by which they get at it. The file has no name any more:
// nothing is left of it when all have ended, however they end.
func newSharedPages(processes int) (*sharedPages, *os.File, error) {
	f, err := os.CreateTemp("", "ravel-workers-")
	if err != nil {
		return nil, nil, err
	}
	if err = os.Remove(f.Name()); err == nil {
		err = f.Truncate(int64(sharedSize(processes)))
	}
	var s *sharedPages
	if err == nil {
		s, err = mapSharedPages(f, processes)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return s, f, nil
}

// mapSharedPages is for the other side.
func mapSharedPages(f *os.File, processes int) (*sharedPages, error) {
	m, err := syscall.Mmap(int(f.Fd()), 0, sharedSize(processes), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mmap: %w", err)
	}
	return &sharedPages{memory: m, close: func() error { return syscall.Munmap(m) }}, nil
}

// keepFromChildren sees to it that processes which the code under test starts do not inherit a file.
func keepFromChildren(fd int) { syscall.CloseOnExec(fd) }
