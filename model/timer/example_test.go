package timer_test

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/timer"
)

// Throttle is ordinary code: it lets at most one call through in a second.
type Throttle struct {
	Clock interface{ Now() time.Time }
	last  time.Time
}

// Allow reports whether a call may pass now.
func (t *Throttle) Allow() bool {
	now := t.Clock.Now()
	if !t.last.IsZero() && now.Sub(t.last) < time.Second {
		return false
	}
	t.last = now
	return true
}

// Limiter is the machine that it runs in.
type Limiter struct {
	clock    *timer.Clock
	throttle *Throttle
	times    []time.Time
}

var LimiterMachine = ravel.Define[Limiter]("Limiter",
	ravel.Start("Running",
		ravel.Entry(func(l *Limiter, c *ravel.Context) {
			l.clock = timer.NewClock(c)
			l.throttle = &Throttle{Clock: l.clock}
			for _, d := range []time.Duration{0, 500 * time.Millisecond, time.Second} {
				l.clock.AfterFunc(d, func() { l.call(c) })
			}
		}),
		ravel.On(func(l *Limiter, c *ravel.Context, f timer.Fired) { l.clock.Handle(f) }),
	),
)

func (l *Limiter) call(c *ravel.Context) {
	if !l.throttle.Allow() {
		return
	}
	l.times = append(l.times, l.clock.Now())
	for i := 1; i < len(l.times); i++ {
		d := l.times[i].Sub(l.times[i-1])
		c.Assert(d >= time.Second, "two calls within %v", d)
	}
}

func ExampleClock() {
	report, err := check.Explore("throttle", check.Config{Strategy: "dfs"}, func(t *check.T) {
		t.Create(LimiterMachine.New(&Limiter{}))
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("failure:", report.Failure != nil, "exhausted:", report.Exhausted)
	// Output: failure: false exhausted: true
}
