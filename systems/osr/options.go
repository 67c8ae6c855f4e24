package osr

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/osr/driver"
)

// Options choose a test. The zero Options are the case study: the correct driver, three power cycles, and three changes of
// the switches.
type Options struct {
	Cycles  int // of D0Entry and D0Exit; 0 is 3
	Changes int // of the switches; 0 is 3
	Bugs    driver.Bugs
}

// Settings returns how the test is to be explored, whatever the options: the timer fires whenever the tester likes.
func (o Options) Settings() check.Config { return check.Config{Steps: 1000} }

// debounce is how long the switches have to rest. No length means anything under this clock.
const debounce = 10 * time.Millisecond

// Test returns the body of the test that o describes, for check.Test and check.Explore; see [Options.Settings]. Options
// that make no sense fail it.
func Test(o Options) func(*check.T) {
	for _, n := range []*int{&o.Cycles, &o.Changes} {
		if *n == 0 {
			*n = 3
		}
	}
	return func(t *check.T) {
		if why := o.mistake(); why != "" {
			t.Fatalf("osr: %s", why)
		}
		t.Monitor(PowerMonitor.New(&Power{}))
		t.Monitor(QueueMonitor.New(&Queue{}))
		t.Monitor(DebounceMonitor.New(&Debounce{}))
		t.Monitor(progress.Monitor())
		t.Sometimes(false, "the switches are stable")

		p := ports{
			user:  t.Create(UserMachine.New(&User{Cycles: o.Cycles})),
			pipe:  t.Create(PipeMachine.New(&Pipe{Changes: o.Changes})),
			board: t.Create(BoardMachine.New(&Board{})),
		}
		d := driver.Driver{Power: p, Switches: p, Device: p, Debounce: debounce, Bugs: o.Bugs}
		join := Join{t.Create(d.New())}
		t.Send(p.board, join)
		t.Send(p.pipe, join)
		t.Send(p.user, join)
	}
}

func (o Options) mistake() string {
	if o.Cycles < 0 || o.Changes < 0 {
		return fmt.Sprintf("%d power cycles and %d changes: neither may be negative", o.Cycles, o.Changes)
	}
	if err := o.Bugs.Check(); err != nil {
		return err.Error()
	}
	return ""
}
