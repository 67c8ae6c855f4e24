package machine

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/digest"
)

// Entry is an event in an inbox.
type Entry struct {
	Ev     any
	Column int32 // of the event's type in the receiver's definition
	Timer  int32 // 1 + number of the receiver's timer whose tick this is, 0 for a sent event
}

// Meta is what careful executions keep beside an Entry or a Send: the payload's digest when it was sent, and by whom.
type Meta struct {
	Digest digest.Digest
	Timed  bool // the payload holds instants, so what it adds to a fingerprint depends on the clock
	From   *Ref
	Step   int
	PC     uintptr

	// In executions that are explained: the number from 1 of the event that tells of it, and the call that it comes from.
	Event int
	Stack []failure.Place
}

// Queue is a FIFO of events from which events can also be taken out of the middle.
type Queue struct {
	entries []Entry
	meta    []Meta // as long as entries in careful executions, else empty
	head    int
}

// Len returns the number of events.
func (q *Queue) Len() int { return len(q.entries) - q.head }

// Cap returns how many events the queue has memory for.
func (q *Queue) Cap() int { return cap(q.entries) }

// At returns the i-th event.
func (q *Queue) At(i int) *Entry { return &q.entries[q.head+i] }

// MetaAt returns what is kept beside the i-th event, nil in an execution that is not careful.
func (q *Queue) MetaAt(i int) *Meta {
	if len(q.meta) != len(q.entries) {
		return nil
	}
	return &q.meta[q.head+i]
}

// Put appends an event; m is nil in an execution that is not careful.
func (q *Queue) Put(e Entry, m *Meta) {
	if q.head > 0 && len(q.entries) == cap(q.entries) {
		q.compact()
	}
	q.entries = append(q.entries, e)
	if m != nil {
		q.meta = append(q.meta, *m)
	}
}

// compact moves the events to the front, so that a queue that never runs empty does not grow for ever.
func (q *Queue) compact() {
	n := copy(q.entries, q.entries[q.head:])
	clear(q.entries[n:])
	q.entries = q.entries[:n]
	if len(q.meta) > 0 {
		m := copy(q.meta, q.meta[q.head:])
		q.meta = q.meta[:m]
	}
	q.head = 0
}

// Pop removes and returns the first event.
func (q *Queue) Pop() Entry {
	e := q.entries[q.head]
	q.entries[q.head].Ev = nil
	q.head++
	if q.head == len(q.entries) {
		q.entries, q.meta, q.head = q.entries[:0], q.meta[:0], 0
	}
	return e
}

// Take removes and returns the i-th event. What MetaAt(i) returned before points to memory that is reused.
func (q *Queue) Take(i int) Entry {
	if i == 0 {
		return q.Pop()
	}
	e := q.entries[q.head+i]
	q.cut(q.head + i)
	return e
}

// cut closes the gap that the event at a position leaves.
func (q *Queue) cut(at int) {
	if len(q.meta) == len(q.entries) {
		copy(q.meta[at:], q.meta[at+1:])
		q.meta = q.meta[:len(q.meta)-1]
	}
	copy(q.entries[at:], q.entries[at+1:])
	q.entries[len(q.entries)-1] = Entry{}
	q.entries = q.entries[:len(q.entries)-1]
}

// Clear empties the queue and keeps its memory.
func (q *Queue) Clear() {
	clear(q.entries)
	q.entries, q.meta, q.head = q.entries[:0], q.meta[:0], 0
}

// Append appends the events, and what is kept beside them, to two lists.
func (q *Queue) Append(entries []Entry, meta []Meta) ([]Entry, []Meta) {
	entries = append(entries, q.entries[q.head:]...)
	if len(q.meta) == len(q.entries) {
		meta = append(meta, q.meta[q.head:]...)
	}
	return entries, meta
}

// Replace makes the queue hold these events instead of its own. It keeps its memory.
func (q *Queue) Replace(entries []Entry, meta []Meta) {
	if len(q.entries) > 0 {
		q.Clear()
	}
	q.entries, q.meta = append(q.entries, entries...), append(q.meta, meta...)
}
