package timer_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/internal/modeltest"
	"github.com/ravelgo/ravel/model/timer"
)

// host is a machine that runs ordinary code on a clock.
type host struct {
	start func(k *timer.Clock) `ravel:"-"`
	clock *timer.Clock
}

var hostMachine = ravel.Define[host]("Host",
	ravel.Start("Running",
		ravel.Entry(func(h *host, c *ravel.Context) {
			h.clock = timer.NewClock(c)
			h.start(h.clock)
		}),
		ravel.On(func(h *host, c *ravel.Context, f timer.Fired) { h.clock.Handle(f) }),
	),
)

func run(start func(p *enginetest.Probe, k *timer.Clock)) func(*enginetest.Probe, *ravel.Context) {
	return func(p *enginetest.Probe, c *ravel.Context) {
		c.Create(hostMachine.New(&host{start: func(k *timer.Clock) { start(p, k) }}))
	}
}

func TestClock(t *testing.T) {
	row := func(name string, start func(p *enginetest.Probe, k *timer.Clock), want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "doc: Clock", Body: run(start), Want: want}
	}
	modeltest.Test(t, []enginetest.Row{
		row("once", func(p *enginetest.Probe, k *timer.Clock) {
			at := k.Now()
			k.AfterFunc(time.Minute, func() { p.See("%v", k.Since(at)) })
		}, "1m0s"),
		row("a negative delay is none", func(p *enginetest.Probe, k *timer.Clock) {
			at := k.Now()
			k.AfterFunc(-time.Minute, func() { p.See("%v", k.Since(at)) })
		}, "0s"),
		row("any armed call may come first", func(p *enginetest.Probe, k *timer.Clock) {
			k.AfterFunc(1*time.Minute, func() { p.See("a") })
			k.AfterFunc(2*time.Minute, func() { p.See("b") })
		}, "a b", "b a"),
		row("stopped, or too late", func(p *enginetest.Probe, k *timer.Clock) {
			stop := k.AfterFunc(time.Minute, func() { p.See("called") })
			p.See("%v", stop())
			p.See("%v", stop())
		}, "true false", "false false called"),
		row("an old stop is about no other call", func(p *enginetest.Probe, k *timer.Clock) {
			var stop func() bool
			stop = k.AfterFunc(time.Minute, func() {
				p.See("a")
				k.AfterFunc(time.Minute, func() { p.See("b") })
				p.See("%v", stop())
			})
		}, "a false b"),
		row("again and again", func(p *enginetest.Probe, k *timer.Clock) {
			var stop func()
			n := 0
			stop = k.Every(time.Minute, func() {
				p.See("tick")
				if n++; n == 3 {
					stop()
					stop()
				}
			})
		}, "tick tick tick"),
	})
	stopped := row("no tick after stop", func(p *enginetest.Probe, k *timer.Clock) {
		stop := k.Every(time.Minute, func() { p.See("tick") })
		k.AfterFunc(2*time.Minute, func() {
			p.See("stop")
			stop()
		})
	}, "tick stop", "tick tick stop")
	stopped.Config.Ordered = true
	modeltest.Test(t, []enginetest.Row{stopped})
}

// session is ordinary code: it ends when it has not been touched for a minute. A hasty one trusts that a call it has
// stopped does not come.
type session struct {
	clock interface {
		Now() time.Time
		AfterFunc(d time.Duration, f func()) (stop func() bool)
	}
	patient bool
	stop    func() bool
	touched time.Time
	ended   func(idle time.Duration)
}

func (s *session) touch() {
	if s.stop != nil {
		s.stop()
	}
	s.touched = s.clock.Now()
	s.stop = s.clock.AfterFunc(time.Minute, s.expire)
}

func (s *session) expire() {
	idle := s.clock.Now().Sub(s.touched)
	if s.patient && idle < time.Minute {
		return // an earlier call, which was on its way when touch wanted to stop it
	}
	s.ended(idle)
}

func TestClockEndToEnd(t *testing.T) {
	row := func(name string, patient bool, want ...string) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "doc: Clock", Want: want,
			Body: run(func(p *enginetest.Probe, k *timer.Clock) {
				s := &session{clock: k, patient: patient}
				s.ended = func(idle time.Duration) {
					if idle < time.Minute {
						panic("a session ends that is in use")
					}
					p.See("ended")
				}
				s.touch()
				k.AfterFunc(time.Minute, s.touch)
			}),
		}
	}
	modeltest.Test(t, []enginetest.Row{
		row("hasty", false, "ended", "ended ended", "!panic"),
		row("patient", true, "ended", "ended ended"),
	})
}
