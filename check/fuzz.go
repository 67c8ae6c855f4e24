package check

import (
	"testing"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/strategy"
)

// Fuzz makes the choice stream of body the fuzz input: Go's fuzzer mutates schedules under the guidance of coverage.
func Fuzz(f *testing.F, body func(*T), opts ...Option) {
	f.Helper()
	cfg := Config{Workers: 1}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(f, body)
	if err := cfg.normalize(testing.Short()); err != nil {
		misused(f, err)
	}
	attr.SetOutcome(f, attr.Passed) // unless an input says otherwise
	f.Add([]byte(nil))
	f.Add([]byte{1, 0, 1, 2, 3, 1, 0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		x := newExplorer(&cfg, body, t)
		defer x.close()
		defer x.watch()()
		x.knows(x.workers[0])
		w := x.workers[0]
		w.use(newFromBytes(data))
		o, _ := w.only(strategy.Execution{MaxSteps: cfg.Steps}, mode{check: true})
		if o.Err == nil {
			return
		}
		fail := x.reproduce(found{err: o.Err, choices: append([]uint32(nil), o.Choices...)})
		fail.Strategy = "fuzzing"
		attr.SetOutcome(t, outcomeOf(fail.Err, nil))
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
