package check

import (
	"testing"

	"github.com/ravelgo/ravel/strategy"
)

// Fuzz makes the choice stream of body the fuzz input: Go's fuzzer mutates schedules under the guidance of coverage.
func Fuzz(f *testing.F, body func(*T), opts ...Option) {
	f.Helper()
	cfg := Config{Workers: 1}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(f.Name(), body)
	if err := cfg.normalize(testing.Short()); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(nil))
	f.Add([]byte{1, 0, 1, 2, 3, 1, 0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		x := newExplorer(&cfg, body, t)
		defer x.close()
		defer x.watch()()
		w := x.workers[0]
		w.use(newFromBytes(data))
		o, _, _ := w.run(strategy.Execution{MaxSteps: cfg.Steps}, mode{check: true})
		if o.Err == nil {
			return
		}
		first := found{err: o.Err, choices: append([]uint32(nil), o.Choices...)}
		fail := x.reproduce(first)
		fail.Strategy = "fuzzing"
		t.Fatalf("ravel: %s", fail.Text("", ""))
	})
}

// fromBytes takes each choice from the next byte, or two where there are many alternatives; when they are used up it goes
// on with the default order and zeros.
type fromBytes struct {
	data []byte
	rest []byte
	last *strategy.Op
}

func newFromBytes(data []byte) *fromBytes { return &fromBytes{data: data} }

func (b *fromBytes) Start(strategy.Execution) bool {
	b.rest, b.last = b.data, nil
	return true
}

func (b *fromBytes) take(n int) int {
	v := 0
	for width := 1; len(b.rest) > 0 && width < n; width <<= 8 {
		v = v<<8 | int(b.rest[0])
		b.rest = b.rest[1:]
	}
	return v % n
}

func (b *fromBytes) Pick(ops []*strategy.Op) int { return b.PickFault(0, ops, nil) }
func (b *fromBytes) PickFault(_ int, ops, faults []*strategy.Op) int {
	return strategy.Index(ops, faults, b.last, b.take(len(ops)+len(faults)))
}
func (b *fromBytes) Value(v strategy.Value) int { return b.take(v.N) }
func (b *fromBytes) Enabled(*strategy.Op)       {}
func (b *fromBytes) Disabled(*strategy.Op)      {}
func (b *fromBytes) Executed(op *strategy.Op, _ []strategy.Action) {
	b.last = strategy.Moved(b.last, op)
}

// Bench measures how fast body is explored: one execution per iteration, with the nanoseconds and the number of joined
// steps reported. The default strategy is random. A failure ends the benchmark.
func Bench(b *testing.B, body func(*T), opts ...Option) {
	b.Helper()
	cfg := Config{Strategy: "random", Workers: 1}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(b.Name(), body)
	if err := cfg.normalize(false); err != nil {
		b.Fatal(err)
	}
	x := newExplorer(&cfg, body, b)
	defer x.close()
	w := x.workers[0]
	var k, steps uint64
	length := 0
	b.ReportAllocs()
	for b.Loop() {
		o, _, ok := w.run(x.execution(k, strategy.Execution{Length: length}), mode{})
		if !ok {
			b.Fatalf("ravel: strategy %s has explored everything after %d executions: it cannot be measured on this program", cfg.Strategy, k)
		}
		if o.Err != nil {
			b.Fatalf("ravel: %v", o.Err)
		}
		if k < 16 {
			length = max(length, o.Picks)
		}
		k++
		steps += uint64(o.Steps)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(steps, 1)), "ns/step")
	b.ReportMetric(float64(steps)/float64(k), "steps/op")
}
