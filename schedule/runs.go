package schedule

// A run is what one operation is picked for without another one in between. Runs of the same operation with others between
// them are two switches where one run needs one at most.

// piece is a run: the places of its scheduling choices begin at from and end before to.
type piece struct {
	op       string
	from, to int
}

// runsOf returns the runs of a schedule. Data choices stand in the run that they are made in; they are followed by name, in
// the order of their operation, so that moving them with their run changes nothing.
func runsOf(c []Named) (list []piece) {
	for i := range c {
		if c[i].Kind != Schedule {
			continue
		}
		if n := len(list); n > 0 {
			if list[n-1].op == c[i].Op {
				continue
			}
			list[n-1].to = i
		}
		list = append(list, piece{op: c[i].Op, from: i, to: len(c)})
	}
	return list
}

// pair finds the run behind run i that is of the same operation.
func pair(list []piece, i int) (a, b piece, ok bool) {
	for _, r := range list[i+1:] {
		if r.op == list[i].op {
			return list[i], r, true
		}
	}
	return a, b, false
}

func runs(c []Named) int { return len(runsOf(c)) }

// cutRun leaves out one run.
func cutRun(c []Named, i int) Candidate {
	r := runsOf(c)[i]
	return without(c, r.from, r.to)
}

// mergeUp moves the next run of the same operation up to a run, so that the operation goes on instead of giving way.
func mergeUp(c []Named, i int) Candidate {
	a, b, ok := pair(runsOf(c), i)
	if !ok {
		return Candidate{}
	}
	return joined(c[:a.to], c[b.from:b.to], c[a.to:b.from], c[b.to:])
}

// mergeDown moves a run down to the next one of the same operation, so that the operation waits and does both at once.
func mergeDown(c []Named, i int) Candidate {
	a, b, ok := pair(runsOf(c), i)
	if !ok {
		return Candidate{}
	}
	return joined(c[:a.from], c[a.to:b.from], c[a.from:a.to], c[b.from:])
}

// swapRuns exchanges a run with the next one.
func swapRuns(c []Named, i int) Candidate {
	list := runsOf(c)
	if i+1 >= len(list) {
		return Candidate{}
	}
	a, b := list[i], list[i+1]
	return joined(c[:a.from], c[b.from:b.to], c[a.from:a.to], c[b.to:])
}

// advance moves a run up by one to three others and awaits the one that then stands behind it: the operation acts earlier, and
// goes on until those that it has overtaken come by themselves.
func advance(c []Named, i int) Candidate {
	list := runsOf(c)
	by, j := 1+i%3, i/3
	if j < by {
		return Candidate{}
	}
	a, b := list[j-by], list[j]
	cand := joined(c[:a.from], c[b.from:b.to], c[a.from:b.from], c[b.to:])
	n := &cand.Names[a.from+b.to-b.from]
	n.Value, n.N = 0, 1
	return cand
}

func advances(c []Named) int { return 3 * runs(c) }

func joined(parts ...[]Named) Candidate {
	names := []Named{}
	for _, p := range parts {
		names = append(names, p...)
	}
	return Candidate{Names: names}
}
