package strategy

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/ravelgo/ravel/schedule"
)

// walker explores a tree, alone or beside others.
type walker struct {
	*tree
	busy, left bool // guarded by tree.mu
	broken     bool // the program is not deterministic

	counts  []uint64    // executions by cost
	stack   []*branch   // with children that are due, the deepest last
	path    []deviation // of the present execution: a branch on the stack has the first level of them
	parent  *branch     // of the present execution; nil of the first one
	present *branch
	spent   *branch // whose memory may be used again
	common  int     // choices that the present execution has in common with the one before
	depth   int     // choices made in this execution
	hash    uint64  // of those before the present one's first new choice
	next    int     // in the path of the present execution
	marks   []mark  // by saved state

	asked  int   // choices that the engine has asked for in this execution: see delayed.Common
	before []int // those before each of the walker's, and in the end all

	seed    uint64 // of the run
	sampled bool   // the present execution is one of a sampling
	sample  sample
}

// mark is where a walker stood when a state was saved.
type mark struct {
	depth, next, asked int
	hash               uint64
}

// start prepares the next execution; it returns false when there is none.
func (w *walker) start() bool {
	if !w.advance() {
		return false
	}
	w.depth, w.next, w.hash = 0, 0, 0
	if w.sampled {
		return true
	}
	for w.present.cost >= len(w.counts) {
		w.counts = append(w.counts, 0)
	}
	w.counts[w.present.cost]++
	return true
}

// advance finds the next execution: a child of the last one, as deep as possible; else one that the tree has.
func (w *walker) advance() bool {
	switch {
	case w.over.Load():
		return false
	case w.full != nil && w.full():
		return w.exceed()
	case w.hungry.Load() > 0:
		w.share()
	}
	w.common = w.depth
	for {
		for n := len(w.stack); n > 0; n-- {
			b := w.stack[n-1]
			if d, extra, ok := b.child(); ok {
				w.descend(b, d, extra)
				return true
			}
			w.stack[n-1] = nil
			w.stack = w.stack[:n-1]
			w.done(b)
		}
		b, first, ok := w.take(w)
		switch {
		case !ok && w.full != nil && w.full() && !w.over.Load():
			return w.exceed()
		case !ok:
			return false
		case first:
			w.present = &branch{hi: w.limit}
			return true
		}
		w.common = min(w.common, commonOf(w.path, b.path))
		w.path = append(w.path[:0], b.path...)
		w.stack = append(w.stack, b)
	}
}

// exceed says what comes when memory is used up.
func (w *walker) exceed() bool {
	if !w.thenSample {
		w.halt()
		return false
	}
	return w.advanceSample()
}

// commonOf returns how many choices executions with these deviations have in common, if both get that far.
func commonOf(a, b []deviation) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return min(a[i].at, b[i].at)
		}
	}
	switch {
	case len(a) > n:
		return a[n].at
	case len(b) > n:
		return b[n].at
	}
	return math.MaxInt
}

// descend makes a child of a branch the present execution.
func (w *walker) descend(b *branch, d deviation, extra int) {
	w.common = min(w.common, d.at)
	w.path = append(w.path[:b.level], d)
	w.parent = b
	p := w.spent
	if p == nil {
		p = &branch{}
	}
	w.spent = nil
	*p = branch{level: b.level + 1, cost: b.cost + extra, from: d.at + 1, hi: w.limit - b.cost - extra, points: p.points[:0]}
	w.present = p
	if b.reach == 0 {
		b.points = b.points[:b.at] // nobody asks for those behind any more
	}
}

// done lets go of a branch whose children have all been run, as far as they are due.
func (w *walker) done(b *branch) {
	if b.cost+b.reach <= w.limit || w.limit >= w.bound {
		return
	}
	b.path = slices.Clone(w.path[:b.level])
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keep(b)
}

// share hands the shallowest branch over to those that have nothing to do: most is behind it.
func (w *walker) share() {
	if len(w.stack) == 0 || len(w.stack) == 1 && w.stack[0].left() < 2 {
		return
	}
	b := w.stack[0]
	b.path = slices.Clone(w.path[:b.level])
	w.stack = slices.Delete(w.stack, 0, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spare = append(w.spare, b)
	w.change.Signal()
}

// choose makes the next choice. Up to the last deviation it tests that the program does what it did in the parent.
func (w *walker) choose(kind schedule.Kind, n int, price price) int {
	if w.broken {
		return 0
	}
	at, p, b := w.depth, pointOf(kind, n, price), w.present
	w.depth++
	if at >= b.from {
		if at == b.from {
			b.prefix = w.hash
		}
		b.points = append(b.points, p)
		b.reach = max(b.reach, p.dearest())
		w.absorb(p)
		return 0
	}
	if !w.same(at, p) {
		return 0
	}
	w.absorb(p)
	if d := w.path[w.next]; d.at == at {
		w.next++
		return d.value
	}
	return 0
}

func (w *walker) absorb(p point) { w.hash = mix(bits.RotateLeft64(w.hash, 1) ^ uint64(p)) }

// same tests a choice of the parent's again.
func (w *walker) same(at int, p point) bool {
	if w.parent == nil {
		return true
	}
	switch from := w.parent.from; {
	case at == from && w.hash != w.parent.prefix:
		w.breakOff(fmt.Errorf("before choice %d", at))
	case at >= from && w.parent.points[at-from] != p:
		want := w.parent.points[at-from]
		w.breakOff(&Divergence{
			At: at, Want: schedule.Choice{Kind: want.kind(), N: want.n()}, Got: schedule.Choice{Kind: p.kind(), N: p.n()},
		})
	}
	return !w.broken
}

// breakOff ends the search: the program is not deterministic.
func (w *walker) breakOff(err error) {
	w.broken = true
	w.fail(err)
}

// Finish implements Finisher.
func (w *walker) Finish(Result) {
	b := w.present
	switch {
	case w.broken:
		return
	case w.depth < b.from:
		w.breakOff(fmt.Errorf("the execution ended before choice %d", w.depth))
		return
	case w.sampled:
		return
	case w.depth == b.from:
		w.spent = b // it has no children
		return
	}
	if b.cost+b.reach > w.bound {
		w.beyond.Store(true)
	}
	b.at = len(b.points)
	w.stack = append(w.stack, b)
}

// on reports whether the present execution goes on whatever state it has reached: it is still on the way to where it leaves
// its parent, or its states do not count.
func (w *walker) on() bool { return w.broken || w.sampled || w.depth < w.present.from }

// Common implements Backtracker.
func (w *walker) Common() int { return w.common }

func (w *walker) mark(n int) {
	w.marks = append(w.marks[:n], mark{w.depth, w.next, w.asked, w.hash})
}

func (w *walker) reset(n int) {
	m := w.marks[n]
	w.depth, w.next, w.asked, w.hash = m.depth, m.next, m.asked, m.hash
}

// Leave implements Parallel.
func (w *walker) Leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = true
	w.idle(w)
	w.change.Broadcast()
}
