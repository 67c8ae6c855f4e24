package engine_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
)

// Goroutines that spin, monitors that stay hot, and the step bound.

func TestControlledLiveness(t *testing.T) { runGoRows(t, goLivenessRows) }

// hotUntil registers a monitor that is hot from an A on until a B.
func hotUntil(c ctx) {
	c.Monitor(ravel.DefineMonitor[spec]("Spec",
		ravel.Cold("Cold", ravel.Goto[A]("Hot")),
		ravel.Hot("Hot", ravel.Goto[B]("Cold"))).New(&spec{}))
}

var goLivenessRows = []goRow{
	{
		Name: "a goroutine spins until a machine has moved", Sample: true, Config: engine.Config{MaxSteps: 2000, Threshold: 30},
		Body: func(p *shown, c ctx) {
			hotUntil(c)
			var set atomic.Bool
			handler(p, c, func(c ctx) { set.Store(true) })
			c.Notify(A{})
			for !set.Load() {
				runtime.Gosched()
			}
			c.Notify(B{})
			p.See("over")
		},
		Want: []string{"over", "over (slow)"},
	},
	{
		Name: "a goroutine spins for ever while a monitor is hot", Sample: true, Config: engine.Config{MaxSteps: 2000, Threshold: 50},
		Body: func(p *shown, c ctx) {
			hotUntil(c)
			c.Notify(A{})
			var set atomic.Bool
			for !set.Load() {
			}
		},
		Want: []string{"!livelock"}, Says: []string{"Spec"},
	},
	{
		Name: "two goroutines spin, one of which would cool the monitor", Sample: true, Config: engine.Config{MaxSteps: 2000, Threshold: 50},
		Body: func(p *shown, c ctx) {
			hotUntil(c)
			c.Notify(A{})
			var set atomic.Bool
			go func() {
				for !set.Load() {
				}
				c.Notify(B{})
			}()
			var n atomic.Int32
			for n.Add(1) < 10 {
			}
			set.Store(true)
			p.See("body")
		},
		Want: []string{"body", "body (slow)"},
	},
	{
		Name: "a hot monitor when all is over",
		Body: func(p *shown, c ctx) {
			hotUntil(c)
			go c.Notify(A{})
		},
		Want: []string{"!liveness"}, Says: []string{"Spec"},
	},
	{
		Name: "the step bound cuts a goroutine that spins", Sample: true, Config: engine.Config{MaxSteps: 100, Threshold: 100},
		Body: func(p *shown, c ctx) {
			go func() {
				for {
					runtime.Gosched()
				}
			}()
		},
		Want: []string{"(bounded)"},
	},
	{
		Name: "the step bound cuts a handler that spins", Sample: true, Config: engine.Config{MaxSteps: 100, Threshold: 100},
		Body: func(p *shown, c ctx) {
			handler(p, c, func(c ctx) {
				defer p.See("deferred")
				var n atomic.Int32
				for n.Add(1) != 0 {
				}
			})
		},
		Want: []string{"deferred (bounded)"},
	},
}
