package stream

// Source is where items come from: a log that can be read again from any position. Partitions of a source vertex have one
// each.
type Source interface {
	// Read returns at most so many items from a position on, the position behind them, and the watermark that holds behind
	// them: End if there are no more items, now or later. The first position is 0. The same arguments have the same
	// results.
	Read(from int64, most int) (items []Item, next int64, watermark int64)
}

// Generator is a source that computes its items.
type Generator struct {
	N    int64              // of them
	Make func(i int64) Item // the item at a position
	// Earliest is a time before which no item is that is at a position or behind it. It must not decrease.
	Earliest func(i int64) int64
}

// Read implements Source.
func (g Generator) Read(from int64, most int) ([]Item, int64, int64) {
	next := min(from+int64(most), g.N)
	items := make([]Item, 0, max(next-from, 0))
	for i := from; i < next; i++ {
		items = append(items, g.Make(i))
	}
	if next >= g.N {
		return items, next, End
	}
	return items, next, g.Earliest(next)
}
