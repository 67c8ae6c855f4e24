package engine_test

import (
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/strategy"
)

// TestControlledRace shares a variable between the body and a goroutine. A channel orders their accesses, but for one that
// only the racy body makes. Under the race detector each of its executions ends with a data race, also when it is replayed,
// and in each way to run it.
func TestControlledRace(t *testing.T) {
	controlled(t)
	e := engine.New()
	defer e.Close()
	var racy bool
	body := func(c ctx) {
		n := 0
		done := make(chan bool)
		go func() { n++; close(done) }()
		if racy {
			n++
		}
		<-done
		c.Assert(n > 0, "n = %d", n)
	}
	for k := range 100 {
		racy = k%2 == 1
		want := racy && gocontrol.RaceDetector
		var s strategy.Strategy = strategy.NewRandom()
		for _, record := range []bool{false, true} {
			s.Start(strategy.Execution{K: uint64(k), Seed: uint64(k)})
			o := e.Run(engine.Config{Goroutines: true, MaxSteps: 100, Threshold: 100, Record: record}, s, engine.Program{Body: body})
			race, ok := o.Err.(*failure.DataRace)
			switch {
			case ok != want || !ok && o.Err != nil:
				t.Fatalf("execution %d, recorded %v: %v", k, record, o.Err)
			case ok && (race.First.Place == race.Second.Place || race.First.Machine == race.Second.Machine || race.Step != o.Steps):
				t.Fatalf("execution %d of %d steps, recorded %v: %v\n%s", k, o.Steps, record, race, race.Detail())
			}
		}
	}
}
