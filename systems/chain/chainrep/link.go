package chainrep

// config gives the server its first place. As long as the chain is being
// configured there are no updates, so a second Config undoes nothing.
func (s *Server) config(out *outbox, m Config) {
	s.configured = true
	s.pred, s.succ = m.Pred, m.Succ
	s.predEpoch, s.succEpoch = m.Epoch, m.Epoch
	out.send(s.cfg.Master, Configured{s.cfg.ID, m.Epoch})
}

// becomeTail makes this the end of the chain: whatever it has forwarded is done.
func (s *Server) becomeTail(out *outbox, m BecomeTail) {
	s.succ = ""
	for _, e := range s.sent {
		if e.Seq > s.answered || s.cfg.Bugs.has(AnswerTwice) {
			out.send(e.Client, RespUpdate{e.Req})
		}
	}
	if len(s.sent) > 0 {
		s.ackUpstream(out, s.last)
	}
	s.dropSent(len(s.sent))
	s.compact()
	out.send(s.cfg.Master, TailChanged{s.cfg.ID, m.Epoch})
}

// newPred ends the link to the predecessor, and says what came over it.
func (s *Server) newPred(out *outbox, m NewPred) {
	s.pred, s.predEpoch = m.Pred, m.Epoch
	s.configured = true // one that joins had no place before
	if s.cfg.Bugs.has(CR8) && len(s.hist) == 0 {
		return
	}
	info := SuccInfo{From: s.cfg.ID, LastRecv: s.last, LastAck: s.last, Epoch: m.Epoch}
	if s.cfg.Bugs.has(CR7) && len(s.hist) == 0 {
		info.LastRecv, info.LastAck = 0, 0
	}
	if len(s.sent) > 0 {
		info.LastAck = s.sent[0].Seq - 1
	}
	out.send(s.cfg.Master, info)
}

// newSucc begins a link to a new successor: it is sent what it has not received,
// and what has been processed beyond it is acknowledged.
func (s *Server) newSucc(out *outbox, m NewSucc) error {
	joins := s.isTail()
	if joins {
		if err := s.reopen(m); err != nil {
			return err
		}
	}
	s.succ, s.succEpoch = m.Succ, m.Epoch
	n := 0
	if s.cfg.Bugs.has(CR3) {
		n = s.processedOrLarge(m.LastAck)
	} else {
		for n < len(s.sent) && s.sent[n].Seq <= m.LastAck {
			n++
		}
	}
	if n > 0 {
		s.ackUpstream(out, m.LastAck)
	}
	s.dropSent(n)
	s.compact()
	for _, e := range s.sent {
		if e.Seq > m.LastRecv && !s.cfg.Bugs.has(CR9) {
			out.send(s.succ, Forward{s.cfg.ID, s.succEpoch, e})
		}
	}
	if joins {
		out.send(s.succ, Handover{s.cfg.ID, m.Epoch})
	}
	out.send(s.cfg.Master, SuccFixed{s.cfg.ID, m.Epoch})
	return nil
}
