package replication

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Span is a row of operations of one epoch. It begins behind the span before it, or at 1.
type Span struct {
	Epoch service.Epoch
	Last  service.LSN
}

// History says of which epoch each operation of a log is.
//
// Invariant: epochs and LSNs increase strictly.
type History []Span

// Last returns the LSN of the last operation, 0 if there is none.
func (h History) Last() service.LSN {
	if len(h) == 0 {
		return 0
	}
	return h[len(h)-1].Last
}

// At returns the epoch of an operation, zero if there is no such operation.
func (h History) At(n service.LSN) service.Epoch {
	i, _ := slices.BinarySearchFunc(h, n, func(s Span, n service.LSN) int { return int(s.Last - n) })
	if n <= 0 || i == len(h) {
		return service.Epoch{}
	}
	return h[i].Epoch
}

// With returns the history with one more operation. It may write to the array of h.
func (h History) With(e service.Epoch) History {
	if n := len(h); n > 0 && h[n-1].Epoch == e {
		h[n-1].Last++
		return h
	}
	return append(h, Span{e, h.Last() + 1})
}

// Prefix returns a copy of the history up to an operation.
func (h History) Prefix(n service.LSN) History {
	var p History
	for _, s := range h {
		if n <= p.Last() {
			break
		}
		p = append(p, Span{s.Epoch, min(s.Last, n)})
	}
	return p
}

// Common returns the last operation up to which two logs are the same.
func (h History) Common(g History) service.LSN {
	var n service.LSN
	for i := 0; i < len(h) && i < len(g) && h[i].Epoch == g[i].Epoch; i++ {
		n = min(h[i].Last, g[i].Last)
		if h[i].Last != g[i].Last {
			break
		}
	}
	return n
}

// Progress is what a replica tells of its log when it is asked.
type Progress struct {
	Base    service.LSN // operations up to here cannot be sent to others
	History History
}

// Compare orders logs by how much they can know: by the epoch of the last operation first, as an operation of an older
// epoch that is not in the log of a newer one was never committed.
func (p Progress) Compare(q Progress) int {
	if c := p.History.At(p.History.Last()).Compare(q.History.At(q.History.Last())); c != 0 {
		return c
	}
	return int(p.History.Last() - q.History.Last())
}

// Extends reports whether a replica with log p can bring one with log q up to date by sending operations.
func (p Progress) Extends(q Progress) bool {
	n := q.History.Last()
	return p.History.Common(q.History) == n && n >= p.Base
}
