package strategy

import "math/bits"

// timeline summarizes in what order operations met at objects: the set of pairs of accesses to one object that followed
// each other, each with its operation and its kind, as a MinHash signature. Executions with equal sets have equal
// signatures; two that have the share j of their pairs in common have them with probability j^8.
type timeline struct {
	names  names
	inbox  []uint64 // by Op.Index: the last access
	models []uint64 // by number, as long as numbers are small
	others map[Object]uint64
	least  signature
}

// denseModels is how many models have their place in a list.
const denseModels = 1 << 12

// signature holds the smallest of the pairs by each of eight hash functions.
type signature [8]uint64

func (t *timeline) reset() {
	t.names.reset()
	clear(t.inbox)
	t.inbox = t.inbox[:0]
	clear(t.models)
	t.models = t.models[:0]
	clear(t.others)
	for i := range t.least {
		t.least[i] = 1<<64 - 1
	}
}

// executed notes what an operation did. Faults count for what they make others do.
func (t *timeline) executed(op *Op, did []Action) {
	if op.Kind == Fault {
		return
	}
	name := t.names.of(op)
	for _, a := range did {
		if a.Object >= BudgetObject(0) {
			continue
		}
		o, known := t.names.object(a.Object)
		if !known {
			continue // nobody else has met it
		}
		access := mix(name + uint64(a.Kind))
		t.add(mix(mix(t.swap(a.Object, access)+1)^access) + mix(o.op+uint64(o.fixed)))
	}
}

// swap makes an access the last one to an object, and returns the one before.
func (t *timeline) swap(o Object, access uint64) (before uint64) {
	list, at := &t.inbox, int(o)
	if o >= firstModel {
		list, at = &t.models, int(o-firstModel)
		if at >= denseModels {
			if t.others == nil {
				t.others = map[Object]uint64{}
			}
			before, t.others[o] = t.others[o], access
			return before
		}
	}
	for at >= len(*list) {
		*list = append(*list, 0)
	}
	before, (*list)[at] = (*list)[at], access
	return before
}

// add adds a pair, which is a good hash already. The eight functions of it do not wait for each other.
func (t *timeline) add(pair uint64) {
	for i, c := range &hashes {
		high, low := bits.Mul64(pair, c)
		t.least[i] = min(t.least[i], high^low)
	}
}

// hashes are odd constants, one for each function: the first outputs of SplitMix64 from 0, with the lowest bit set.
var hashes = func() (all [len(signature{})]uint64) {
	for i := range all {
		all[i] = mix(uint64(i+1)*0x9e3779b97f4a7c15) | 1
	}
	return all
}()
