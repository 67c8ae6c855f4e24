package strategy

import "testing"

// The interesting object is uniform over those that two operations share and one of them writes, and drawn for each
// execution.
func TestSURWObjects(t *testing.T) {
	s := NewSURW()
	owner := &Op{Creator: &Op{Index: 0}, Index: 1}
	ops := []*Op{owner, {Creator: owner.Creator, Nth: 1, Index: 2}}
	s.Start(Execution{})
	for _, a := range []struct {
		op, object int
		kind       ActionKind
	}{{0, 1, Dequeue}, {1, 1, Send}, {0, 1 << 30, Write}, {1, 1 << 30, Read}, {0, 1<<30 + 1, Read}, {1, 1<<30 + 1, Read}, {1, 1<<30 + 2, Write}, {0, 2, Create}, {1, 2, Dequeue}} {
		s.Enabled(ops[a.op])
		s.Executed(ops[a.op], []Action{{Kind: a.kind, Object: Object(a.object)}})
	}
	s.Finish(Result{})
	s.Learn([]any{s.Lesson()})
	counts := map[object]int{}
	for k := range uint64(1000) {
		s.Start(Execution{K: 2, Seed: k})
		counts[s.rest.object]++
	}
	inbox, model := counts[object{op: s.rest.names.of(owner)}], counts[object{fixed: 1 << 30}]
	if inbox+model != 1000 || inbox < 430 || model < 430 {
		t.Errorf("the inbox was drawn %d times and the model %d times; in all %v", inbox, model, counts)
	}
}

// A timer that fires ahead of its turn is executed without having been enabled: it takes its share of the weight from its
// creator all the same.
func TestWeightsOfEarlyTimers(t *testing.T) {
	urw, surw := NewURW(), NewSURW()
	for _, s := range []interface {
		Strategy
		Observer
		Finisher
		Learner
	}{urw, surw} {
		root := &Op{Index: 0}
		timer := &Op{Index: 1, Kind: Timer, Creator: root}
		for _, k := range []uint64{0, 2} {
			s.Start(Execution{K: k})
			s.Enabled(root)
			s.Executed(root, []Action{{Kind: TimerStart, Object: TimerObject(1)}})
			if k == 2 {
				continue
			}
			s.Executed(timer, []Action{{Kind: Fire, Object: Inbox(0)}})
			s.Executed(root, []Action{{Kind: Dequeue, Object: Inbox(0)}})
			s.Finish(Result{})
			s.Learn([]any{s.Lesson()})
		}
		s.Executed(timer, []Action{{Kind: Fire, Object: Inbox(0)}})
	}
	// The root has two of three steps; the object of the other strategy is its inbox, which it touches in one of them.
	if left := urw.rest.left; left[0] != 1 || left[1] != 0 {
		t.Errorf("URW: %v steps are left, expected one of the root", left)
	}
	if left := surw.rest.left; left[0] != 1 || left[1] != 0 {
		t.Errorf("SURW: %v interesting steps are left, expected one of the root", left)
	}
}

// Names are those of paths: the same for operations with the same path, in whatever order they appear.
func TestNames(t *testing.T) {
	root := &Op{Index: 0}
	a, b := &Op{Index: 1, Creator: root}, &Op{Index: 2, Creator: root, Nth: 1}
	ops := []*Op{root, a, b}
	for i := range 3 {
		for nth := range 3 {
			ops = append(ops, &Op{Index: 3 + 4*i + nth, Creator: ops[i], Nth: nth + 2}, &Op{Index: 50 + 4*i + nth, Kind: Timer, Creator: ops[i], Nth: nth + 2})
		}
	}
	var forward, backward names
	seen := map[uint64]string{}
	for _, op := range ops {
		n := forward.of(op)
		if other, ok := seen[n]; ok {
			t.Errorf("%s and %s share a name", other, op.Path())
		}
		seen[n] = op.Path()
	}
	for i := len(ops) - 1; i >= 0; i-- {
		moved := *ops[i]
		moved.Index = 200 - moved.Index // another order of appearance
		if got := backward.of(&moved); seen[got] != moved.Path() {
			t.Errorf("%s has the name of %q", moved.Path(), seen[got])
		}
	}
}

// The total is that of a list, after any changes, and draws are proportional to the weights.
func TestWeights(t *testing.T) {
	var s weights
	var src source
	src.seed(1, 0)
	s.reset()
	weights := make([]int64, 100)
	total := int64(0)
	for range 5000 {
		place, w := src.intn(100), int64(src.intn(4))
		total += w - weights[place]
		weights[place] = w
		s.set(place, w)
		if s.total != total || s.has(place) != (w > 0) {
			t.Fatalf("the total is %d, expected %d", s.total, total)
		}
	}
	counts := make([]int, 100)
	for range 100 * int(total) {
		counts[s.draw(&src)]++
	}
	x, d := 0.0, -1.0
	for i, w := range weights {
		if w == 0 {
			if counts[i] > 0 {
				t.Fatalf("place %d has no weight and was drawn", i)
			}
			continue
		}
		want := 100 * float64(w)
		x += (float64(counts[i]) - want) * (float64(counts[i]) - want) / want
		d++
	}
	if x > 1.7*d {
		t.Errorf("chi-square %.1f with %.0f degrees of freedom", x, d)
	}
}
