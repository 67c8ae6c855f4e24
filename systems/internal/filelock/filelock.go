// Package filelock lets processes exclude each other by locks on files. A process that ends, however it does, has no lock any
// more: the operating system sees to that.
package filelock

import "errors"

// ErrHeld says that somebody else has the lock.
var ErrHeld = errors.New("another process has the lock")

// ErrUnsupported says that there are no such locks on this system.
var ErrUnsupported = errors.New("there are no locks on files on this system")
