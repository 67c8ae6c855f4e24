package chainrep

import "slices"

// fault takes a server out of the chain, whatever the master was doing, and begins
// again with what is left to be confirmed.
func (m *Master) fault(out *outbox, f FaultDetected) {
	if m.cfg.Bugs.has(CRX) && (m.state == AwaitInfo || m.state == AwaitFixed) {
		m.deferred = append(m.deferred, f)
		return
	}
	if slices.Contains(m.joining, f.Server) {
		m.leaveOff(out, f.Server)
		return
	}
	if !slices.Contains(m.servers, f.Server) {
		if f.Dead {
			m.fenced(out, f.Server) // that will do as well
		}
		return
	}
	if !f.Dead && len(m.servers) == 1 {
		return // nobody could take over from it
	}
	m.remove(f.Server)
	if !f.Dead && !m.cfg.Bugs.has(CR1) {
		m.suspects = append(m.suspects, f.Server)
	}
	m.epoch++
	m.drive(out)
}

// remove strikes out a server, and what was confirmed of its links.
func (m *Master) remove(server NodeID) {
	if m.cfg.Bugs.has(CR6) && m.configured {
		m.removePlace(slices.Index(m.servers, server))
	} else {
		m.servers = without(m.servers, server)
	}
	m.prune()
}

// prune strikes out the links of servers that have gone.
func (m *Master) prune() {
	m.links = slices.DeleteFunc(m.links, func(l link) bool {
		return !slices.Contains(m.servers, l.up) || !slices.Contains(m.servers, l.down)
	})
}

// fenced notes that a suspect does no harm any more. That is true for good, in
// whichever epoch it was asked.
func (m *Master) fenced(out *outbox, server NodeID) {
	if !slices.Contains(m.suspects, server) {
		return
	}
	first := m.suspects[0] == server
	if m.suspects = without(m.suspects, server); first && m.state == AwaitFence {
		m.drive(out)
	}
}

// drive does the first thing that is left to do. Suspects are fenced before
// anything else: until then one of them may be a tail that answers queries.
func (m *Master) drive(out *outbox) {
	n := len(m.servers)
	switch {
	case n == 0:
		m.state = Dead
	case len(m.suspects) > 0:
		m.state = AwaitFence
		out.send(m.suspects[0], Fence{m.epoch})
	case !m.configured:
		m.configure(out)
	case m.head != m.servers[0]:
		m.state = AwaitHead
		out.send(m.servers[0], BecomeHead{m.epoch})
	case len(m.places) > 0:
		m.cutOut(out)
	case m.tail != m.servers[n-1]:
		m.state = AwaitTail
		out.send(m.servers[n-1], BecomeTail{m.epoch})
	default:
		m.relink(out)
	}
}

// configure tells all servers their places.
func (m *Master) configure(out *outbox) {
	m.state = Configuring
	m.unready = slices.Clone(m.servers)
	for i, s := range m.servers {
		place := Config{Epoch: m.epoch}
		if i > 0 {
			place.Pred = m.servers[i-1]
		}
		if i+1 < len(m.servers) {
			place.Succ = m.servers[i+1]
		}
		out.send(s, place)
	}
}

// relink makes the first link that is not confirmed.
func (m *Master) relink(out *outbox) {
	for _, l := range m.wanted() {
		if !slices.Contains(m.links, l) {
			m.begin(out, l)
			return
		}
	}
	m.settle(out)
}

func (m *Master) begin(out *outbox, l link) {
	m.state, m.link = AwaitInfo, l
	out.send(l.down, NewPred{l.up, m.epoch})
}

// settle tells everybody that the chain is whole.
func (m *Master) settle(out *outbox) {
	m.state, m.link = Stable, link{}
	for _, c := range m.cfg.Clients {
		out.send(c, HeadTail{m.head, m.tail, m.epoch})
	}
	out.send(m.cfg.Detector, FaultCorrected{m.Servers()})
	m.handleDeferred(out)
	m.extend(out)
}
