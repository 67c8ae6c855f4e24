package replication

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Log is the log of a replica: the history of all operations, and the operations behind base.
//
// Invariant: history.Last() == base + len(ops).
type Log struct {
	base    service.LSN
	history History
	ops     []service.Op
}

// NewLog returns a log that was kept on a disk.
func NewLog(p Progress, ops []service.Op) *Log {
	return &Log{p.Base, p.History, ops}
}

// Last returns the LSN of the last operation.
func (l *Log) Last() service.LSN { return l.history.Last() }

// Base returns the LSN up to which operations are not there any more.
func (l *Log) Base() service.LSN { return l.base }

// Epoch returns the epoch of an operation.
func (l *Log) Epoch(n service.LSN) service.Epoch { return l.history.At(n) }

// At returns an operation behind base. Nobody may change its data.
func (l *Log) At(n service.LSN) service.Op { return l.ops[n-l.base-1] }

// Range returns the operations behind one up to another one, both behind base. The slice is the caller's.
func (l *Log) Range(after, to service.LSN) []service.Op {
	return slices.Clone(l.ops[after-l.base : to-l.base])
}

// Append adds the operation with the next LSN.
func (l *Log) Append(op service.Op) {
	l.history = l.history.With(op.Epoch)
	l.ops = append(l.ops, op)
}

// Reset makes the log that of a copy.
func (l *Log) Reset(h History) { l.base, l.history, l.ops = h.Last(), slices.Clone(h), nil }

// Cut removes the operations behind one that is not before base.
func (l *Log) Cut(to service.LSN) {
	l.history = l.history.Prefix(to)
	l.ops = slices.Clone(l.ops[:to-l.base])
}

// Trim gives up operations that nobody needs: up to an LSN, but never the last keep ones. It moves memory seldom.
func (l *Log) Trim(to service.LSN, keep int) {
	to = min(to, l.Last()-service.LSN(keep))
	if to-l.base <= service.LSN(keep) {
		return
	}
	l.ops = slices.Clone(l.ops[to-l.base:])
	l.base = to
}

// Progress tells of the log.
func (l *Log) Progress() Progress { return Progress{l.base, slices.Clone(l.history)} }
