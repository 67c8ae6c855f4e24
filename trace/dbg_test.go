package trace_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

func TestDbg(t *testing.T) {
	e := engine.New()
	s := strategy.WithFaults(strategy.NewRandom())
	m := map[string]int{}
	for k := range uint64(2000) {
		s.Start(strategy.Execution{K: k, Seed: 1, MaxSteps: 200})
		o := e.Run(engine.Config{MaxSteps: 200, Threshold: 100, Record: true}, s, engine.Program{Body: crash})
		if k == 7 {
			fmt.Println(trace.New(trace.Header{}, o.Events, o.Err).Text(trace.TextOptions{}))
		}
		m[fmt.Sprint(o.Err)]++
	}
	fmt.Println(m)
}
