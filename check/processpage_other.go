//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package check

import (
	"errors"
	"os"
)

// processesWork is whether workers can be processes here: that takes inherited files and shared memory.
const processesWork = false

var errNoProcesses = errors.New("worker processes do not work on this system")

func newSharedPages(int) (*sharedPages, *os.File, error) { return nil, nil, errNoProcesses }
func mapSharedPages(*os.File, int) (*sharedPages, error) { return nil, errNoProcesses }
func keepFromChildren(int)                               {}
