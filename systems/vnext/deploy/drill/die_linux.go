package drill

import "syscall"

// dieWithParent has a process killed when the one that started it ends without doing
// so, as by a panic.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
