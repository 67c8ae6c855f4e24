package fabric

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// operation is an operation as replicators keep it and send it. Nobody can change it.
type operation struct {
	LSN   service.LSN
	Epoch service.Epoch
	Data  string
}

// oplog is the log of a replica: the epochs of all operations, and the operations behind those that came by a copy.
//
// Invariant: epochs never decrease, and len(epochs) == base + len(ops).
type oplog struct {
	base   service.LSN // what came by a copy
	epochs []service.Epoch
	ops    []operation

	keep func(op any) `ravel:"-"` // is told of every change, if it is set
}

// tell tells of a change.
func (l *oplog) tell(op any) {
	if l.keep != nil {
		l.keep(op)
	}
}

// clone returns another log with the same operations, which nobody is told of.
func (l *oplog) clone() oplog { return oplog{l.base, slices.Clone(l.epochs), slices.Clone(l.ops), nil} }

func (l *oplog) last() service.LSN { return service.LSN(len(l.epochs)) }

// at returns an operation behind base.
func (l *oplog) at(n service.LSN) operation { return l.ops[n-l.base-1] }

func (l *oplog) append(op operation) {
	l.epochs = append(l.epochs, op.Epoch)
	l.ops = append(l.ops, op)
	l.tell(keepOp{op})
}

// cut takes the operations behind an LSN away. Those that came by a copy stay.
func (l *oplog) cut(to service.LSN) {
	if to = max(to, l.base); to < l.last() {
		l.epochs, l.ops = l.epochs[:to:to], l.ops[:to-l.base:to-l.base]
		l.tell(keepCut{to})
	}
}

// common returns the last LSN up to which the log is the same as another one, of which the epochs are given.
func (l *oplog) common(epochs []service.Epoch) service.LSN {
	n := 0
	for n < min(len(epochs), len(l.epochs)) && epochs[n] == l.epochs[n] {
		n++
	}
	return service.LSN(n)
}

// reset makes the log that of a copy.
func (l *oplog) reset(epochs []service.Epoch) {
	l.base, l.epochs, l.ops = service.LSN(len(epochs)), slices.Clone(epochs), nil
	l.tell(keepCopy{slices.Clone(epochs)})
}

// progress is what a replica tells of its log when it is asked.
type progress struct {
	Base   service.LSN
	Epochs []service.Epoch
	Whole  bool // there is a state that goes with it
}

func (l *oplog) progress() progress { return progress{l.base, slices.Clone(l.epochs), true} }

// compare orders logs by how much they can know: the epoch of the last operation first, as an operation of an older epoch
// that is not in the log of a newer one was never committed.
func (p progress) compare(q progress) int {
	lastOf := func(p progress) (e service.Epoch) {
		if n := len(p.Epochs); n > 0 {
			e = p.Epochs[n-1]
		}
		return e
	}
	if c := lastOf(p).Compare(lastOf(q)); c != 0 {
		return c
	}
	return len(p.Epochs) - len(q.Epochs)
}

// extends reports whether a replica with log p can bring one with log q up to date by sending operations. Two logs with
// the same epoch at a place are the same up to there: there is one primary in an epoch, and nobody takes operations out
// of turn.
func (p progress) extends(q progress) bool {
	n := len(q.Epochs)
	return len(p.Epochs) >= n && service.LSN(n) >= p.Base && slices.Equal(p.Epochs[:n], q.Epochs)
}
