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

// woken knows who stands amid an action: a goroutine at a scheduling point is able to move, so one that becomes able to,
// other than for the first time, has begun its action before and had to wait in it.
type woken []uint8 // by Op.Index

const (
	wasEnabled = 1 << iota
	amid
)

func (w *woken) reset() {
	clear(*w)
	*w = (*w)[:0]
}

func (w *woken) enabled(op *Op) {
	for op.Index >= len(*w) {
		*w = append(*w, 0)
	}
	if (*w)[op.Index]&wasEnabled > 0 && op.Next.Kind != Start {
		(*w)[op.Index] |= amid
	}
	(*w)[op.Index] |= wasEnabled
}

// is reports whether op is enabled amid an action.
func (w woken) is(op *Op) bool { return op.Index < len(w) && w[op.Index]&amid > 0 }

// executed reports the same of the step that op has taken: it is amid an action no longer.
func (w woken) executed(op *Op) bool {
	was := w.is(op)
	if was {
		w[op.Index] &^= amid
	}
	return was
}
