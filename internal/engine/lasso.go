package engine

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/digest"
)

// lasso looks for cycles of states with a hot monitor.
type lasso struct {
	from   int // step of states[0]
	states []digest.Digest
	at     map[digest.Digest]int
	ran    []int32   // Op.Index of what ran between states[i] and states[i+1]
	on     [][]int32 // what was enabled in states[i]
	values []fairValue
	cycle  *cycle // being confirmed, or nil
}

type fairValue struct {
	state int // index of the state behind the step that chose
	op    int
	n, v  int
	fair  bool
}

func (l *lasso) reset() {
	l.states, l.ran, l.on, l.values = l.states[:0], l.ran[:0], l.on[:0], l.values[:0]
	clear(l.at)
	l.cycle = nil
}

func (l *lasso) chose(m *mach, n, v int, fair bool) {
	l.values = append(l.values, fairValue{len(l.states), m.op.Index, n, v, fair})
}

// step adds the state that the step has led to and looks whether it closes a fair cycle.
func (l *lasso) step(e *Engine) {
	hot := false
	for _, mo := range e.mons[:e.nmons] {
		hot = hot || mo.hot
	}
	if !hot || e.last == nil || e.confirm.on {
		l.reset()
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
		l.ran = append(l.ran, int32(e.last.Index))
	}
	on := make([]int32, len(e.enabled))
	for i, o := range e.enabled {
		on[i] = int32(o.Index)
	}
	i, again := l.at[e.fp.sum]
	l.at[e.fp.sum] = len(l.states)
	l.states = append(l.states, e.fp.sum)
	l.on = append(l.on, on)
	if again && l.fair(i, len(l.states)-1) {
		e.cycleFound(i)
	}
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
	type site struct{ op, n int }
	seen := map[site]map[int]bool{}
	for _, v := range l.values {
		if v.fair && v.state > i && v.state <= j {
			s := site{v.op, v.n}
			if seen[s] == nil {
				seen[s] = map[int]bool{}
			}
			seen[s][v.v] = true
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
	if o.pos < 0 {
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
		if mo.hot && mo.since < c.start {
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
