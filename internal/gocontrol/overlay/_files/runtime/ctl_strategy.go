package runtime

// Strategies that decide inside the runtime, without leaving the goroutine that asks. Keep in sync with Strategy in
// package gocontrol.
const (
	ctlRandom  = iota // uniform among the alternatives
	ctlPCT            // highest priority, with priority change points
	ctlReplay         // a recorded list
	ctlDefault        // go on, else the goroutine created first; the first ready case
	ctlAsk            // the root calls a function
	ctlPOS            // a random priority for each pending operation
	ctlURW            // uniform over interleavings, see ctl_weighted.go
	ctlSURW           // the same, of the steps that touch one object
)

// ctlSelectBit marks the decision of a select: the rest is the index of the case. Without it, the decision is the
// number of the goroutine that runs next.
const ctlSelectBit = 1 << 31

// ctlMaxDepth bounds the number of priority change points.
const ctlMaxDepth = 64

type ctlStrategy struct {
	kind   uint8
	state  uint64 // generator
	picks  uint64
	change [ctlMaxDepth]uint64 // sorted
	rank   [ctlMaxDepth]uint32 // the priority that a change point gives: by the order in which they were drawn
	nchg   int32
	list   []uint32
	pos    int

	weights ctlWeights

	// A question for the root, when kind is ctlAsk.
	asking   bool
	question ctlQuestion
	answered bool
	answer   uint32
	asker    guintptr // goes on after the answer
}

// ctlQuestion is a decision to be taken by a function. Layout shared with package gocontrol.
type ctlQuestion struct {
	current int32  // the goroutine that asks, -1 when the last one blocked or exited
	kind    uint32 // its pending operation
	obj     uintptr
	sel     bool     // alternatives are cases of a select
	alts    []uint32 // goroutine numbers, or case indexes
}

// start prepares a strategy. For PCT: depth-1 change points, distinct and uniform among the first picks, as many as expected (Burckhardt et al., A Randomized
// Scheduler with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010, section 3).
func (s *ctlStrategy) start(kind uint8, seed uint64, depth int32, expect uint64, list []uint32, plan *ctlPlan) {
	alts, weights := s.question.alts, s.weights // they keep their buffers
	*s = ctlStrategy{kind: kind, state: seed, list: list, weights: weights}
	s.question.alts = alts[:0]
	s.weights.start(plan)
	if kind == ctlPCT {
		for i := uint64(0); i+1 < uint64(depth) && i < min(ctlMaxDepth, expect); i++ {
			s.insert(ctlMix(&s.state) % (expect - i))
		}
	}
}

// insert adds a change point: the at-th of the picks that have none yet.
func (s *ctlStrategy) insert(at uint64) {
	i := int32(0)
	for i < s.nchg && s.change[i] <= at {
		at++
		i++
	}
	for j := s.nchg; j > i; j-- {
		s.change[j], s.rank[j] = s.change[j-1], s.rank[j-1]
	}
	s.change[i], s.rank[i] = at, uint32(s.nchg+1)
	s.nchg++
}

// newPriority is above every priority that a change point gives.
func (s *ctlStrategy) newPriority() uint32 {
	switch s.kind {
	case ctlPCT:
		return uint32(ctlMix(&s.state)>>33) | 1<<31
	case ctlPOS:
		return uint32(ctlMix(&s.state) >> 32)
	}
	return 0
}

func (s *ctlStrategy) uniform(n int32) int32 {
	return int32(uint64(uint32(ctlMix(&s.state)>>32)) * uint64(n) >> 32)
}

// alternative is the i-th goroutine that may run next: the current one, if it may go on, and the run queue.
func (r *ctlRegion) alternative(i int32, cur *g) *g {
	if cur != nil {
		if i == 0 {
			return cur
		}
		i--
	}
	return r.runq[i].ptr()
}

// choose picks one of n > 1 alternatives. cur is the current goroutine if it is one of them, else nil. It must not be
// called with ctlAsk.
func (r *ctlRegion) choose(n int32, cur *g) int32 {
	s := &r.strategy
	var k int32
	switch s.kind {
	case ctlRandom:
		k = s.uniform(n)
	case ctlPCT:
		k = r.highest(n, cur)
	case ctlPOS:
		k = r.top(n, cur)
	case ctlURW:
		k = r.weighted(n, cur)
	case ctlSURW:
		k = r.selective(n, cur)
	case ctlReplay:
		k = r.find(n, cur)
	default:
		if cur == nil {
			for i := int32(1); i < n; i++ {
				if r.runq[i].ptr().ctlID < r.runq[k].ptr().ctlID {
					k = i
				}
			}
		}
	}
	if !r.unwinding {
		r.decisions = append(r.decisions, ctlDecision(uint32(r.alternative(k, cur).ctlID), int(k)))
	}
	return k
}

// ctlDecision is a decision as it is recorded: the number of a goroutine, or of a case with ctlSelectBit, and above it the
// place among the alternatives.
func ctlDecision(what uint32, place int) uint64 { return uint64(place)<<32 | uint64(what) }

func (r *ctlRegion) highest(n int32, cur *g) (k int32) {
	s := &r.strategy
	k = r.top(n, cur)
	for i := int32(0); i < s.nchg && s.change[i] <= s.picks; i++ {
		if s.change[i] == s.picks {
			r.alternative(k, cur).ctlPrio = s.rank[i]
			k = r.top(n, cur)
		}
	}
	s.picks++
	return k
}

