package check

import (
	"testing"

	"github.com/ravelgo/ravel/internal/prose"
	"github.com/ravelgo/ravel/strategy"
)

// Bench measures how fast body is explored: one execution per iteration, with the nanoseconds and the number of joined
// steps reported. The default strategy is random. A failure ends the benchmark.
func Bench(b *testing.B, body func(*T), opts ...Option) {
	b.Helper()
	cfg := Config{Strategy: "random", Workers: 1}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(b, body)
	if err := cfg.normalize(false); err != nil {
		b.Fatal(err)
	}
	x := newExplorer(&cfg, body, b)
	defer x.close()
	w := x.workers[0]
	var k, steps uint64
	length, round := 0, x.lessonEnd(0)
	b.ReportAllocs()
	for b.Loop() {
		o, ok := x.run(w, x.execution(k, strategy.Execution{Length: length}), mode{})
		switch {
		case x.broken != nil:
			b.Fatalf("ravel: %v", x.broken)
		case !ok:
			b.Fatalf("ravel: strategy %s has explored everything after %s: it cannot be measured on this program", cfg.Strategy, prose.Plural(k, "execution"))
		case o.Err != nil:
			b.Fatalf("ravel: %s", x.reproduce(found{k, o.Err, append([]uint32(nil), o.Choices...)}).Text("", ""))
		}
		if k < 16 {
			length = max(length, o.Picks)
		}
		w.keepLesson(k)
		k++
		if k == round {
			x.teach()
			round = x.lessonEnd(k)
		}
		steps += uint64(o.Steps)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(steps, 1)), "ns/step")
	b.ReportMetric(float64(steps)/float64(k), "steps/op")
}
