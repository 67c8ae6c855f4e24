package stream

import (
	"slices"
)

// Operator is the part of a vertex that has state. Each replica of a partition has one, and all of them are called in the
// same way.
type Operator interface {
	// Take takes an item.
	Take(in Item, emit func(Item))
	// Advance says that no item with a time before a watermark will come. It returns the watermark of what is emitted,
	// now and by earlier calls, which never decreases.
	Advance(to int64, emit func(Item)) int64
	// Append appends the encoding of the state, and Restore makes the state what was encoded.
	Append(to []byte) []byte
	Restore(r *Reader)
}

// Lister is an operator that keeps items to be looked at, in an order in which they stay.
type Lister interface {
	List(from, most int) []Item
}

// pass is the operator of a vertex that has none.
type pass struct{}

// Pass returns an operator without state that lets everything through.
func Pass() Operator { return pass{} }

func (pass) Take(in Item, emit func(Item))        { emit(in) }
func (pass) Advance(to int64, _ func(Item)) int64 { return to }
func (pass) Append(to []byte) []byte              { return to }
func (pass) Restore(*Reader)                      {}

// collect keeps what it gets.
type collect struct{ items []Item }

// Collect returns an operator that keeps all items, in the order in which they come. It is a [Lister].
func Collect() Operator { return &collect{} }

func (c *collect) Take(in Item, _ func(Item))           { c.items = append(c.items, in) }
func (c *collect) Advance(to int64, _ func(Item)) int64 { return to }
func (c *collect) Append(to []byte) []byte              { return AppendItems(to, c.items) }
func (c *collect) Restore(r *Reader)                    { c.items = r.Items() }

func (c *collect) List(from, most int) []Item {
	from = min(max(from, 0), len(c.items))
	return slices.Clone(c.items[from:min(from+max(most, 0), len(c.items))])
}