// top returns the alternative with the highest priority.
func (r *ctlRegion) top(n int32, cur *g) (k int32) {
	best := r.alternative(0, cur).ctlPrio
	for i := int32(1); i < n; i++ {
		if p := r.alternative(i, cur).ctlPrio; p > best {
			best, k = p, i
		}
	}
	return k
}

// did tells the strategy that a goroutine has made a move. over says that the move has ended at a point.
func (r *ctlRegion) did(gp *g, over bool) {
	switch r.strategy.kind {
	case ctlPOS:
		r.executed(gp)
	case ctlURW, ctlSURW:
		r.strategy.acted(gp, over)
	}
}

// executed gives new priorities after the operation of a goroutine: to what it does next, and to every pending operation
// that races with the one done (Yuan, Yang, Gu, Partial Order Aware Concurrency Sampling, CAV 2018).
func (r *ctlRegion) executed(gp *g) {
	s := &r.strategy
	gp.ctlPrio = uint32(ctlMix(&s.state) >> 32)
	obj := gp.ctlKept
	if obj == nil {
		return
	}
	for i := int32(0); i < r.nrunq; i++ {
		if other := r.runq[i].ptr(); other.ctlKept == obj && !(ctlReads(gp.ctlKind) && ctlReads(other.ctlKind)) {
			other.ctlPrio = uint32(ctlMix(&s.state) >> 32)
		}
	}
}

// ctlReads reports whether two operations of that kind on one object may change places.
func ctlReads(kind uint8) bool {
	return kind == ctlKindAtomicLoad || kind == ctlKindMemoryRead || kind == ctlKindRLock
}

// find replays a decision. A list that does not fit ends the execution: guessing on would be another schedule.
func (r *ctlRegion) find(n int32, cur *g) int32 {
	if d, ok := r.strategy.next(); ok {
		for i := int32(0); i < n; i++ {
			if uint32(r.alternative(i, cur).ctlID) == d {
				return i
			}
		}
	}
	r.stop(ctlDiverged)
	return 0
}

func (s *ctlStrategy) next() (uint32, bool) {
	if s.pos == len(s.list) {
		return 0, false
	}
	d := s.list[s.pos]
	s.pos++
	return d, true
}

// chooseCase picks one of the ready cases of a select.
func (r *ctlRegion) chooseCase(gp *g, cases []scase, nsends, ready int) int {
	s := &r.strategy
	nth := 0
	switch {
	case gp.ctlMasked || r.host.atomic:
		for i := range cases {
			if ctlCaseReady(&cases[i], i < nsends) {
				return i
			}
		}
	case r.host.on && r.host.stepping:
		return r.askCase(gp, cases, nsends)
	}
	switch s.kind {
	case ctlRandom, ctlPCT, ctlPOS, ctlURW, ctlSURW:
		nth = int(s.uniform(int32(ready)))
	case ctlReplay:
		d, ok := s.next()
		i := int(d &^ ctlSelectBit)
		if !ok || d&ctlSelectBit == 0 || i >= len(cases) || !ctlCaseReady(&cases[i], i < nsends) {
			r.stop(ctlDiverged)
			mcall(ctlFreeze_m)
			ctlUnwindIfDoomed(gp)
			throw("ctl: resumed after the end")
		}
		r.decisions = append(r.decisions, uint64(d))
		return i
	case ctlAsk:
		i := r.askCase(gp, cases, nsends)
		r.decisions = append(r.decisions, uint64(uint32(i)|ctlSelectBit))
		return i
	}
	i := int(r.readyCases(gp, cases, nsends)[nth])
	if !r.unwinding {
		r.decisions = append(r.decisions, ctlDecision(uint32(i)|ctlSelectBit, nth))
	}
	return i
}

// readyCases returns the ready cases of a select in the order in which they are alternatives. Each select of a goroutine
// begins with another one, so that who always takes the first alternative gives every case its turn: a loop around a
// select relies on that.
func (r *ctlRegion) readyCases(gp *g, cases []scase, nsends int) []uint32 {
	q := &r.strategy.question
	ready := 0
	for i := range cases {
		if ctlCaseReady(&cases[i], i < nsends) {
			ready++
		}
	}
	q.alts = q.alts[:0]
	skip := int(gp.ctlSelects) % ready
	gp.ctlSelects++
	for range 2 {
		n := 0
		for i := range cases {
			if !ctlCaseReady(&cases[i], i < nsends) {
				continue
			}
			if n >= skip && len(q.alts) < ready {
				q.alts = append(q.alts, uint32(i))
			}
			n++
		}
		skip = 0
	}
	return q.alts
}

// askCase lets the root choose among the ready cases.
func (r *ctlRegion) askCase(gp *g, cases []scase, nsends int) int {
	s := &r.strategy
	q := &s.question
	q.current, q.kind, q.obj, q.sel = gp.ctlID, ctlKindSelect, 0, true
	r.readyCases(gp, cases, nsends)
	s.asker.set(gp)
	s.asking = true
	if raceenabled && gp.ctlService {
		ctlOrder(gp, false)
	}
	mcall(ctlAsk_m)
	if raceenabled && gp.ctlService {
		ctlOrder(gp, true)
	}
	ctlUnwindIfDoomed(gp)
	s.answered = false
	return int(s.answer)
}

// ctlAsk_m leaves the baton with nobody and lets the root answer; the asking goroutine waits where it is.
func ctlAsk_m(gp *g) {
	r := gp.bubble.ctl
	ctlSuspend(gp)
	lock(&r.mu)
	r.cur = 0
	unlock(&r.mu)
	ctlResume(ctlWakeRoot(r))
}
