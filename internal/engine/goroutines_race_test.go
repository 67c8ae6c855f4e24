package engine_test

import (
	"os"
	"testing"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// TestControlledRace shares a variable between the body and a goroutine. The channel orders their accesses, but for the
// one that only happens if a variable is set: then the race detector has to report it.
func TestControlledRace(t *testing.T) {
	controlled(t)
	racy := os.Getenv("RAVEL_ENGINE_DATA_RACE") != ""
	e := engine.New()
	defer e.Close()
	s := strategy.NewRandom()
	for k := range 50 {
		s.Start(strategy.Execution{K: uint64(k), Seed: uint64(k)})
		o := e.Run(engine.Config{Goroutines: true, MaxSteps: 100, Threshold: 100}, s, engine.Program{Body: func(c ctx) {
			n := 0
			done := make(chan bool)
			go func() { n++; close(done) }()
			if racy {
				n++
			}
			<-done
			c.Assert(n > 0, "n = %d", n)
		}})
		if o.Err != nil {
			t.Fatal(o.Err)
		}
	}
}
