package runtime

import "unsafe"

// Walks that are uniform over interleavings rather than over the next step: URW and SURW (Zhao, Wolff, Mathur,
// Roychoudhury, Selectively Uniform Concurrency Testing, ASPLOS 2025). They do what the strategies of those names in package
// strategy do, where they are described, and from the same profiles: goroutines have names that do not depend on the
// schedule, and the plan of an execution says how many steps each of them is expected to have left.

// ctlPlan and ctlShare: layout shared with package gocontrol, which describes them.
type ctlPlan struct {
	unit    int64
	selects bool
	root    uint64
	shares  []ctlShare // sorted by name
}

type ctlShare struct {
	name          uint64
	steps         int64
	selected      int64
	childSteps    int64
	childSelected int64
	nth           uint32
}

// ctlWalker is what is known of a goroutine.
type ctlWalker struct {
	name                      uint64
	steps                     int64  // that it has left, those of its unborn children included
	selected                  int64  // the same of those that touch the object that counts
	childSteps, childSelected int64  // of a child that the plan does not know
	nth                       uint32 // which of the objects that it touches is the one that counts; 0: none
	seen                      uint32 // objects that it has touched, as long as that matters
	amid                      bool   // it is blocked, or has been, in an action that has been counted
}

// ctlWeights is the part of a strategy that those walks need.
type ctlWeights struct {
	plan     *ctlPlan
	walkers  []ctlWalker    // by number of the goroutine
	target   unsafe.Pointer // the object that counts; nil until a goroutine has come to it
	intended guintptr       // who makes the next step that counts; 0 if it has to be drawn
	holder   int32          // who has locked the target; -1 for nobody
	stalled  uint32         // decisions since the intended one has last been able to move, while others wait

	// Who has touched what, until the target is found: an open hash table. It keeps the objects, so that no other object
	// gets the address of one.
	touched  []ctlTouch
	ntouched int
}

type ctlTouch struct {
	obj unsafe.Pointer
	id  int32
}

// As many decisions is an intended goroutine waited for that cannot move: see SURW in package strategy.
const (
	ctlPatience      = 32
	ctlPatiencePerOp = 4
)

func (w *ctlWeights) start(plan *ctlPlan) {
	walkers, touched := w.walkers[:0], w.touched
	if w.ntouched > 0 {
		clear(touched)
	}
	*w = ctlWeights{plan: plan, walkers: walkers, touched: touched, holder: -1}
}

func (s *ctlStrategy) weighs() bool { return s.kind == ctlURW || s.kind == ctlSURW }

// ctlName is PlanName of package strategy.
func ctlName(creator uint64, nth int32) uint64 {
	const goroutine = 4 * 0x9E3779B97F4A7C15 % (1 << 64)
	return ctlScramble(ctlScramble(creator+goroutine+1)+uint64(nth)) | 1
}

