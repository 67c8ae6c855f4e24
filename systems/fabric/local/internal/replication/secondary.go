package replication

import "github.com/ravelgo/ravel/model/fabric/service"

// Secondary is the replicator of a secondary.
type Secondary struct {
	Log    *Log
	Fenced service.Epoch // operations of older primaries are refused. Invariant: it never decreases
}

// Fence refuses what older primaries send from now on. It reports whether the epoch is not older itself.
func (s *Secondary) Fence(e service.Epoch) bool {
	if e.Compare(s.Fenced) < 0 {
		return false
	}
	s.Fenced = e
	return true
}

// Take takes those of the operations that are next. What it has already is no harm. It reports whether the message was
// one of the primary that it listens to.
func (s *Secondary) Take(a Append) bool {
	if a.Epoch != s.Fenced || len(a.Ops) == 0 {
		return false
	}
	before := a.Ops[0].LSN - 1
	if before > s.Log.Last() || s.Log.Epoch(before) != a.Before {
		return true // something before it was lost
	}
	for _, op := range a.Ops {
		if op.LSN == s.Log.Last()+1 {
			s.Log.Append(op)
		}
	}
	return true
}
