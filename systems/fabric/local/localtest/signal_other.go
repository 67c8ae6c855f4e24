//go:build !linux

package localtest

import "syscall"

func dieWithParent() *syscall.SysProcAttr { return nil }
