//go:build !unix

package filelock

// Lock returns ErrUnsupported.
func Lock(string) (unlock func(), err error) { return nil, ErrUnsupported }

// TryLock returns ErrUnsupported.
func TryLock(string) (unlock func(), err error) { return nil, ErrUnsupported }
