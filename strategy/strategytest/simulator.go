package strategytest

import (
	"slices"
	"testing"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// maxSteps bounds executions when Execution.MaxSteps does not.
const maxSteps = 10_000

// Simulator runs a program under strategies the way the engine does, and fails the test when one breaks its contract.
// It is used by one goroutine.
type Simulator struct {
	// ExecutedFirst makes Executed come before the Enabled and Disabled calls of its step, instead of after them. A
	// strategy has to work either way.
	ExecutedFirst bool

	t       testing.TB
	program Program
	spawned []bool

	strategy strategy.Strategy
	faults   strategy.FaultPicker
	watch    strategy.Observer
	trace    Trace
	limit    int
	step     int

	ops     []*strategy.Op // pool, by Op.Index
	born    int
	threads []thread
	enabled []*strategy.Op
	offered []*strategy.Op
	owner   []int // thread of an operation, by Op.Index; -1 for faults and the end
	units   []int
	injects [][]*strategy.Op // by budget and place in Stops
	end     *strategy.Op
	last    *strategy.Op
	held    map[int]bool
	counts  map[int]int
	buffer  [2][]*strategy.Op
	did     []strategy.Action
}

type thread struct {
	op      *strategy.Op // nil before it exists
	at      int
	enabled bool
	stopped bool
	created int
	asked   int
}

// NewSimulator returns a simulator of the program.
func NewSimulator(t testing.TB, p Program) *Simulator {
	s := &Simulator{
		t: t, program: p, spawned: make([]bool, len(p.Threads)), threads: make([]thread, len(p.Threads)),
		units: make([]int, len(p.Budgets)), held: map[int]bool{}, counts: map[int]int{},
	}
	for _, th := range p.Threads {
		for _, a := range th {
			if a.code == spawn {
				s.spawned[a.n] = true
			}
		}
	}
	for _, b := range p.Budgets {
		s.injects = append(s.injects, make([]*strategy.Op, len(b.Stops)))
	}
	return s
}

// Run runs one execution of a program; it returns nil when Start returned false.
func Run(t testing.TB, st strategy.Strategy, p Program, e strategy.Execution) *Trace {
	t.Helper()
	return NewSimulator(t, p).Run(st, e)
}

// Run runs one execution; it returns nil when Start returned false. The trace is valid until the next one.
func (s *Simulator) Run(st strategy.Strategy, e strategy.Execution) *Trace {
	s.t.Helper()
	if len(s.program.Budgets) > 0 {
		st = strategy.WithFaults(st)
	}
	if !st.Start(e) {
		return nil
	}
	s.reset(st, e)
	s.limit = strategy.StepBoundOf(st, s.limit)
	s.wake()
	for s.next() {
	}
	s.trace.Result.Ops = s.born
	if f, ok := st.(strategy.Finisher); ok {
		f.Finish(s.trace.Result)
	}
	return &s.trace
}

// Explore runs n executions, or fewer when Start returns false, and returns how many. Execution k gets K = k, e.Seed
// as Run, a seed made of that and k, and the rest of e. A strategy.Learner gets its lessons.
func (s *Simulator) Explore(st strategy.Strategy, e strategy.Execution, n int, visit func(*Trace)) int {
	s.t.Helper()
	learn := newLessons(st)
	for k := range n {
		tr := s.Run(st, execution(e, k))
		if tr == nil {
			return k
		}
		visit(tr)
		learn.hear()
		if k+1 == learn.end {
			learn.teach(learn.all, k+1)
		}
	}
	return n
}

// execution describes execution k of a run.
func execution(e strategy.Execution, k int) strategy.Execution {
	e.K, e.Run = uint64(k), e.Seed
	e.Seed = SeedOf(e.Run, e.K)
	return e
}

// SeedOf is the seed of execution k of a run with a seed.
func SeedOf(seed, k uint64) uint64 {
	z := seed + (k+1)*0x9e3779b97f4a7c15 // SplitMix64
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (s *Simulator) reset(st strategy.Strategy, e strategy.Execution) {
	s.strategy = st
	s.faults, _ = st.(strategy.FaultPicker)
	s.watch = strategy.ObserverOf(st)
	t := &s.trace
	*t = Trace{Moves: t.Moves[:0], Choices: t.Choices[:0], Named: t.Named[:0], Values: t.Values[:0]}
	s.limit, s.step, s.born = e.MaxSteps, 0, 0
	if s.limit <= 0 {
		s.limit = maxSteps
	}
	s.enabled, s.owner, s.end, s.last = s.enabled[:0], s.owner[:0], nil, nil
	clear(s.held)
	clear(s.counts)
	for i, b := range s.program.Budgets {
		s.units[i] = b.Units
		clear(s.injects[i])
	}
	root := s.bear(strategy.Machine, nil, 0, -1)
	n := 0
	for i := range s.threads {
		s.threads[i] = thread{}
		if !s.spawned[i] {
			s.create(i, root, n)
			n++
		}
	}
}

// bear makes an operation appear.
func (s *Simulator) bear(kind strategy.OpKind, creator *strategy.Op, nth, owner int) *strategy.Op {
	if s.born == len(s.ops) {
		s.ops = append(s.ops, new(strategy.Op))
	}
	op := s.ops[s.born]
	*op = strategy.Op{Index: s.born, Kind: kind, Creator: creator, Nth: nth}
	s.born++
	s.owner = append(s.owner, owner)
	return op
}

func (s *Simulator) create(i int, creator *strategy.Op, nth int) {
	s.threads[i].op = s.bear(strategy.Machine, creator, nth, i)
	s.prepare(i)
}

// prepare moves a thread to the action at which it stands and shows it.
func (s *Simulator) prepare(i int) {
	th := &s.threads[i]
	if a, ok := s.action(i); ok && a.code == back {
		th.at = 0
	}
	if a, ok := s.action(i); ok {
		th.op.Next = a.of(th.op)
	}
}

// action returns what a thread does next.
func (s *Simulator) action(i int) (Action, bool) {
	th := &s.threads[i]
	if th.op == nil || th.stopped || th.at >= len(s.program.Threads[i]) {
		return Action{}, false
	}
	return s.program.Threads[i][th.at], true
}

func (s *Simulator) canMove(i int) bool {
	a, ok := s.action(i)
	return ok && !(a.code == lock && s.held[a.n]) && !(a.code == wait && s.counts[a.n] == 0)
}

// wake brings the enabled set up to date. It removes by moving the last one into the gap, so that the order of what a
// strategy is offered is not that of the indices.
func (s *Simulator) wake() {
	for i := range s.threads {
		th := &s.threads[i]
		can := s.canMove(i)
		switch {
		case can && !th.enabled:
			s.enabled = append(s.enabled, th.op)
			if s.watch != nil {
				s.watch.Enabled(th.op)
			}
		case !can && th.enabled:
			at, end := slices.Index(s.enabled, th.op), len(s.enabled)-1
			s.enabled[at] = s.enabled[end]
			s.enabled = s.enabled[:end]
			if s.watch != nil {
				s.watch.Disabled(th.op)
			}
		}
		th.enabled = can
	}
}

// next runs one step; it returns false at the end.
func (s *Simulator) next() bool {
	if s.step == s.limit {
		s.trace.Result.Bounded = true
		return false
	}
	s.offer()
	ops := s.enabled
	if len(ops) == 0 {
		s.trace.Deadlock = s.waiting()
		if len(s.offered) == 0 {
			return false
		}
		if s.end == nil {
			s.end = s.bear(strategy.End, nil, 0, -1)
			s.end.Next = strategy.Action{Kind: strategy.Finish}
		}
		ops = []*strategy.Op{s.end}
	}
	op := s.decide(ops)
	if op == s.end {
		return false
	}
	s.trace.Deadlock = false
	s.move(op)
	return true
}

func (s *Simulator) waiting() bool {
	for i := range s.threads {
		if _, more := s.action(i); more {
			return true
		}
	}
	return false
}

// decide lets the strategy choose, and records its choice.
func (s *Simulator) decide(ops []*strategy.Op) *strategy.Op {
	n := len(ops) + len(s.offered)
	if n == 1 {
		return ops[0]
	}
	s.buffer[0] = append(s.buffer[0][:0], ops...)
	s.buffer[1] = append(s.buffer[1][:0], s.offered...)
	var at int
	if len(s.offered) > 0 {
		at = s.faults.PickFault(s.step, s.buffer[0], s.buffer[1])
	} else {
		at = s.strategy.Pick(s.buffer[0])
	}
	if len(ops) > 1 {
		s.trace.Result.Picks++
	}
	switch {
	case at < 0 || at >= n:
		s.t.Fatalf("%T picked %d out of %d operations", s.strategy, at, n)
	case !slices.Equal(s.buffer[0], ops) || !slices.Equal(s.buffer[1], s.offered):
		s.t.Fatalf("%T changed the operations it was offered", s.strategy)
	}
	clear(s.buffer[0]) // who kept them finds nothing
	clear(s.buffer[1])
	c := schedule.Choice{Kind: schedule.Schedule, N: n, Value: strategy.Deviation(ops, s.offered, s.last, at)}
	var op *strategy.Op
	if at < len(ops) {
		op = ops[at]
	} else {
		op = s.offered[at-len(ops)]
	}
	s.trace.Choices = append(s.trace.Choices, c)
	s.trace.Named = append(s.trace.Named, schedule.Named{Choice: c, Op: op.Path()})
	return op
}
