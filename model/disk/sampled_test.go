package disk_test

import (
	"testing"

	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/model/internal/modeltest"
)

func TestSampled(t *testing.T) {
	row := func(name string, cfg disk.Config, crashes int, save saver, want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "doc: Crashes", Body: session(cfg, crashes, save, false), Want: want}
	}
	modeltest.Sampled(t, []enginetest.Row{
		row("ack before write", disk.Config{}, 1, ackBeforeWrite, "", "!assertion"),
		row("ack before sync", disk.Config{}, 1, ackBeforeSync, "", "!assertion"),
		row("ack after sync", disk.Config{}, 1, ackAfterSync, ""),
		row("written once", disk.Config{Rots: 1}, 0, ackAfterSync, "", "!assertion"),
		row("full is ignored", disk.Config{Fulls: 1}, 0, ignoreFull, "", "!assertion"),
	})
	modeltest.Faultless(t, []enginetest.Row{row("no faults", disk.Config{}, 0, ackAfterSync, "")})
}
