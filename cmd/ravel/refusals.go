package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
)

// refuse turns down flags with which goroutines cannot be put under control.
func (b *build) refuse() error {
	if c := b.flag("compiler"); c != "" && c != "gc" {
		return uncontrollable("goroutines cannot be put under control with -compiler=%s, as its runtime is another one: "+
			"build with gc", c)
	}
	if m := b.flag("buildmode"); !slices.Contains([]string{"", "default", "exe", "pie"}, m) {
		return uncontrollable("goroutines cannot be put under control with -buildmode=%s: build an ordinary executable", m)
	}
	if slices.Concat(b.goFlags, b.user).on("linkshared") {
		return uncontrollable("goroutines cannot be put under control with -linkshared, which takes the standard library as it " +
			"was installed: leave it out")
	}
	return nil
}

// refuseToolchain turns down toolchains with which Ravel does not work at all.
func refuseToolchain(tc overlay.Toolchain) error {
	switch {
	case strings.Contains(tc.GOVERSION, "gccgo"):
		return environmentError{fmt.Errorf("the go command on the PATH is that of gccgo (%s), with which Ravel does not "+
			"work: put one of https://go.dev/dl before it", tc.GOVERSION)}
	case tooOld(tc.GOVERSION):
		return environmentError{fmt.Errorf("the go command in this folder is %s, and Ravel needs Go 1.25 or newer: install "+
			"one from https://go.dev/dl, or let the go command fetch it with GOTOOLCHAIN=go1.26.0", tc.GOVERSION)}
	}
	return nil
}
