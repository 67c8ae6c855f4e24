package main

import (
	"sync/atomic"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
)

// show lets an exploration show how far it is, under a title, until the function
// is called that it returns.
func (s *shell) show(cfg *check.Config, title string) (end func()) {
	if s.line == nil {
		return func() {}
	}
	var ended atomic.Bool // Progress is called from another goroutine
	cfg.Progress = func(now check.Progress) {
		if !ended.Load() {
			s.line.Show(cli.ProgressText(title, attr.Progress(now), ""))
		}
	}
	return func() {
		ended.Store(true)
		s.line.Clear()
	}
}
