package strategy

import (
	"math"
	"testing"
)

// After 100,000 executions of a program with few states every Q is far below what exp can tell from 0: the sum of the
// shipped tools is 0 then, and their quotients are no numbers (the third trap). Ours stay probabilities.
func TestQLDoesNotUnderflow(t *testing.T) {
	q := NewQL()
	ops := []*Op{{Index: 0}, {Index: 1, Nth: 1}}
	var lessons []any
	counts := [2]int{}
	for k := range uint64(100_000) {
		q.Start(Execution{K: k, Seed: k})
		q.Enabled(ops[0])
		q.Enabled(ops[1])
		at := q.Pick(ops)
		if k >= 90_000 {
			counts[at]++
		}
		q.Executed(ops[at], []Action{{Kind: Dequeue}})
		q.Finish(Result{})
		if lessons = append(lessons, q.Lesson()); len(lessons) == q.Round() {
			q.Learn(lessons)
			lessons = lessons[:0]
		}
	}
	under := false
	for i := range q.table.states {
		naive, tried := 0.0, q.table.tried(i)
		for _, v := range tried {
			if math.IsNaN(v.q) || math.IsInf(v.q, 0) {
				t.Fatalf("Q is %v", v.q)
			}
			naive += math.Exp(v.q)
		}
		under = under || len(tried) > 0 && naive == 0
	}
	if !under {
		t.Error("no state has come to where the plain softmax underflows: the test tests nothing")
	}
	if counts[0] < 3000 || counts[1] < 3000 {
		t.Errorf("the last 10,000 executions chose %v", counts)
	}
}

// The draw has the probabilities of the formula, for tried and untried actions alike.
func TestQLDraw(t *testing.T) {
	var src source
	src.seed(1, 0)
	for _, c := range []struct {
		s  qvalues
		of int
	}{
		{nil, 3},
		{qvalues{{0, -1}, {1, -2}}, 2},
		{qvalues{{0, -1}, {1, -0.5}}, 4},
		{qvalues{{0, -5000}, {1, -5001}}, 2},
	} {
		const n = 100_000
		counts := map[uint64]int{}
		for range n {
			action, tried := c.s.draw(&src, c.of)
			if !tried {
				action = 99
			}
			counts[action]++
		}
		most, total := math.Inf(-1), 0.0
		all := append([]qvalue{}, c.s...)
		for range c.of - len(c.s) {
			all = append(all, qvalue{99, 0})
		}
		for _, v := range all {
			most = max(most, v.q)
		}
		want := map[uint64]float64{}
		for _, v := range all {
			want[v.action] += math.Exp(v.q - most)
			total += math.Exp(v.q - most)
		}
		for action, w := range want {
			p := w / total
			if got := float64(counts[action]) / n; math.Abs(got-p) > 4*math.Sqrt(p*(1-p)/n) {
				t.Errorf("%+v, %d possible: action %d has probability %.4f, expected %.4f", c.s, c.of, action, got, p)
			}
		}
	}
}

// learn is the formula, by hand on two states.
func TestQLFormula(t *testing.T) {
	var table qtable
	path := []transition{{1, 7, 2}, {2, 8, 1}, {3, 0, 0}}
	table.learn(path)
	a, b := 0.3*(0-1), 0.3*(0-1) // no state had a Q yet
	table.learn(path)
	a = 0.7*a + 0.3*(0.7*b-2)
	b = 0.7*b + 0.3*(0-2)
	one, two := table.find(1), table.find(2)
	if got := table.value(one, 7).q; math.Abs(got-a) > 1e-12 {
		t.Errorf("Q(1,7) is %v, expected %v", got, a)
	}
	if got := table.value(two, 8).q; math.Abs(got-b) > 1e-12 {
		t.Errorf("Q(2,8) is %v, expected %v", got, b)
	}
	for i := range uint64(40) { // over to the index
		table.value(one, 100+i).q = -float64(i)
	}
	if v := table.value(one, 7); len(table.tried(one)) != 41 || math.Abs(v.q-a) > 1e-12 || !table.has(one, 139) || table.has(one, 140) {
		t.Errorf("%d actions", len(table.tried(one)))
	}
}

// States tell orders apart: of what an operation did, of the values it was given, and of who did it (the sixth trap).
func TestStandpointIsSensitive(t *testing.T) {
	a, b := &Op{Index: 0}, &Op{Index: 1, Nth: 1}
	x, y := Action{Kind: Write, Object: ModelObject(0)}, Action{Kind: Write, Object: ModelObject(1)}
	seen := map[uint64]int{}
	for i, run := range []func(p *standpoint){
		func(p *standpoint) { p.executed(a, []Action{x}); p.executed(a, []Action{y}) },
		func(p *standpoint) { p.executed(a, []Action{y}); p.executed(a, []Action{x}) },
		func(p *standpoint) { p.executed(a, []Action{x}); p.executed(b, []Action{y}) },
		func(p *standpoint) { p.executed(b, []Action{x}); p.executed(a, []Action{y}) },
		func(p *standpoint) { p.executed(a, []Action{x}); p.executed(a, []Action{x}) },
		func(p *standpoint) { p.told(a, 0); p.told(a, 1) },
		func(p *standpoint) { p.told(a, 1); p.told(a, 0) },
		func(p *standpoint) { p.enable(b, false) },
		func(p *standpoint) {},
	} {
		var p standpoint
		p.reset()
		p.enable(a, true)
		p.enable(b, true)
		run(&p)
		if other, ok := seen[p.sum]; ok {
			t.Errorf("runs %d and %d end in one state", other, i)
		}
		seen[p.sum] = i
	}
	var p, q standpoint // and do not tell apart what commutes
	for _, s := range []*standpoint{&p, &q} {
		s.reset()
		s.enable(a, true)
		s.enable(b, true)
	}
	p.executed(a, []Action{x})
	p.executed(b, []Action{y})
	q.executed(b, []Action{y})
	q.executed(a, []Action{x})
	if p.sum != q.sum {
		t.Error("two orders of independent steps end in two states")
	}
}
