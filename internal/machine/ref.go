package machine

import (
	"cmp"

	"github.com/ravelgo/ravel/internal/digest"
)

// Ref identifies a machine by where it stands in the tree of creations: the n-th machine created by its parent. The
// tester keeps one Ref per path for as long as an engine lives, so that the same path is the same pointer in every
// execution, and identity never depends on the schedule.
type Ref struct {
	Parent *Ref // nil for the root
	Nth    int32
	Canon  digest.Digest // of the path

	// Slot and Epoch belong to the runtime: where the machine is, and in which execution.
	Slot  int32
	Epoch uint64
	Names Namer

	children []*Ref
}

// Namer tells the name under which reports show a machine.
type Namer interface{ DisplayName(*Ref) string }

// NewRoot returns the Ref of a tree's root.
func NewRoot(n Namer) *Ref {
	h := digest.NewHasher(refKey)
	h.Word(0)
	return &Ref{Names: n, Canon: h.Sum()}
}

// NewRef returns the Ref of a machine in a runtime that does not keep the tree of creations: it is known by the order of
// creation alone, number.
func NewRef(number uint64, n Namer) Ref { return Ref{Epoch: number, Names: n} }

const refKey = 0x72656670617468 // "refpath"

// Child returns the Ref of the n-th machine created by r.
func (r *Ref) Child(n int32) *Ref {
	for int(n) >= len(r.children) {
		i := int32(len(r.children))
		h := digest.NewHasher(refKey)
		h.Digest(r.Canon)
		h.Word(uint64(i) + 1)
		r.children = append(r.children, &Ref{Parent: r, Nth: i, Canon: h.Sum(), Names: r.Names, Slot: -1})
	}
	return r.children[n]
}

func (r *Ref) String() string {
	if r == nil {
		return "no machine"
	}
	return r.Names.DisplayName(r)
}

// Compare orders Refs by creation path: parents before children, siblings by number.
func (r *Ref) Compare(o *Ref) int {
	switch {
	case r == o:
		return 0
	case r == nil:
		return -1
	case o == nil:
		return 1
	}
	dr, do := r.depth(), o.depth()
	a, b := r, o
	for i := dr; i > do; i-- {
		a = a.Parent
	}
	for i := do; i > dr; i-- {
		b = b.Parent
	}
	if a == b {
		return dr - do
	}
	if a.Parent == nil || b.Parent == nil {
		return cmp.Compare(a.Epoch, b.Epoch) // see NewRef
	}
	for a.Parent != b.Parent {
		a, b = a.Parent, b.Parent
	}
	return int(a.Nth) - int(b.Nth)
}

func (r *Ref) depth() int {
	n := 0
	for ; r.Parent != nil; r = r.Parent {
		n++
	}
	return n
}
