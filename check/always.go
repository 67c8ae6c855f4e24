package check

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
)

// otherSchedules is how many random schedules a test has to fail in before its failure is not for its schedule.
const otherSchedules = 8

// anyhow says why an ordinary test that fails in the first execution is not explored: it fails in every schedule that is
// tried, and passes, or fails by itself, without control. Such a test depends on what control changes: it compares
// stack traces, wants the clock to advance between two lines, or talks to another process. A deadlock, a panic or a leak
// is told nevertheless: a plain run would hang, end the process or say nothing. "" if the schedule matters.
func (o *ordinary) anyhow(cfg *Config, body func(*T), f *Failure) string {
	var failed *failure.TestFailure
	if f.Execution != 0 || f.Reproduced && !errors.As(f.Err, &failed) {
		return ""
	}
	random, err := strategy.Parse("random")
	if err != nil {
		return ""
	}
	o.calm = true
	defer func() { o.calm = false }()
	for seed := range uint64(otherSchedules) {
		c := *cfg
		c.Strategy, c.Custom, c.Schedules, c.Time, c.Progress, c.Seed, c.Seeded = "random", random, 1, 0, nil, seed+1, true
		x := newExplorer(&c, body, o.t)
		r, err := x.explore()
		x.close()
		if err != nil || r.Failure == nil && r.Nondeterminism == nil {
			o.plain = ""
			return ""
		}
	}
	said, _, _ := strings.Cut(f.Err.Error(), "\n")
	return fmt.Sprintf("it fails whatever the schedule, so it depends on something that control changes: %s", said)
}

// excused reports whether a failure of an ordinary test is that it was in a hurry: a timer fired early, as if the machine had
// been slow, and the test complained. What it leaves behind then, or waits for, is the consequence. That tests count on
// some speed is no finding; a panic is one at any speed, as is a deadlock or a leak of a test that has not complained.
func (x *execution) excused(err error) bool {
	if err == nil || x.worker.cfg.ordinary == nil || len(x.failures) == 0 || !x.eng.Hurried() {
		return false
	}
	switch failure.Of(err).Kind() {
	case failure.KindTest, failure.KindLeak, failure.KindDeadlock:
		return true
	}
	return false
}
