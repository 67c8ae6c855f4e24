package timer_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/internal/modeltest"
	"github.com/ravelgo/ravel/model/timer"
)

// listen shows what a timer says.
func listen(p *enginetest.Probe, c *ravel.Context, t timer.Timer) (last any) {
	last = ravel.Next(c)
	switch ev := last.(type) {
	case timer.Timeout:
		p.See("timeout")
		c.Assert(ev.Timer == t, "a timeout of %v", ev.Timer)
	case timer.CancelOK:
		p.See("ok")
		c.Assert(ev.Timer == t, "an answer of %v", ev.Timer)
	case timer.CancelFail:
		p.See("fail")
		c.Assert(ev.Timer == t, "an answer of %v", ev.Timer)
	}
	return last
}

func client(body func(p *enginetest.Probe, c *ravel.Context, t timer.Timer)) func(*enginetest.Probe, *ravel.Context) {
	return func(p *enginetest.Probe, c *ravel.Context) {
		t := timer.New(c)
		ravel.AwaitQuiet(c)
		body(p, c, t)
		for {
			listen(p, c, t)
		}
	}
}

func TestHandshake(t *testing.T) {
	row := func(name string, body func(p *enginetest.Probe, c *ravel.Context, t timer.Timer), want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "casestudies 0.4", Body: client(body), Want: want}
	}
	modeltest.Test(t, []enginetest.Row{
		row("start", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) { t.Start(c, time.Second) }, "timeout"),
		row("never started", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) {}, ""),
		row("cancel", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) {
			t.Start(c, time.Second)
			t.Cancel(c)
		}, "timeout", "ok", "fail timeout"),
		row("cancel of what does not run", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) { t.Cancel(c) }, ""),
		row("cancel twice", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) {
			t.Start(c, time.Second)
			t.Cancel(c)
			t.Cancel(c)
		}, "timeout", "ok", "fail timeout"),
		row("cancel after the timeout", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) {
			t.Start(c, time.Second)
			listen(p, c, t)
			t.Cancel(c)
		}, "timeout"),
		row("start again", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) {
			t.Start(c, time.Second)
			listen(p, c, t)
			t.Start(c, 0)
		}, "timeout timeout"),
		row("start after the answer", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) {
			t.Start(c, time.Second)
			t.Cancel(c)
			listen(p, c, t)
			t.Start(c, time.Second)
		}, "timeout timeout", "ok timeout", "fail timeout timeout"),
		row("start twice", func(p *enginetest.Probe, c *ravel.Context, t timer.Timer) {
			t.Start(c, time.Second)
			t.Start(c, time.Second)
		}, "timeout timeout", "!misuse"),
	})
}

// A client that does not wait for a late timeout takes it for one of the timer that it starts next.
func TestHandshakeEndToEnd(t *testing.T) {
	row := func(name string, waits bool, want ...string) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "casestudies 0.4", Want: want, Config: engine.Config{Ordered: true},
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				t := timer.New(c)
				ravel.AwaitQuiet(c)
				t.Start(c, time.Second)
				t.Cancel(c)
				answer := ravel.ReceiveAny(c, ravel.Type[timer.CancelOK](), ravel.Type[timer.CancelFail](), ravel.Type[timer.Timeout]())
				if _, failed := answer.(timer.CancelFail); failed && waits {
					ravel.Receive[timer.Timeout](c)
				}
				at := c.Now()
				t.Start(c, time.Minute)
				ravel.Receive[timer.Timeout](c)
				c.Assert(c.Now().Sub(at) >= time.Minute, "a timeout after %v", c.Now().Sub(at))
			},
		}
	}
	modeltest.Test(t, []enginetest.Row{
		row("hasty", false, "", "!assertion"),
		row("patient", true, ""),
	})
}

func TestMisuse(t *testing.T) {
	misuse := func(name, says string, body func(c *ravel.Context)) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "doc: Mistakes", Want: []string{"!misuse"}, Says: []string{says},
			Body: func(p *enginetest.Probe, c *ravel.Context) { body(c) },
		}
	}
	modeltest.Test(t, []enginetest.Row{
		misuse("zero client", "zero ID", func(c *ravel.Context) { timer.For(c, ravel.ID{}) }),
		misuse("zero timer", "zero Timer", func(c *ravel.Context) { timer.Timer{}.Start(c, 1) }),
		misuse("zero timer cancelled", "zero Timer", func(c *ravel.Context) { timer.Timer{}.Cancel(c) }),
		misuse("negative", "cannot be negative", func(c *ravel.Context) { timer.New(c).Start(c, -1) }),
		misuse("nil function", "nil function", func(c *ravel.Context) { timer.NewClock(c).AfterFunc(1, nil) }),
		misuse("nil function every", "nil function", func(c *ravel.Context) { timer.NewClock(c).Every(1, nil) }),
		misuse("no period", "must be positive", func(c *ravel.Context) { timer.NewClock(c).Every(0, func() {}) }),
		misuse("unknown call", "knows nothing of", func(c *ravel.Context) { timer.NewClock(c).Handle(timer.Fired{N: 1}) }),
	})
}
