//go:build !linux

package command_test

import "syscall"

func dieWithParent() *syscall.SysProcAttr { return nil }
