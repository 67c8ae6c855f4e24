package schedule

import (
	"math/bits"
	"math/rand/v2"
)

// pass proposes changes of a schedule, numbered from 0.
type pass struct {
	// count returns how many changes it knows for these choices.
	count func(c []Named) int
	// change returns the candidate of one of them; an empty one if it makes no sense here.
	change func(c []Named, i int) Candidate
	// sample says that some of its changes are worth trying when all are too many.
	sample bool
}

// passes lists the changes that Shrink tries, those that take out most first.
func passes() []pass {
	list := []pass{
		{halvings, cutEnd, true},
		{faults, cutFault, true},
		{operations, cutOperation, true},
	}
	for size := 1 << 20; size >= 1; size /= 2 {
		list = append(list, cutPieces(size))
	}
	for size := 1 << 20; size >= 1; size /= 2 {
		list = append(list, takeBack(size))
	}
	return append(list,
		pass{places, cutAnywhere, true},
		pass{runs, cutRun, true},
		pass{switches, await, true},
		pass{runs, mergeUp, true},
		pass{runs, mergeDown, true},
		pass{runs, swapRuns, true},
		pass{advances, advance, true},
		pass{values, lowerValue, true},
		pass{lowerings, lowerSwitch, true},
	)
}

// without returns the candidate that leaves out the choices [from, to).
func without(c []Named, from, to int) Candidate {
	names := make([]Named, 0, len(c)-(to-from))
	return Candidate{Names: append(append(names, c[:from]...), c[to:]...)}
}

func halvings(c []Named) int { return bits.Len(uint(len(c))) }

// cutEnd leaves out all choices, the last half of them, the last quarter, and so on.
func cutEnd(c []Named, i int) Candidate { return without(c, len(c)-len(c)>>i, len(c)) }

// cutPieces leaves out pieces of a size.
func cutPieces(size int) pass {
	return pass{
		func(c []Named) int { return pieces(len(c), size) },
		func(c []Named, i int) Candidate { return without(c, i*size, min((i+1)*size, len(c))) },
		false,
	}
}

// pieces returns how many pieces of a size there are, 0 when one is more than everything.
func pieces(n, size int) int {
	if size > n {
		return 0
	}
	return (n + size - 1) / size
}

func places(c []Named) int { return len(c) }

// cutAnywhere leaves out a piece of any size at any place, drawn by the number of the change and the length of the schedule.
// Programs in which something happens periodically need pieces that no halving meets.
func cutAnywhere(c []Named, i int) Candidate {
	r := rand.New(rand.NewPCG(uint64(len(c)), uint64(i)))
	size := 1 + r.IntN(1<<r.IntN(bits.Len(uint(len(c)))))
	from := r.IntN(len(c) - size + 1)
	return without(c, from, from+size)
}

// operations counts the operations that the choices are about.
func operations(c []Named) int {
	seen := map[string]bool{}
	for _, n := range c {
		seen[n.Op] = true
	}
	return len(seen)
}

// cutOperation leaves out all choices of one operation: a client, say, that has nothing to do with the failure.
func cutOperation(c []Named, i int) Candidate {
	seen := map[string]bool{}
	out := ""
	for _, n := range c {
		if !seen[n.Op] {
			if seen[n.Op] = true; len(seen) == i+1 {
				out = n.Op
			}
		}
	}
	names := make([]Named, 0, len(c))
	for _, n := range c {
		if n.Op != out {
			names = append(names, n)
		}
	}
	return Candidate{Names: names}
}

func faults(c []Named) int { return len(placesOf(c, (*Named).Fault)) }

// cutFault leaves out one fault.
func cutFault(c []Named, i int) Candidate {
	at := placesOf(c, (*Named).Fault)[i]
	return without(c, at, at+1)
}

// takeBack makes so many deviations in a row the default, by position: at a switch the running operation goes on.
func takeBack(size int) pass {
	return pass{
		func(c []Named) int { return pieces(len(placesOf(c, (*Named).deviates)), size) },
		func(c []Named, i int) Candidate {
			at := placesOf(c, (*Named).deviates)
			v := valuesOf(c)
			for _, j := range at[i*size : min((i+1)*size, len(at))] {
				v[j] = 0
			}
			return Candidate{Values: v}
		},
		false,
	}
}

func values(c []Named) int { return 3 * len(placesOf(c, (*Named).surprises)) }

// lowerValue makes one value that is not 0 smaller: 0, half of it, one less.
func lowerValue(c []Named, i int) Candidate {
	at := placesOf(c, (*Named).surprises)[i/3]
	v, ok := smaller(c[at].Value, i%3)
	if !ok {
		return Candidate{}
	}
	names := append([]Named{}, c...)
	names[at].Value = v
	return Candidate{Names: names}
}

func switches(c []Named) int { return len(placesOf(c, (*Named).switches)) }

// await waits at one switch until the default order comes to its operation by itself: whoever runs goes on until it has to
// wait, and so do others.
func await(c []Named, i int) Candidate {
	names := append([]Named{}, c...)
	n := &names[placesOf(c, (*Named).switches)[i]]
	n.Value, n.N = 0, 1
	return Candidate{Names: names}
}

// Awaited reports whether the default order is to go on until it comes to the operation: in a Candidate only, as no choice that
// was recorded has one value.
func (c *Named) Awaited() bool { return c.Kind == Schedule && c.N == 1 }

func lowerings(c []Named) int { return 2 * switches(c) }

// lowerSwitch makes one switch skip fewer operations.
func lowerSwitch(c []Named, i int) Candidate {
	at := placesOf(c, (*Named).switches)[i/2]
	v, ok := smaller(c[at].Value, i%2+1)
	if !ok {
		return Candidate{}
	}
	values := valuesOf(c)
	values[at] = v
	return Candidate{Values: values}
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

func (c *Named) deviates() bool  { return c.Value != 0 }
func (c *Named) switches() bool  { return c.Value != 0 && c.Kind == Schedule }
func (c *Named) surprises() bool { return c.Value != 0 && c.Kind != Schedule }

// placesOf returns the places of the choices for which something holds.
func placesOf(c []Named, holds func(*Named) bool) (at []int) {
	for i := range c {
		if holds(&c[i]) {
			at = append(at, i)
		}
	}
	return at
}

// valuesOf returns the values of choices; the slice is not nil.
func valuesOf(c []Named) []int {
	v := make([]int, len(c))
	for i, n := range c {
		v[i] = n.Value
	}
	return v
}
