package deploy

import (
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// stepLimit is how far wall clock and monotonic clock may drift apart between two
// looks before that is called a step.
const stepLimit = time.Second

// stepWatch notices when somebody sets the clock.
type stepWatch struct {
	wall time.Time     // without a monotonic reading
	mono time.Duration // since the start
}

// look returns by how much the wall clock was set since the last look, 0 if it was
// not. mono is what the monotonic clock says has passed since the start.
func (w *stepWatch) look(wall time.Time, mono time.Duration) time.Duration {
	wall = wall.Round(0)
	step := wall.Sub(w.wall) - (mono - w.mono)
	first := w.wall.IsZero()
	w.wall, w.mono = wall, mono
	if first || step.Abs() < stepLimit {
		return 0
	}
	return step
}

// watchClock looks now and then, until stop is closed.
func watchClock(log extmgr.Logger, stop <-chan struct{}) {
	start := time.Now()
	var w stepWatch
	every(stop, 5*time.Second, func() {
		now := time.Now()
		if step := w.look(now, now.Sub(start)); step != 0 {
			log.Warn("the clock was set: times in logs have a gap, nothing else is affected", "by", step)
		}
	})
}

// every calls f at once and then every d, until stop is closed. A call that takes
// longer than d loses ticks.
func every(stop <-chan struct{}, d time.Duration, f func()) {
	ticker := time.NewTicker(d)
	defer ticker.Stop()
	for {
		f()
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
	}
}
