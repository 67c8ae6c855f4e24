package strategy

// Deviation returns the value of the schedule choice (see schedule.Choice) that picked index, where index counts
// through ops and then through faults, and last is what Moved returned most recently; nil before the first step.
//
// Only identity, Kind, Index and Due matter, so ops and faults may come in any order. Index is the inverse.
func Deviation(ops, faults []*Op, last *Op, index int) int {
	if index >= len(ops) {
		return len(ops) + rank(faults, faults[index-len(ops)])
	}
	op := ops[index]
	if op == last {
		return 0
	}
	r := rank(ops, op)
	if last != nil && before(op, last) && place(ops, last) >= 0 {
		r++
	}
	return r
}

// Index returns the index, counted through ops and then through faults, that a deviation in
// [0, len(ops)+len(faults)) stands for. It is the inverse of Deviation and allocates nothing. It takes time linear in the
// number of operations for deviation 0, and at worst quadratic for others.
func Index(ops, faults []*Op, last *Op, deviation int) int {
	if deviation >= len(ops) {
		return len(ops) + selectRank(faults, deviation-len(ops))
	}
	at := -1
	if last != nil {
		at = place(ops, last)
	}
	switch {
	case at < 0:
		return selectRank(ops, deviation)
	case deviation == 0:
		return at
	case deviation <= rank(ops, last):
		return selectRank(ops, deviation-1)
	}
	return selectRank(ops, deviation)
}

// Moved returns the operation that counts as the one that moved last, after op has moved and last counted before it.
// That is op, except after a timer or a fault: they interrupt nobody, whoever ran before them goes on by default.
func Moved(last, op *Op) *Op {
	if op.Kind == Timer || op.Kind == Fault {
		return last
	}
	return op
}

// before is the default order: what appeared first comes first, but timers come behind everything else, in the order of
// their deadlines. By default a program thus runs as if its computations took no time.
func before(a, b *Op) bool {
	if at, bt := a.Kind == Timer, b.Kind == Timer; at != bt {
		return bt
	}
	if a.Kind == Timer && a.Due != b.Due {
		return a.Due < b.Due
	}
	return a.Index < b.Index
}

// rank counts the operations that come before op.
func rank(ops []*Op, op *Op) int {
	r := 0
	for _, o := range ops {
		if before(o, op) {
			r++
		}
	}
	return r
}

func place(ops []*Op, op *Op) int {
	for i, o := range ops {
		if o == op {
			return i
		}
	}
	return -1
}

// selectRank returns the place of the operation that r others come before.
func selectRank(ops []*Op, r int) int {
	if r == 0 {
		return first(ops)
	}
	if r < len(ops) && rank(ops, ops[r]) == r {
		return r // at its own rank, as always when ops is sorted
	}
	for i, o := range ops {
		if rank(ops, o) == r {
			return i
		}
	}
	panic("strategy: two operations share an index")
}

// first returns the place of the operation that comes before all others.
func first(ops []*Op) int {
	f := 0
	for i, o := range ops {
		if before(o, ops[f]) {
			f = i
		}
	}
	return f
}
