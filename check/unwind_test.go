package check_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
)

// told must never be heard.
type told struct{}

var silence = ravel.DefineMonitor[struct{}]("Silence", ravel.Cold("Silent",
	ravel.On(func(_ *struct{}, c *ravel.MonitorContext, _ told) {
		c.Assert(false, "somebody who is no more tells something")
	})))

// inside are where a handler may run code: in itself, and on a coroutine, as models do.
var inside = map[string]func(c *ravel.Context, f func(wait func())){
	"handler": func(c *ravel.Context, f func(func())) { f(func() { ravel.Next(c) }) },
	"coroutine": func(c *ravel.Context, f func(func())) {
		next, stop := engine.Pull(func(yield func(struct{}) bool) {
			f(func() {
				for yield(struct{}{}) {
				}
			})
		})
		defer stop()
		next()
		ravel.Next(c)
	},
}

// A handler that ends where it waits, because the execution is over, runs its deferred functions. What they do is no part of
// the execution, whatever it is.
func TestUnwinding(t *testing.T) {
	for name, call := range map[string]func(t *check.T){
		"t.Notify":    func(t *check.T) { t.Notify(told{}) },
		"t.Send":      func(t *check.T) { t.Send(t.Self(), hit{}) },
		"t.Go":        func(t *check.T) { t.Go("late", func(*ravel.Context) {}) },
		"t.Assert":    func(t *check.T) { t.Assert(false, "nobody hears it") },
		"t.Bool":      func(t *check.T) { t.Bool() },
		"t.Int":       func(t *check.T) { t.Int(3) },
		"t.Now":       func(t *check.T) { t.Now() },
		"t.Sometimes": func(t *check.T) { t.Sometimes(true, "a machine waits at the end") },
		"t.Log":       func(t *check.T) { t.Log("late") },
	} {
		for where, in := range inside {
			t.Run(name+", "+where, func(t *testing.T) {
				ran := 0
				r := explore(t, check.Config{Schedules: 20, Workers: 1}, func(t *check.T) {
					t.Monitor(silence.New(&struct{}{}))
					t.Go("helper", func(c *ravel.Context) {
						in(c, func(wait func()) {
							defer func() { ran++; call(t) }()
							wait()
						})
					})
				})
				if r.Failure != nil || ran < 20 {
					t.Errorf("%v, and the deferred function has run %d times\n%s", r.Failure, ran, r.Summary())
				}
			})
		}
	}
}

// So it is with t.Notify when the machine crashes or its handler fails: the machine is no more.
func TestNotifyOfTheDead(t *testing.T) {
	for where, in := range inside {
		for name, tt := range map[string]struct {
			body func(t *check.T, helper ravel.ID)
			fail func(t *check.T, c *ravel.Context)
			want failure.Kind // 0 is none
		}{
			"crash":     {body: func(t *check.T, helper ravel.ID) { t.Wait(); t.Root().Crash(helper) }},
			"assertion": {fail: func(_ *check.T, c *ravel.Context) { c.Assert(false, "stop") }, want: failure.KindAssertion},
			"t.Fatal":   {fail: func(t *check.T, _ *ravel.Context) { t.Fatal("stop") }, want: failure.KindTest},
		} {
			t.Run(name+", "+where, func(t *testing.T) {
				ran := 0
				r := explore(t, check.Config{Schedules: 20, Workers: 1, NoShrink: true}, func(t *check.T) {
					t.Monitor(silence.New(&struct{}{}))
					helper := t.Go("helper", func(c *ravel.Context) {
						in(c, func(wait func()) {
							defer func() { ran++; t.Notify(told{}) }()
							if tt.fail != nil {
								tt.fail(t, c)
							}
							wait()
						})
					})
					if tt.body != nil {
						tt.body(t, helper)
					}
				})
				var got failure.Kind
				if r.Failure != nil {
					got = failure.Of(r.Failure.Err).Kind()
				}
				if got != tt.want || ran == 0 {
					t.Errorf("%v, and the deferred function has run %d times\n%s", r.Failure, ran, r.Summary())
				}
			})
		}
	}
}
