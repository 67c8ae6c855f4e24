package engine

import (
	"slices"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/digest"
)

// lasso looks for cycles of states with a hot monitor.
type lasso struct {
	states []digest.Digest
	at     map[digest.Digest]int // index in states of the last state that is equal
	before []int                 // index of the state before that is equal, -1 if there is none
	ran    []int32               // Op.Index of what ran between states[i] and states[i+1]
	on     [][]int32             // what was enabled in states[i]
	values []fairValue
	cycle  *cycle // being confirmed, or nil
}

type fairValue struct {
	site
	state int // index of the state behind the step that chose
	v     int
	fair  bool
}

func (l *lasso) reset() {
	l.states, l.before, l.ran, l.on, l.values = l.states[:0], l.before[:0], l.ran[:0], l.on[:0], l.values[:0]
	clear(l.at)
	l.cycle = nil
}

func (l *lasso) chose(m *mach, n, v int, fair bool) {
	if n == 1 || l.cycle != nil {
		return
	}
	s := site{op: m.op.Index, n: n}
	if fair {
		s.at = userSite()
	}
	l.values = append(l.values, fairValue{site: s, state: len(l.states), v: v, fair: fair})
}

// step adds the state that the step has led to and looks whether it closes a fair cycle.
func (l *lasso) step(e *Engine) {
	hot := false
	for _, mo := range e.mons[:e.nmons] {
		hot = hot || mo.hot
	}
	if !hot || e.current == nil || e.confirm.on || e.fp.env.Err != nil {
		l.reset() // the last: what has no fingerprint may differ in states that look the same
		return
	}
	if l.cycle != nil {
		e.roundStep()
		return
	}
	if l.at == nil {
		l.at = map[digest.Digest]int{}
	}
	if len(l.states) > 0 {
		l.ran = append(l.ran, int32(e.current.Index))
	}
	ops := e.enabled
	if len(ops) == 0 && e.cfg.Ordered {
		ops = e.dueTimers()
	}
	on := make([]int32, len(ops))
	for i, o := range ops {
		on[i] = int32(o.Index)
	}
	i, again := l.at[e.fp.sum]
	if !again {
		i = -1
	}
	j := len(l.states)
	l.at[e.fp.sum] = j
	l.states, l.before, l.on = append(l.states, e.fp.sum), append(l.before, i), append(l.on, on)
	// Two cycles through one state, neither of them fair, may be fair together: look at longer ones as well.
	for range longer {
		if i < 0 {
			return
		}
		if l.fair(i, j) {
			e.cycleFound(i)
			return
		}
		i = l.before[i]
	}
}

// longer is how many cycles that end in one state are tried.
const longer = 16

// site is where a program makes a choice.
type site struct {
	op int
	at uint64 // in the code, if the choice is fair
	n  int
}

// fair reports whether the cycle from state i to state j gives every operation its turn and every fair choice its values.
func (l *lasso) fair(i, j int) bool {
	ran := map[int32]bool{}
	for _, o := range l.ran[i:j] {
		ran[o] = true
	}
	for _, on := range l.on[i:j] {
		for _, o := range on {
			if !ran[o] {
				return false
			}
		}
	}
	seen := map[site]map[int]bool{}
	for _, v := range l.values {
		if v.fair && v.state > i && v.state <= j {
			if seen[v.site] == nil {
				seen[v.site] = map[int]bool{}
			}
			seen[v.site][v.v] = true
		}
	}
	for s, vs := range seen {
		if len(vs) < s.n {
			return false
		}
	}
	return true
}

// cycleFound is called when the state equals that of index i of the lasso, and the cycle between is fair.
func (e *Engine) cycleFound(i int) {
	l := &e.lasso
	c := &cycle{start: e.steps - (len(l.states) - 1 - i), state: e.fp.sum}
	c.ran = append(c.ran, l.ran[i:]...)
	for _, v := range l.values {
		if v.state > i {
			c.values = append(c.values, v.v)
		}
	}
	l.cycle = c
	e.special = true
}

// rounds is how often a cycle is run again before it is believed.
const rounds = 10

// cycle is a fair cycle that is being confirmed: the engine runs the same operations and values again. These steps are no
// choices: a replay that looks for lassos finds the same cycle at the same step.
type cycle struct {
	start  int
	ran    []int32
	values []int
	state  digest.Digest
	step   int // position in ran
	value  int // position in values
	round  int
}

// pickAgain returns the next operation of the cycle, nil if it cannot move: the cycle was none.
func (e *Engine) pickAgain() *op {
	c := e.lasso.cycle
	o := e.ops[c.ran[c.step]]
	on := o.pos >= 0
	if e.cfg.Ordered && o.t != nil {
		on = len(e.enabled) == 0 && slices.Contains(e.dueTimers(), &o.Op)
	}
	if !on {
		e.abandonCycle()
		return nil
	}
	c.step++
	return o
}

// again resolves a data choice as the cycle did.
func (e *Engine) again(n int) (int, bool) {
	c := e.lasso.cycle
	if c.value >= len(c.values) || c.values[c.value] >= n {
		e.abandonCycle()
		return 0, false
	}
	v := c.values[c.value]
	c.value++
	return v, true
}

// roundStep is called after each step of a confirmation.
func (e *Engine) roundStep() {
	c := e.lasso.cycle
	if c.step < len(c.ran) {
		return
	}
	if e.fp.sum != c.state {
		e.abandonCycle()
		return
	}
	c.step, c.value = 0, 0
	if c.round++; c.round < rounds {
		return
	}
	for _, mo := range e.mons[:e.nmons] {
		if mo.hot && mo.since <= c.start {
			e.end(&failure.Livelock{
				Site:  failure.Site{Machine: mo.name, State: mo.StateName(), Step: e.steps},
				Hot:   failure.Hot{Monitor: mo.name, State: mo.StateName(), Since: mo.since},
				Start: c.start, Length: len(c.ran), Threshold: e.cfg.Threshold,
			})
			return
		}
	}
	e.abandonCycle()
}

// abandonCycle goes back to the strategy.
func (e *Engine) abandonCycle() {
	e.lasso.reset()
	e.special = e.ordinarySpecial()
}
