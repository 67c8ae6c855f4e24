package stream

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// window aggregates the items of tumbling windows: one number for each key and window. The window of a time t is that which
// begins at the greatest multiple of the size that is not behind t.
type window struct {
	size  int64
	value func(Item) int64           // what an item adds
	open  map[int64]map[string]int64 // by the begin of the window
	since int64                      // Invariant: no window that begins before is open, or will be
	late  int64
}

// Count returns operators that count items by key and window. When a window is over they emit an item for each key in it,
// with the begin of the window as its time.
func Count(size int64) func() Operator {
	return windowed(size, func(Item) int64 { return 1 })
}

// Sum is Count for the sums of values.
func Sum(size int64) func() Operator {
	return windowed(size, func(it Item) int64 { return it.Value })
}

func windowed(size int64, value func(Item) int64) func() Operator {
	return func() Operator {
		return &window{size: max(size, 1), value: value, open: map[int64]map[string]int64{}, since: Begin}
	}
}

func (w *window) begin(t int64) int64 {
	m := t % w.size
	if m < 0 {
		m += w.size
	}
	return t - m
}

// Take implements Operator. An item that is late, because its window is over, is counted and left out.
func (w *window) Take(in Item, _ func(Item)) {
	begin := w.begin(in.Time)
	if begin < w.since {
		w.late++
		return
	}
	cells := w.open[begin]
	if cells == nil {
		cells = map[string]int64{}
		w.open[begin] = cells
	}
	old, ok := cells[in.Key]
	if !ok {
		in.Key = strings.Clone(in.Key) // it is a part of a batch
	}
	cells[in.Key] = old + w.value(in)
}

// Advance implements Operator.
func (w *window) Advance(to int64, emit func(Item)) int64 {
	since := to
	if to != Begin && to != End {
		since = w.begin(to)
	}
	w.since = max(w.since, since)
	for _, begin := range slices.Sorted(maps.Keys(w.open)) {
		if begin >= w.since {
			break
		}
		cells := w.open[begin]
		for _, key := range slices.Sorted(maps.Keys(cells)) {
			emit(Item{Time: begin, Key: key, Value: cells[key]})
		}
		delete(w.open, begin)
	}
	return w.since
}

// Late returns how many items were left out because they came too late.
func (w *window) Late() int64 { return w.late }

// Append implements Operator.
func (w *window) Append(to []byte) []byte {
	to = binary.AppendVarint(to, w.since)
	to = binary.AppendVarint(to, w.late)
	to = binary.AppendUvarint(to, uint64(len(w.open)))
	for _, begin := range slices.Sorted(maps.Keys(w.open)) {
		cells := w.open[begin]
		to = binary.AppendVarint(to, begin)
		to = binary.AppendUvarint(to, uint64(len(cells)))
		for _, key := range slices.Sorted(maps.Keys(cells)) {
			to = binary.AppendVarint(AppendText(to, key), cells[key])
		}
	}
	return to
}

// Restore implements Operator.
func (w *window) Restore(r *Reader) {
	w.since, w.late = r.Int(), r.Int()
	w.open = map[int64]map[string]int64{}
	for range r.Len(2) {
		begin := r.Int()
		cells := map[string]int64{}
		for range r.Len(2) {
			key := r.Text()
			cells[key] = r.Int()
		}
		w.open[begin] = cells
	}
}
