package count

import (
	"cmp"
	"slices"

	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// A key is a digest of a state, or of what a goroutine has done up to a step and everything that this depends on.
type key = digest.Digest

// of is the key of a list. The tag tells apart what lists are made for.
func of(tag uint64, keys ...key) key {
	h := digest.NewHasher(tag)
	for _, k := range keys {
		h.Digest(k)
	}
	return h.Sum()
}

func compare(a, b key) int { return cmp.Or(cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.Lo, b.Lo)) }

// A history follows one execution and knows its state by the partial order of its steps. A step is what a goroutine does
// from one decision that lets it run to the next decision. It depends on the step before of the same goroutine, and on the
// steps on the object of its operation, loads on those that are no loads. Everything else about a state follows from these,
// because executions are deterministic and the programs free of data races.
//
// Some steps are more than they seem: nothing is asked where only one goroutine can run. This happens only after a choice
// between two, when the chosen one blocks or ends. A step in which it may have happened depends on everything before it,
// and everything after depends on it.
type history struct {
	last    map[int]key // of each goroutine, its last step
	objects map[uintptr]object
	pending map[int]pending // of each goroutine that has stood at a point, the operation it is about to do

	running int // the goroutine that was let run last, -1 before the first decision
	other   int // the only other one that could have run, -1 if there were more
	before  key // of the state in which it was let run, and the choice, where it may be needed
}

type object struct {
	changed key // the last step on it that was no load
	loads   key // sum of the loads since
}

type pending struct {
	kind   gocontrol.Kind
	object uintptr
}

// wide reports whether an operation is on more than its object: on the channels of a select, on time, or on the mutex of a
// condition.
func (p pending) wide() bool {
	switch p.kind {
	case gocontrol.None, gocontrol.Go, gocontrol.Yield:
		return false
	}
	return p.object == 0 || p.kind == gocontrol.CondWait
}

func newHistory() *history {
	return &history{last: make(map[int]key), objects: make(map[uintptr]object), pending: make(map[int]pending), running: -1, other: -1}
}

// reached takes note of a decision that has to be taken.
func (h *history) reached(q gocontrol.Question) {
	if h.other >= 0 && !h.asked(q) {
		h.collapse()
	}
	if c := q.Current; c >= 0 {
		h.pending[c] = pending{q.Kind, q.Object}
	}
	if q.Select {
		return
	}
	var born []int
	for _, d := range q.Alternatives {
		if _, ok := h.last[d.Value()]; !ok {
			born = append(born, d.Value())
		}
	}
	slices.Sort(born)
	for i, id := range born {
		h.last[id] = of(uint64(i)<<8|1, h.last[h.running])
	}
}

// asked reports whether all decisions since the last one were asked for. After a choice between two they were if the chosen
// one has gone on to its next point, and the other one has not run: then it is still there to be chosen. It could have run
// and be there again if it let the chosen one go on and blocked, all in one step, as a Cond.Wait does.
func (h *history) asked(q gocontrol.Question) bool {
	if q.Select || q.Current != h.running || h.pending[h.other].wide() {
		return false
	}
	return slices.ContainsFunc(q.Alternatives, func(d gocontrol.Decision) bool { return d.Value() == h.other })
}

// collapse makes the step that has been done, and what else has happened since, one that depends on everything.
func (h *history) collapse() {
	for id := range h.last {
		h.last[id] = of(2, h.before, h.last[id])
	}
	clear(h.objects)
}

// chosen takes note of the answer.
func (h *history) chosen(q gocontrol.Question, pick int) {
	if q.Select {
		h.before = of(uint64(q.Alternatives[pick].Value())<<8|3, h.key(q))
		h.running, h.other = q.Current, -1
		h.collapse()
		return
	}
	id := q.Alternatives[pick].Value()
	op := h.pending[id]
	h.running, h.other = id, -1
	if len(q.Alternatives) == 2 {
		h.other = q.Alternatives[1-pick].Value()
	}
	if op.wide() || h.other >= 0 {
		h.before = of(4, h.key(q), h.last[id])
	}
	step := of(uint64(op.kind)<<8|5, h.last[id])
	if op.object != 0 {
		o := h.objects[op.object]
		if op.kind == gocontrol.AtomicLoad {
			step = of(6, step, o.changed)
			o.loads = o.loads.Add(step)
		} else {
			step = of(7, step, o.changed, o.loads)
			o = object{changed: step}
		}
		h.objects[op.object] = o
	}
	h.last[id] = step
	if op.wide() {
		h.collapse()
	}
}

// key is the key of the state in which a decision has to be taken.
func (h *history) key(q gocontrol.Question) key {
	keys := make([]key, 0, len(h.last)+len(q.Alternatives))
	for _, k := range h.last {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	n := len(keys)
	if q.Select {
		keys = append(keys, h.last[q.Current])
		for _, d := range q.Alternatives {
			keys = append(keys, of(uint64(d.Value())<<8|8))
		}
	} else {
		for _, d := range q.Alternatives {
			keys = append(keys, h.last[d.Value()])
		}
	}
	slices.SortFunc(keys[n:], compare)
	return of(9, keys...)
}
