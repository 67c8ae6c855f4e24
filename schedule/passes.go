package schedule

// passes lists the changes that Shrink tries, those that take out most first. Grain is the smallest piece that is left out:
// long schedules are first cut coarsely.
func passes(grain int) []pass {
	list := []pass{cutEnd, cutOperation, cutFaults}
	for size := 1 << 20; size >= grain; size /= 2 {
		list = append(list, cutPieces(size))
	}
	for size := 1 << 10; size >= 1; size /= 2 {
		list = append(list, takeBack(size))
	}
	return append(list, cutRun, mergeUp, mergeDown, lowerValue, lowerDeviation)
}

// without returns the candidate that leaves out the choices [from, to).
func without(c []Named, from, to int) Candidate {
	names := make([]Named, 0, len(c)-(to-from))
	return Candidate{Names: append(append(names, c[:from]...), c[to:]...)}
}

// cutEnd leaves out a half of the choices, the last ones, then a quarter, and so on: what remains is followed by the default
// order.
func cutEnd(c []Named, i int) (Candidate, bool) {
	n := len(c) >> (i + 1)
	if i > 30 || n == 0 {
		return Candidate{}, false
	}
	return without(c, len(c)-n, len(c)), true
}

// cutPieces leaves out pieces of a size. There is one such pass for each power of two.
func cutPieces(size int) pass {
	return func(c []Named, i int) (Candidate, bool) {
		from := i * size
		if from >= len(c) || size > len(c) {
			return Candidate{}, false
		}
		return without(c, from, min(from+size, len(c))), true
	}
}

// cutOperation leaves out all choices of one operation: a client, say, that has nothing to do with the failure.
func cutOperation(c []Named, i int) (Candidate, bool) {
	seen := map[string]bool{}
	for _, n := range c {
		if seen[n.Op] {
			continue
		}
		if seen[n.Op] = true; len(seen) == i+1 {
			names := make([]Named, 0, len(c))
			for _, o := range c {
				if o.Op != n.Op {
					names = append(names, o)
				}
			}
			return Candidate{Names: names}, true
		}
	}
	return Candidate{}, false
}

// cutFaults leaves out one fault.
func cutFaults(c []Named, i int) (Candidate, bool) {
	for at := range c {
		if !c[at].Fault() {
			continue
		}
		if i--; i < 0 {
			return without(c, at, at+1), true
		}
	}
	return Candidate{}, false
}

// takeBack makes so many deviations in a row the default, by position: at a switch the running operation goes on.
func takeBack(size int) pass {
	return func(c []Named, i int) (Candidate, bool) {
		at := deviations(c)
		from := i * size
		if from >= len(at) || size > len(at) {
			return Candidate{}, false
		}
		values := valuesOf(c)
		for _, j := range at[from:min(from+size, len(at))] {
			values[j] = 0
		}
		return Candidate{Values: values}, true
	}
}

// lowerValue makes one value that is not 0 smaller: 0, half of it, one less.
func lowerValue(c []Named, i int) (Candidate, bool) {
	at, how := i/3, i%3
	for j, n := range c {
		if n.Kind == Schedule || n.Value == 0 {
			continue
		}
		if at--; at >= 0 {
			continue
		}
		v, ok := smaller(n.Value, how)
		if !ok {
			return Candidate{}, true
		}
		names := append([]Named{}, c...)
		names[j].Value = v
		return Candidate{Names: names}, true
	}
	return Candidate{}, false
}

// lowerDeviation makes one switch skip fewer operations.
func lowerDeviation(c []Named, i int) (Candidate, bool) {
	at, how := i/2, i%2+1
	for j, n := range c {
		if n.Kind != Schedule || n.Value == 0 {
			continue
		}
		if at--; at >= 0 {
			continue
		}
		v, ok := smaller(n.Value, how)
		if !ok {
			return Candidate{}, true
		}
		values := valuesOf(c)
		values[j] = v
		return Candidate{Values: values}, true
	}
	return Candidate{}, false
}

// smaller returns 0, half of a value or one less, if that is another one than the ways before have given.
func smaller(v, how int) (int, bool) {
	switch how {
	case 0:
		return 0, true
	case 1:
		return v / 2, v > 1
	}
	return v - 1, v > 2 && v-1 != v/2
}

// deviations returns the places of the choices that are not the default.
func deviations(c []Named) []int {
	var at []int
	for i, n := range c {
		if n.Value != 0 {
			at = append(at, i)
		}
	}
	return at
}

// valuesOf returns the values of choices; the slice is not nil.
func valuesOf(c []Named) []int {
	values := make([]int, len(c))
	for i, n := range c {
		values[i] = n.Value
	}
	return values
}
