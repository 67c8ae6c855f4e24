package strategy

// QL is Q-learning: it learns where it has been, and goes elsewhere.
//
// In state s it takes action a with probability exp(Q(s,a)) / (sum of exp(Q(s,b)) over the possible b); Q is 0 at first.
// An action is the operation that moves, or the value of a choice. After an execution each of its transitions
// from s by a to t, in their order, changes Q(s,a) to
//
//	0.7 Q(s,a) + 0.3 (0.7 max_b Q(t,b) - visits(t))
//
// where visits counts how often t was met: what was seen often is avoided. The sum is of exp(Q - max Q), which does not
// underflow, however often a state is met.
//
// A state is what a strategy can see of it: for each operation a hash of what it has done and of the values it was
// given, in order, whether it is enabled, and its next action. The data of the program is not part of it.
//
// Guarantee: none. It is offered for comparison: it was the worst of five in the data of RFF's authors. It is fair only
// where operations that wait keep meeting old states, so it does not say so. A step costs O(1) in a new state, else
// O(actions tried there), and O(n) for n operations where most have been tried. The memory grows with the states, up to
// a million of them; what lies behind is not learnt.
//
// Source: Mukherjee, Deligiannis, Biswas, Lal, "Learning-Based Controlled Concurrency Testing", OOPSLA 2020, and the
// implementation by its authors in Coyote (microsoft/coyote, Source/Core/Testing/Interleaving/QLearningStrategy.cs at
// 1c05bbd). Like Coyote's are the two rates, the softmax over Q, the reward of -1 for each time that the state
// reached was met in the whole run, this execution included, and that transitions teach in their order. What differs:
//   - Coyote learns after each execution. Here the 16 executions of a round choose by the Q of earlier rounds, and teach
//     in their order (see Learner): so it does the same with any number of workers.
//   - Coyote's sum of exp(Q) underflows to 0 after some hundred visits of a state, and its quotients are no numbers.
//   - Its state is a hash that the runtime keeps of the operation that runs, to which users may add data.
//   - In max_b it counts a Q of 0 for each b that was ever possible in t and has not been tried; here it does so if fewer
//     have been tried than are possible now.
//   - It weighs a step at which it injects a failure 1,000 times; faults are planned here, and no action of Q.
//   - Its last choice of an execution, which no state follows, teaches nothing; here the end is a state.
type QL struct {
	src    source
	table  *qtable
	where  standpoint
	places places
	path   []transition
}

const qlRound = 16

// NewQL returns Q-learning.
func NewQL() *QL { return &QL{table: new(qtable)} }

// Start implements Strategy.
func (q *QL) Start(e Execution) bool {
	q.src.seed(e.Seed, streamPicks)
	q.where.reset()
	q.places.reset()
	q.path = nil // the one before may be a lesson
	return true
}

// Pick implements Strategy.
func (q *QL) Pick(ops []*Op) int {
	state := q.where.sum
	at := q.choose(q.table.find(state), ops)
	q.path = append(q.path, transition{state, q.where.names.of(ops[at]), len(ops)})
	return at
}

// choose chooses in the state at a place of the table; -1 if it is not there.
func (q *QL) choose(place int, ops []*Op) int {
	n := len(ops)
	if place < 0 {
		return q.src.intn(n)
	}
	if action, tried := q.table.tried(place).draw(&q.src, n); tried {
		if op := q.where.find(action); op != nil {
			return q.places.find(ops, op)
		}
	}
	for range guesses {
		if at := q.src.intn(n); !q.table.has(place, q.where.names.of(ops[at])) {
			return at
		}
	}
	at, left := q.src.intn(n), 0
	for i, op := range ops {
		if !q.table.has(place, q.where.names.of(op)) {
			if left++; q.src.intn(left) == 0 {
				at = i
			}
		}
	}
	return at
}

// guesses is how often something untried is guessed before it is looked for.
const guesses = 4

// Value implements Strategy.
func (q *QL) Value(v Value) int {
	state := q.where.asked(v.Op)
	at := q.chooseValue(q.table.find(state), v.N)
	q.path = append(q.path, transition{state, uint64(at), v.N})
	q.where.told(v.Op, uint64(at))
	return at
}

func (q *QL) chooseValue(place, n int) int {
	if place < 0 {
		return q.src.intn(n)
	}
	if action, tried := q.table.tried(place).draw(&q.src, n); tried && action < uint64(n) {
		return int(action)
	}
	at := q.src.intn(n)
	for range n { // the next one that has not been tried
		if !q.table.has(place, uint64(at)) {
			break
		}
		at = (at + 1) % n
	}
	return at
}

// Enabled implements Observer.
func (q *QL) Enabled(op *Op) {
	q.places.enabled(op)
	q.where.enable(op, true)
}

// Disabled implements Observer.
func (q *QL) Disabled(op *Op) {
	q.places.disabled(op)
	q.where.enable(op, false)
}

// Executed implements Observer.
func (q *QL) Executed(op *Op, did []Action) { q.where.executed(op, did) }

// Finish implements Finisher.
func (q *QL) Finish(Result) { q.path = append(q.path, transition{state: q.where.sum}) }

// Lesson implements Learner.
func (q *QL) Lesson() any { return q.path }

// Learn implements Learner.
func (q *QL) Learn(lessons []any) {
	for _, l := range lessons {
		q.table.learn(l.([]transition))
	}
}

// Round implements Learner.
func (q *QL) Round() int { return qlRound }
