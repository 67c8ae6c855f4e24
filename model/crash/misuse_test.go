package crash_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/internal/modeltest"
)

func TestMisuse(t *testing.T) {
	misuse := func(name, says string, body func(c *ravel.Context)) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "doc: Mistakes", Want: []string{"!misuse"}, Says: []string{says},
			Body: func(p *enginetest.Probe, c *ravel.Context) { body(c) },
		}
	}
	enable := func(cfg crash.Config, nodes ...crash.Node) func(c *ravel.Context) {
		return func(c *ravel.Context) { crash.Enable(c, cfg, nodes...) }
	}
	one := func(cfg crash.Config) func(c *ravel.Context) {
		return func(c *ravel.Context) {
			crash.Enable(c, cfg, crash.Node{ID: c.Create(talkerMachine.New(&talker{}))})
		}
	}
	modeltest.Test(t, []enginetest.Row{
		misuse("negative crashes", "Crashes is -1", one(crash.Config{Crashes: -1})),
		misuse("negative restarts", "Restarts is -1", one(crash.Config{Restarts: -1})),
		misuse("negative time", "RestartAfter is -1ns", one(crash.Config{RestartAfter: -1})),
		misuse("no nodes", "no nodes", enable(crash.Config{Crashes: 1})),
		misuse("zero ID", "zero ID", enable(crash.Config{Crashes: 1}, crash.Node{})),
		misuse("no New", "no New", one(crash.Config{Crashes: 1, Restarts: 1})),
		misuse("itself", "of its own", func(c *ravel.Context) {
			crash.Enable(c, crash.Config{Crashes: 1}, crash.Node{ID: c.Self()})
		}),
		misuse("twice", "named twice", func(c *ravel.Context) {
			n := crash.Node{ID: c.Create(talkerMachine.New(&talker{}))}
			crash.Enable(c, crash.Config{Crashes: 1}, n, n)
		}),
	})
}
