package crash_test

import (
	"testing"

	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/internal/modeltest"
)

func TestSampled(t *testing.T) {
	row := func(name string, cfg crash.Config, want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "doc: Crashes", Body: talkers(1, 2, cfg, false), Want: want}
	}
	modeltest.Sampled(t, []enginetest.Row{
		row("may restart", crash.Config{Crashes: 1, Restarts: 1}, "0 0", "0", "", "0 0 0.1", "0 0.1", "0.1"),
		row("must restart", crash.Config{Crashes: 1, Restarts: 1, MustRestart: true}, "0 0", "0 0 0.1", "0 0.1", "0.1"),
	})
	modeltest.Faultless(t, []enginetest.Row{row("no faults", crash.Config{Restarts: 1}, "0 0")})
}
