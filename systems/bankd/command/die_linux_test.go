package command_test

import "syscall"

// dieWithParent has a process killed when the test ends without killing it, as by
// a panic.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
