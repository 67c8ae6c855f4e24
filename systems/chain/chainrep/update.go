package chainrep

// update lets the head begin an update. A client that has not heard of the
// present head hears of it soon, and asks again.
func (s *Server) update(o *Output, m Update) error {
	out := (*outbox)(&o.Messages)
	if !s.isHead() {
		return nil
	}
	if known := s.sessions[m.Client]; m.Req <= known.req && !s.cfg.Bugs.has(NoDedupe) {
		// A client has one request at a time, so an older one is answered. The
		// tail will answer what is still under way.
		if m.Req == known.req && !s.underway(known.seq) {
			out.send(m.Client, RespUpdate{m.Req})
		}
		return nil
	}
	e := Entry{s.last + 1, m.Client, m.Req, m.Key, m.Value}
	if s.cfg.Bugs.has(CR4) {
		e.Seq = m.Req
	}
	if s.cfg.Bugs.has(EagerHead) {
		out.send(m.Client, RespUpdate{m.Req})
	}
	s.take(o, e)
	return nil
}

// underway reports whether the tail may not have processed an entry yet.
func (s *Server) underway(seq uint64) bool { return len(s.sent) > 0 && seq >= s.sent[0].Seq }

// forward takes an entry from the predecessor. What comes on a link that is over
// is stale: what was in flight on it is sent again on the new link.
func (s *Server) forward(o *Output, m Forward) error {
	stale := m.From != s.pred || m.Epoch != s.predEpoch
	switch {
	case s.cfg.Bugs.has(CR2):
		stale = false
	case s.cfg.Bugs.has(CRE):
		stale = m.From != s.pred
	}
	if stale {
		return nil
	}
	if m.Entry.Seq != s.last+1 {
		return broken(s.cfg.ID, "entry %d comes behind entry %d", m.Entry.Seq, s.last)
	}
	s.take(o, m.Entry)
	return nil
}

// take applies an entry and passes it on, or answers it.
func (s *Server) take(o *Output, e Entry) {
	out := (*outbox)(&o.Messages)
	s.last = e.Seq
	s.hist = append(s.hist, e)
	if !s.isHead() || s.isTail() || !s.cfg.Bugs.has(CR10) {
		s.kv[e.Key] = e.Value
	}
	s.sessions[e.Client] = session{e.Req, e.Seq}
	o.Applied = append(o.Applied, e)
	if !s.isTail() {
		if !s.cfg.Bugs.has(ForgetSent) {
			s.sent = append(s.sent, e)
		}
		out.send(s.succ, Forward{s.cfg.ID, s.succEpoch, e})
		return
	}
	out.send(e.Client, RespUpdate{e.Req})
	s.ackUpstream(out, e.Seq)
	s.compact()
}

// acknowledge strikes out what the tail has processed.
func (s *Server) acknowledge(out *outbox, seq uint64) {
	n := 0
	for n < len(s.sent) && s.sent[n].Seq <= seq {
		n++
	}
	s.dropSent(n)
	s.ackUpstream(out, seq)
	s.compact()
}

// dropSent strikes out the oldest n entries that were sent.
func (s *Server) dropSent(n int) {
	if s.sent = s.sent[n:]; len(s.sent) == 0 {
		s.sent = nil
	}
}

func (s *Server) ackUpstream(out *outbox, seq uint64) {
	if !s.isHead() {
		out.send(s.pred, Ack{seq})
	}
}

// compact empties a history that is long and processed.
func (s *Server) compact() {
	if s.cfg.Compact > 0 && len(s.sent) == 0 && len(s.hist) >= s.cfg.Compact {
		s.hist = nil
	}
}

// query lets the tail answer. Others have entries that may yet be lost, and a
// client that asks them hears of the tail soon.
func (s *Server) query(out *outbox, m Query) {
	if !s.isTail() {
		return
	}
	v, found := s.Value(m.Key)
	out.send(m.Client, RespQuery{m.Req, m.Key, v, found})
}
