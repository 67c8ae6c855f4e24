package strategy

// Deviation returns the value of the schedule choice (see schedule.Choice) that picked index, where index counts
// through ops and then through faults, and last is what Moved returned most recently; nil before the first step.
//
// Only identity and Op.Index matter, so ops and faults may come in any order. Index is the inverse.
func Deviation(ops, faults []*Op, last *Op, index int) int {
	if index >= len(ops) {
		return len(ops) + rank(faults, faults[index-len(ops)])
	}
	op := ops[index]
	if op == last {
		return 0
	}
	r := rank(ops, op)
	if last != nil && last.Index > op.Index && place(ops, last) >= 0 {
		r++
	}
	return r
}

// Index returns the index, counted through ops and then through faults, that a deviation in
// [0, len(ops)+len(faults)) stands for. It is the inverse of Deviation, allocates nothing, and takes time linear in
// the number of operations, times the logarithm of the largest Op.Index.
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
// That is op, except after a fault: a fault interrupts nobody, whoever ran before it goes on by default.
func Moved(last, op *Op) *Op {
	if op.Kind == Fault {
		return last
	}
	return op
}

// rank counts the operations that appeared before op.
func rank(ops []*Op, op *Op) int {
	r := 0
	for _, o := range ops {
		if o.Index < op.Index {
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

// selectRank returns the place of the operation that r others appeared before. It bisects the range of Op.Index, so
// that it needs neither a sorted slice nor a copy.
func selectRank(ops []*Op, r int) int {
	if r < len(ops) && rank(ops, ops[r]) == r {
		return r // at its own rank, as always when ops is sorted
	}
	low, high := ops[0].Index, ops[0].Index
	for _, o := range ops {
		low, high = min(low, o.Index), max(high, o.Index)
	}
	for low < high {
		mid := low + (high-low)/2
		n := 0
		for _, o := range ops {
			if o.Index <= mid {
				n++
			}
		}
		if n > r {
			high = mid
		} else {
			low = mid + 1
		}
	}
	for i, o := range ops {
		if o.Index == low {
			return i
		}
	}
	panic("strategy: two operations share an index")
}
