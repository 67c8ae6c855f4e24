package strategy

// What follows tells where an operation stands in its own life, which says more across executions than the order in which
// an execution meets its objects.

// goObject reports whether an object is one that goroutines meet in.
func goObject(o Object) bool { return own < o && o < firstModel }

// goAction reports whether an action is one of a goroutine, or of what runs like one.
func goAction(a Action) bool { return a.Object == own || goObject(a.Object) }

// firsts numbers the objects of goroutines that each operation touches, from 1 on, in the order of its first touches.
type firsts struct {
	seen []uint32 // by Op.Index
	nth  map[touch]uint32
}

type touch struct {
	op     int
	object Object
}

func (f *firsts) reset() {
	clear(f.seen)
	f.seen = f.seen[:0]
	if f.nth == nil {
		f.nth = map[touch]uint32{}
	}
	clear(f.nth)
}

// of returns the number of an object, and whether op had not touched it before.
func (f *firsts) of(op *Op, o Object) (nth uint32, first bool) {
	t := touch{op.Index, o}
	if nth = f.nth[t]; nth > 0 {
		return nth, false
	}
	for op.Index >= len(f.seen) {
		f.seen = append(f.seen, 0)
	}
	f.seen[op.Index]++
	f.nth[t] = f.seen[op.Index]
	return f.seen[op.Index], true
}

// woken knows who stands amid an action: a goroutine at a scheduling point is able to move, so one that becomes able to do
// what it did in its last step has had to wait in it.
type woken []lastStep // by Op.Index

type lastStep struct {
	did   Action
	moved bool
	amid  bool
}

func (w *woken) reset() {
	clear(*w)
	*w = (*w)[:0]
}

func (w *woken) enabled(op *Op) {
	for op.Index >= len(*w) {
		*w = append(*w, lastStep{})
	}
	l := &(*w)[op.Index]
	l.amid = l.moved && l.did == op.Next && op.Next.Kind != Start && goAction(op.Next)
}

// is reports whether op is enabled amid an action.
func (w woken) is(op *Op) bool { return op.Index < len(w) && w[op.Index].amid }

// executed reports the same of the step that op has taken: it is amid an action no longer.
func (w woken) executed(op *Op, did []Action) bool {
	if op.Index >= len(w) || len(did) == 0 {
		return false
	}
	was := w[op.Index].amid
	w[op.Index] = lastStep{did: did[len(did)-1], moved: true}
	return was
}
