package strategy_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ravelgo/ravel/strategy"
)

// Deviations number the alternatives from 0 on, in the documented order, and Index takes them back, whatever the order
// of the slices.
func TestDeviationOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	all := operations(60)
	for i, op := range all {
		if i%3 == 0 {
			op.Kind, op.Due = strategy.Timer, time.Duration(r.IntN(4))
		}
	}
	for round := range 5000 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		n, m := 1+r.IntN(12), r.IntN(5)
		ops, faults := slices.Clone(all[:n]), slices.Clone(all[n:n+m])
		if round%3 == 0 {
			slices.SortFunc(ops, byDefault)
		}
		var last *strategy.Op
		if r.IntN(4) > 0 {
			last = all[r.IntN(2*n)] // half of them are not enabled
		}
		want := slices.SortedFunc(slices.Values(ops), byDefault)
		if at := slices.Index(want, last); at >= 0 {
			want = slices.Insert(slices.Delete(want, at, at+1), 0, last)
		}
		want = append(want, slices.SortedFunc(slices.Values(faults), byDefault)...)
		both := append(slices.Clone(ops), faults...)
		for deviation, op := range want {
			at := slices.Index(both, op)
			if got := strategy.Deviation(ops, faults, last, at); got != deviation {
				t.Fatalf("round %d: deviation %d of operation %d, expected %d", round, got, op.Index, deviation)
			}
			if got := strategy.Index(ops, faults, last, deviation); got != at {
				t.Fatalf("round %d: index %d of deviation %d, expected %d", round, got, deviation, at)
			}
		}
	}
}

// byDefault is the default order as package strategy documents it.
func byDefault(a, b *strategy.Op) int {
	timers := func(o *strategy.Op) int { return map[bool]int{true: 1}[o.Kind == strategy.Timer] }
	return cmp.Or(timers(a)-timers(b), cmp.Compare(a.Due, b.Due), a.Index-b.Index)
}

func TestMoved(t *testing.T) {
	machine, timer, fault := &strategy.Op{}, &strategy.Op{Kind: strategy.Timer}, &strategy.Op{Kind: strategy.Fault}
	for _, c := range []struct{ last, op, want *strategy.Op }{
		{nil, machine, machine}, {machine, timer, machine}, {machine, fault, machine}, {nil, fault, nil},
	} {
		if got := strategy.Moved(c.last, c.op); got != c.want {
			t.Errorf("Moved(%p, %p) is %p, expected %p", c.last, c.op, got, c.want)
		}
	}
}