// ctlScramble is the finalizer of SplitMix64.
func ctlScramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// find returns what the plan says of a name, nil if that is nothing.
func (p *ctlPlan) find(name uint64) *ctlShare {
	low, high := 0, len(p.shares)
	for low < high {
		mid := int(uint(low+high) / 2)
		if p.shares[mid].name < name {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(p.shares) && p.shares[low].name == name {
		return &p.shares[low]
	}
	return nil
}

// born gives a new goroutine its share of what its creator, or nobody, has left.
func (s *ctlStrategy) born(gp, by *g) {
	w := &s.weights
	id := gp.ctlID
	for int(id) >= len(w.walkers) {
		w.walkers = append(w.walkers, ctlWalker{})
	}
	var creator *ctlWalker
	of := uint64(0)
	if gp.ctlCreator >= 0 {
		creator = &w.walkers[gp.ctlCreator]
		of = creator.name
	}
	me := &w.walkers[id]
	*me = ctlWalker{name: ctlName(of, gp.ctlNth)}
	known := w.plan.find(me.name)
	if known != nil {
		me.know(known)
	} else if creator != nil {
		me.steps, me.selected = creator.childSteps, creator.childSelected
	}
	if known == nil || creator == nil {
		return
	}
	creator.steps = max(creator.steps-known.steps, 0)
	creator.selected = max(creator.selected-known.selected, 0)
	if all := creator.selected + known.selected; w.intended.ptr() == by && known.selected > 0 &&
		int64(s.below(uint64(all))) < known.selected {
		w.intended.set(gp)
	}
}

func (me *ctlWalker) know(s *ctlShare) {
	me.steps, me.selected, me.childSteps, me.childSelected, me.nth = s.steps, s.selected, s.childSteps, s.childSelected, s.nth
}

// root makes a goroutine the one from which the plan starts.
func (s *ctlStrategy) root(gp *g) {
	if !s.weighs() {
		return
	}
	w := &s.weights
	me := &w.walkers[gp.ctlID]
	*me = ctlWalker{name: w.plan.root}
	if known := w.plan.find(me.name); known != nil {
		me.know(known)
	}
}

// acted counts the action that a goroutine has begun at its last point. over says that it has also come to its end: the
// goroutine is at its next point.
func (s *ctlStrategy) acted(gp *g, over bool) {
	w := &s.weights
	me := &w.walkers[gp.ctlID]
	onTarget := w.target != nil && gp.ctlKept == w.target
	if !me.amid {
		me.steps = max(me.steps-w.plan.unit, 0)
		if onTarget {
			me.selected = max(me.selected-w.plan.unit, 0)
			if w.intended.ptr() == gp {
				w.intended = 0
			}
		}
	}
	me.amid = !over
	switch {
	case !over:
		if w.holder == gp.ctlID {
			w.holder = -1 // what it waits for may have unlocked the target
		}
	case onTarget && gp.ctlKind == ctlKindLock:
		w.holder = gp.ctlID
	case onTarget && gp.ctlKind == ctlKindUnlock:
		w.holder = -1
	}
}

// gone forgets a goroutine that exits.
func (s *ctlStrategy) gone(gp *g) {
	w := &s.weights
	if w.intended.ptr() == gp {
		w.intended = 0
	}
	if w.holder == gp.ctlID {
		w.holder = -1
	}
	me := &w.walkers[gp.ctlID]
	me.steps, me.selected = 0, 0
}

// meet notes what a goroutine stands before, until the object is found that counts.
func (s *ctlStrategy) meet(gp *g) {
	w := &s.weights
	me := &w.walkers[gp.ctlID]
	if w.target != nil || me.seen >= me.nth {
		return
	}
	obj := gp.ctlKept
	if obj == nil || !w.touch(obj, gp.ctlID) {
		return
	}
	if me.seen++; me.seen == me.nth {
		w.target = obj
	}
}

// touch adds a goroutine's touch of an object and reports whether it is the first one.
func (w *ctlWeights) touch(obj unsafe.Pointer, id int32) bool {
	if 2*w.ntouched >= len(w.touched) {
		old := w.touched
		w.touched = make([]ctlTouch, 2*len(old)+64)
		for _, t := range old {
			if t.obj != nil {
				*w.slot(t.obj, t.id) = t
			}
		}
	}
	t := w.slot(obj, id)
	if t.obj != nil {
		return false
	}
	*t = ctlTouch{obj, id}
	w.ntouched++
	return true
}

// slot returns where a touch is, or where it belongs.
func (w *ctlWeights) slot(obj unsafe.Pointer, id int32) *ctlTouch {
	mask := uint64(len(w.touched) - 1)
	for i := ctlScramble(uint64(uintptr(obj)) + uint64(id)<<48); ; i++ {
		if t := &w.touched[i&mask]; t.obj == nil || t.obj == obj && t.id == id {
			return t
		}
	}
}

// below returns a number that is less than n, which is not 0.
func (s *ctlStrategy) below(n uint64) uint64 {
	x := ctlMix(&s.state)
	if n >= 1<<32 {
		return x % n
	}
	return x >> 32 * n >> 32
}
