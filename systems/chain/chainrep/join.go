package chainrep

import "slices"

// join lets a server wait for its turn to be the tail.
func (m *Master) join(out *outbox, server NodeID) {
	if server == "" || slices.Contains(m.servers, server) || slices.Contains(m.joining, server) || m.state == Dead {
		return
	}
	m.joining = append(m.joining, server)
	if m.state == Stable {
		m.extend(out)
	}
}

// extend begins the link from the tail to the first server that joins. The tail is
// not confirmed from then on: it does not know whether it still is the tail.
func (m *Master) extend(out *outbox) {
	if m.state != Stable || len(m.joining) == 0 {
		return
	}
	up := m.tail
	m.tail = ""
	m.epoch++
	out.send(m.cfg.Detector, Expected{slices.Clone(m.joining)})
	m.begin(out, link{up, m.joining[0]})
}

// extends reports whether the link being made is that to a server that joins.
func (m *Master) extends() bool { return !m.cfg.Bugs.has(EagerJoin) && m.linksNew() }

func (m *Master) linksNew() bool { return len(m.joining) > 0 && m.link.down == m.joining[0] }

// joined makes a server part of the chain: it has all that was answered by the tail
// before it.
func (m *Master) joined(out *outbox) {
	s := m.joining[0]
	m.joining = without(m.joining, s)
	m.servers = append(m.servers, s)
	m.links = append(m.links, m.link)
	m.tail = s
	m.drive(out)
}

// leaveOff strikes out a server that has failed before it was part of the chain.
func (m *Master) leaveOff(out *outbox, server NodeID) {
	begun := m.joining[0] == server && m.tail == ""
	m.joining = without(m.joining, server)
	if begun {
		m.epoch++
		m.drive(out)
	}
}

// reopen has the tail take everything for not processed that a server which joins
// does not have.
func (s *Server) reopen(m NewSucc) error {
	first := s.last + 1 - uint64(len(s.hist))
	if m.LastRecv+1 < first {
		return broken(s.cfg.ID, "%s joins and needs entry %d, and the history has been compacted up to %d: "+
			"a chain that compacts cannot be extended", m.Succ, m.LastRecv+1, first-1)
	}
	s.sent, s.answered = nil, s.last
	if m.LastRecv < s.last {
		s.sent = slices.Clone(s.hist[m.LastRecv+1-first:])
	}
	return nil
}

// handover tells the master that the server has what it lacked. A Handover on a link
// that is over is stale, as a Forward is.
func (s *Server) handover(out *outbox, m Handover) {
	if m.From == s.pred && m.Epoch == s.predEpoch {
		out.send(s.cfg.Master, TailChanged{s.cfg.ID, m.Epoch})
	}
}
