package chainrep

import "slices"

// Bugs is a set of seeded defects, each a mistake that the correct protocol avoids
// by a line or two. They exist so that tests can show that they are found. The
// zero value has none.
type Bugs uint32

// The seeded defects; CRn is bit n-1.
const (
	// CR1 does not fence suspects, and takes a timeout for a failure even when the
	// answer came before it. A healthy tail that is suspected goes on answering
	// queries with what the new tail has long overwritten.
	CR1 Bugs = 1 << iota

	// CR2 takes every Forward, whoever sent it. One that was in flight when its
	// sender died comes behind the copy that the new predecessor has sent.
	CR2

	// CR3 cuts too much off the entries not acknowledged when the successor
	// changes: how many is only known if the last acknowledged one is among them.
	CR3

	// CR4 lets the clients number the entries.
	CR4

	// CR5 lets a client that waits for an answer expect nothing else, and the news
	// of a new head or tail is something else.
	CR5

	// CR6 lets the master keep a failed server of the middle by its place in the
	// list until its turn comes. When the head leaves before that, the place is
	// another server's.
	CR6

	// CR7 takes what is left in the history for what was received. Compaction has
	// emptied it, and the new predecessor sends everything again that it has.
	CR7

	// CR8 leaves a new predecessor without answer as long as there is nothing in
	// the history.
	CR8

	// CR9 does not forward again what a failed successor may not have forwarded.
	CR9

	// CR10 does not let the head apply the updates that it passes on, as only the
	// tail answers queries. When the head becomes the tail, they are missing.
	CR10

	// CRE takes Forwards of the predecessor, whatever their link. When the link to
	// it is made twice, the same entry comes twice.
	CRE

	// CRX puts the report of a failure off while the master waits for one of the
	// two servers of a link. When it is that server that has failed, it waits for
	// ever.
	CRX

	seeded = 1<<iota - 1
)

// Mutants are not bugs that anybody makes, but prove that a specification can be
// violated.
const (
	// ForgetSent does not keep what was forwarded.
	ForgetSent Bugs = 1 << (16 + iota)
	// NoDedupe takes a request that is sent again for a new one.
	NoDedupe
	// EagerHead answers updates at the head, before anybody else has them.
	EagerHead
	// EagerJoin takes a server that joins for the tail as soon as it is linked: it
	// answers queries without what is still under way to it.
	EagerJoin
	// AnswerTwice lets a tail to which another server could not be joined answer
	// everything again that it had sent to that server. For a store of keys that is
	// no defect; a replicated state machine has forgotten the results.
	AnswerTwice

	mutants = 1<<(16+iota) - 1<<16
)

func (b Bugs) has(bug Bugs) bool { return b&bug != 0 }

// Valid reports whether b has no bits that mean nothing.
func (b Bugs) Valid() bool { return b&^(seeded|mutants) == 0 }

// The rest of this file is what takes the place of more than a line.

// processedOrLarge is CR3: the number of sent entries up to lastAck, and a large
// number if that is not one of them.
func (s *Server) processedOrLarge(lastAck uint64) int {
	for i, e := range s.sent {
		if e.Seq == lastAck {
			return i + 1
		}
	}
	return 1 << 10
}

// handleDeferred is CRX: the reports that were put off.
func (m *Master) handleDeferred(out *outbox) {
	late := m.deferred
	m.deferred = nil
	for _, f := range late {
		m.fault(out, f)
	}
}

// removePlace is CR6: the head and the tail leave at once, the head with those next
// to it that have failed; a server of the middle is known by its place until the
// link around it is made. When the head leaves, the places should change.
func (m *Master) removePlace(i int) {
	switch {
	case i > 0 && i < len(m.servers)-1:
		m.places = append(m.places, i)
	case i > 0:
		m.servers = m.servers[:i]
	default:
		_, down := m.around(0)
		m.places = slices.DeleteFunc(m.places, func(p int) bool { return p < down })
		m.servers = m.servers[min(down, len(m.servers)):]
	}
}

// cutOut is CR6: a server of the middle leaves when the link around it is made, or
// when it is the last one.
func (m *Master) cutOut(out *outbox) {
	if up, down := m.around(m.places[0]); down < len(m.servers) {
		m.begin(out, link{m.servers[up], m.servers[down]})
		return
	}
	m.leave()
	m.drive(out)
}

// around returns the places of the neighbours that are left to a place.
func (m *Master) around(place int) (up, down int) {
	for up = place - 1; up > 0 && slices.Contains(m.places, up); up-- {
	}
	for down = place + 1; slices.Contains(m.places, down); down++ {
	}
	return up, down
}

// leave is CR6: the server of the first place leaves, and those next to it that
// have failed.
func (m *Master) leave() {
	up, down := m.around(m.places[0])
	m.places = slices.DeleteFunc(m.places, func(p int) bool { return up < p && p < down })
	m.servers = slices.Delete(m.servers, min(up+1, len(m.servers)), min(down, len(m.servers)))
	m.prune()
}
