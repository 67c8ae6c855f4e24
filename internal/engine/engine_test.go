package engine_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

type token struct{ n int }

type node struct {
	next  ravel.ID
	seen  int
	total int
	laps  int
}

type setNext struct{ id ravel.ID }
type lap struct{}

var nodeMachine = ravel.Define[node]("Node",
	ravel.Start("Waiting",
		ravel.On(func(n *node, c *ravel.Context, s setNext) { n.next = s.id }),
		ravel.On(func(n *node, c *ravel.Context, t *token) {
			n.seen++
			n.total += t.n
			c.Send(n.next, t)
		}),
	),
)

type lapMonitor struct{ laps int }

var lapsMonitor = ravel.DefineMonitor[lapMonitor]("Laps",
	ravel.Warm("Counting", ravel.On(func(m *lapMonitor, c *ravel.MonitorContext, l lap) { m.laps++ })),
)

func ring(c *ravel.Context) {
	c.Monitor(lapsMonitor.New(&lapMonitor{}))
	var ids [4]ravel.ID
	for i := range ids {
		ids[i] = c.Create(nodeMachine.New(&node{}))
	}
	for i := range ids {
		c.Send(ids[i], setNext{ids[(i+1)%4]})
	}
	for i := range ids {
		c.Send(ids[i], &token{i})
	}
}

func runRing(b *testing.B, cfg engine.Config) {
	e := engine.New()
	defer e.Close()
	s := strategy.WithFaults(strategy.NewRandom())
	b.ReportAllocs()
	var k uint64
	steps := 0
	for b.Loop() {
		s.Start(strategy.Execution{K: k, Seed: k, MaxSteps: cfg.MaxSteps})
		o := e.Run(cfg, s, engine.Program{Body: ring})
		if o.Err != nil {
			b.Fatal(o.Err)
		}
		k++
		steps += o.Steps
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}

func BenchmarkRing(b *testing.B) { runRing(b, engine.Config{MaxSteps: 10000, Threshold: 5000}) }
func BenchmarkRingFingerprint(b *testing.B) {
	runRing(b, engine.Config{MaxSteps: 10000, Threshold: 5000, Fingerprint: true})
}
