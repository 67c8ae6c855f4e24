package strategy

import (
	"math"
	"slices"
	"testing"
)

// An execution that is not the base's own follows a kept one but at five positions, uniform over all of them; one in four
// is the base's own.
func TestFeedbackChangesFivePositions(t *testing.T) {
	const length, executions = 50, 8000
	f := NewFeedback(NewRandom())
	ops := make([]*Op, 1000) // so many that the base hardly ever decides as the kept one has it
	for i := range ops {
		ops[i] = &Op{Index: i, Nth: i, Creator: &Op{Index: len(ops)}}
	}
	run := func(k uint64) {
		f.Start(Execution{K: k, Seed: k})
		for _, op := range ops {
			f.Enabled(op)
		}
		for i := range length {
			if i%5 == 4 {
				f.Value(Value{N: 1 << 20, Op: ops[0]}) // one sequence with the picks (the second trap)
				continue
			}
			f.Executed(ops[f.Pick(ops)], []Action{{Kind: Write, Object: ModelObject(0)}})
		}
		f.Finish(Result{})
	}
	run(0)
	parent := f.Lesson().(kept)
	f.Learn([]any{parent, parent})
	if len(f.kept) != 1 {
		t.Fatalf("%d executions with one timeline are kept", len(f.kept))
	}
	own, at := 0, [length]int{}
	for k := range uint64(executions) {
		run(k + 1)
		var changed []int
		for i := range length {
			if f.path[i] != parent.path[i] {
				changed = append(changed, i)
			}
		}
		if len(changed) > length/2 {
			own++
			continue
		}
		if len(changed) > feedbackChanges {
			t.Fatalf("execution %d changes %d positions", k, len(changed))
		}
		for _, i := range changed {
			at[i]++
		}
	}
	if p, sigma := 0.25, math.Sqrt(0.25*0.75/executions); math.Abs(float64(own)/executions-p) > 4*sigma {
		t.Errorf("%d of %d executions are the base's own", own, executions)
	}
	want := float64(executions-own) * (1 - math.Pow(1-1.0/length, feedbackChanges)) * (1 - 1.0/1000)
	for i, n := range at {
		if math.Abs(float64(n)-want) > 4.5*math.Sqrt(want) {
			t.Errorf("position %d was changed %d times, expected %.0f", i, n, want)
		}
	}
}

// The kept executions stay within their bound; the oldest go first.
func TestFeedbackForgets(t *testing.T) {
	f := NewFeedback(NewRandom())
	long := make([]followed, feedbackMost/4)
	for i := range uint64(10) {
		f.Learn([]any{kept{signature{i}, slices.Clone(long[:len(long)-int(i)])}})
	}
	if f.length > feedbackMost || len(f.kept) != 4 || len(f.kept[0]) != len(long)-6 {
		t.Errorf("%d executions with %d choices are kept", len(f.kept), f.length)
	}
}

// Timelines tell apart in what order operations met at an object, and nothing else.
func TestTimeline(t *testing.T) {
	a, b := &Op{Index: 0}, &Op{Index: 1, Nth: 1}
	x, y, r := Action{Kind: Write, Object: ModelObject(0)}, Action{Kind: Write, Object: ModelObject(1)}, Action{Kind: Read, Object: ModelObject(0)}
	type step struct {
		op  *Op
		did []Action
	}
	of := func(steps ...step) signature {
		var l timeline
		l.reset()
		l.names.of(a)
		l.names.of(b)
		for _, s := range steps {
			l.executed(s.op, s.did)
		}
		return l.least
	}
	one := func(op *Op, act Action) step { return step{op, []Action{act}} }
	if of(one(a, x), one(b, y)) != of(one(b, y), one(a, x)) {
		t.Error("the order of steps at two objects matters")
	}
	if of(one(a, x), one(b, x)) == of(one(b, x), one(a, x)) {
		t.Error("the order of steps at an object does not matter")
	}
	if of(one(a, x), one(b, r)) == of(one(a, x), one(b, x)) {
		t.Error("a read is a write")
	}
	if of(one(a, x), one(b, x)) == of(one(a, y), one(b, y)) {
		t.Error("one object is like the other")
	}
	if of(step{a, []Action{x, y}}, one(b, y)) == of(one(a, x), one(b, y)) {
		t.Error("the second action of a joined step does not count")
	}
}

// Two sets that have the share j of their pairs in common agree in each part of the signature with probability j.
func TestTimelineIsMinHash(t *testing.T) {
	var src source
	src.seed(1, 0)
	const trials = 2000
	agree, whole := 0, 0
	for range trials {
		var p, q timeline
		p.reset()
		q.reset()
		for i := range 10 {
			pair := src.uint64()
			p.add(pair)
			if i < 5 { // 5 of 15
				q.add(pair)
				q.add(src.uint64())
			}
		}
		for i := range p.least {
			if p.least[i] == q.least[i] {
				agree++
			}
		}
		q = timeline{} // the parts are independent: 9 of 10 in common
		q.reset()
		p.reset()
		for i := range 10 {
			pair := src.uint64()
			p.add(pair)
			if i < 9 {
				q.add(pair)
			}
		}
		if p.least == q.least {
			whole++
		}
	}
	if got, want := float64(whole)/trials, math.Pow(0.9, float64(len(signature{}))); math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/trials) {
		t.Errorf("%.4f of the signatures of sets that share nine tenths are equal, expected %.4f", got, want)
	}
	n := float64(trials * len(signature{}))
	if p := 1.0 / 3; math.Abs(float64(agree)/n-p) > 5*math.Sqrt(p*(1-p)/n) {
		t.Errorf("signatures agree in %.4f of their parts, expected %.4f", float64(agree)/n, p)
	}
}

// A position of a kept execution that does not fit what is asked is not followed.
func TestFeedbackFollowsOnlyWhatFits(t *testing.T) {
	f := NewFeedback(NewRandom())
	op := &Op{Index: 0}
	f.Learn([]any{kept{signature{1}, []followed{{1 << 40, 0}, {7, 9}, {2, 3}, {0, 1 << 20}, {5, 9}, {1 << 41, 0}}}})
	followed := 0
	for k := range uint64(1000) {
		f.Start(Execution{K: k, Seed: k})
		for i := range 6 {
			v := f.Value(Value{N: 3, Op: op})
			if v < 0 || v > 2 {
				t.Fatalf("value %d of 3 at position %d", v, i)
			}
			if i == 2 && v == 2 {
				followed++
			}
		}
	}
	if followed < 400 {
		t.Errorf("the position that fits was followed %d times of 1,000", followed)
	}
}
