package txn

// Seq numbers the requests of a client that has one request at a time, and tells the answer to the last one from those
// that come late or twice. The zero Seq is ready.
type Seq struct {
	last    uint64
	waiting bool
}

// Next returns the number of a new request. The one before it is given up if it is not answered.
func (s *Seq) Next() uint64 {
	s.last++
	s.waiting = true
	return s.last
}

// Takes reports whether a number is that of the request that waits for its answer, which is thereby answered.
func (s *Seq) Takes(n uint64) bool {
	if !s.waiting || n != s.last {
		return false
	}
	s.waiting = false
	return true
}
