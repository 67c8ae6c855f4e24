package fabric

import "github.com/ravelgo/ravel/model/fabric/service"

// secondary is the replicator of a secondary, without input and output.
type secondary struct {
	log    *oplog
	fenced service.Epoch // operations of older primaries are refused. Invariant: it never decreases
	idle   bool          // nothing is taken before the copy is complete, but kept
	early  []replicate
	bugs   bugs
}

// fence refuses what older primaries send from now on. It reports whether the epoch is not older itself.
func (s *secondary) fence(e service.Epoch) bool {
	if e.Compare(s.fenced) < 0 {
		return false
	}
	if !s.bugs.has(noFence) {
		s.fenced = e
	}
	return true
}

// take takes an operation if it is the next one. What it has already is no harm.
func (s *secondary) take(r replicate) {
	switch {
	case r.Epoch.Compare(s.fenced) < 0:
	case s.idle:
		s.early = append(s.early, r)
	case r.Op.LSN == s.log.last()+1:
		s.log.append(r.Op)
	case s.bugs.has(takeGaps) && r.Op.LSN > s.log.last():
		r.Op.LSN = s.log.last() + 1
		s.log.append(r.Op)
	}
}

// copied says that the state, and the log, are those of a copy; what came meanwhile goes behind it.
func (s *secondary) copied() {
	s.idle = false
	early := s.early
	if s.bugs.has(takeGaps) && len(early) > 0 {
		early = early[1:]
	}
	s.early = nil
	for _, r := range early {
		s.take(r)
	}
}
