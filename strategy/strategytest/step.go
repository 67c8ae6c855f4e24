package strategytest

import (
	"slices"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// offer collects the faults that may happen now.
func (s *Simulator) offer() {
	s.offered = s.offered[:0]
	for b, budget := range s.program.Budgets {
		for j, target := range budget.Stops {
			if s.units[b] == 0 || target >= 0 && !s.alive(target) {
				continue
			}
			op := s.injects[b][j]
			if op == nil {
				op = s.bear(strategy.Fault, s.ops[0], 100*b+j, -1)
				op.Budget = b
				op.Next = strategy.Action{Kind: strategy.Inject, Object: strategy.BudgetObject(b)}
				s.injects[b][j] = op
			}
			op.Units = s.units[b]
			s.offered = append(s.offered, op)
		}
	}
}

func (s *Simulator) alive(i int) bool {
	_, more := s.action(i)
	return more
}

// move runs the step of an operation and reports it.
func (s *Simulator) move(op *strategy.Op) {
	s.did = s.did[:0]
	if op.Kind == strategy.Fault {
		s.inject(op)
	} else {
		s.run(s.owner[op.Index])
	}
	s.step++
	s.trace.Result.Steps++
	s.last = strategy.Moved(s.last, op)
	if s.ExecutedFirst {
		s.report(op)
		s.wake()
	} else {
		s.wake()
		s.report(op)
	}
}

func (s *Simulator) report(op *strategy.Op) {
	if s.watch != nil {
		s.watch.Executed(op, s.did)
	}
	for i := range s.did { // who kept them finds nonsense
		s.did[i] = strategy.Action{Kind: strategy.Finish, Object: ^strategy.Object(0)}
	}
}

func (s *Simulator) inject(op *strategy.Op) {
	b := op.Budget
	s.did = append(s.did, op.Next)
	s.units[b]--
	place := slices.Index(s.injects[b], op)
	target := s.program.Budgets[b].Stops[place]
	if target >= 0 {
		s.threads[target].stopped = true
	}
	s.trace.Moves = append(s.trace.Moves, Move{Thread: target, Action: -1, Step: s.step, Budget: b, Place: place})
}

// run runs an action of a thread and those joined to it.
func (s *Simulator) run(i int) {
	for {
		a, _ := s.action(i)
		th := &s.threads[i]
		s.trace.Moves = append(s.trace.Moves, Move{Thread: i, Action: th.at, Step: s.step})
		s.did = append(s.did, a.of(th.op))
		s.act(i, a)
		th.at++
		s.prepare(i)
		if !a.joined || !s.canMove(i) {
			return
		}
	}
}

func (s *Simulator) act(i int, a Action) {
	th := &s.threads[i]
	switch a.code {
	case lock:
		s.held[a.n] = true
	case unlock:
		s.held[a.n] = false
	case wait:
		s.counts[a.n]--
	case signal:
		s.counts[a.n]++
	case spawn:
		s.create(a.n, th.op, th.created)
		th.created++
	case choose:
		s.ask(th, schedule.Int, a.n)
	case flip:
		s.ask(th, schedule.Bool, 2)
	}
}

func (s *Simulator) ask(th *thread, kind schedule.Kind, n int) {
	v := s.strategy.Value(strategy.Value{Kind: kind, N: n, Op: th.op})
	if v < 0 || v >= n {
		s.t.Fatalf("%T chose the value %d out of %d", s.strategy, v, n)
	}
	c := schedule.Choice{Kind: kind, N: n, Value: v}
	s.trace.Choices = append(s.trace.Choices, c)
	s.trace.Named = append(s.trace.Named, schedule.Named{Choice: c, Op: th.op.Path(), Nth: th.asked})
	s.trace.Values = append(s.trace.Values, v)
	th.asked++
}
