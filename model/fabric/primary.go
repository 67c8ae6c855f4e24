package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/quorum"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// primary is the replicator of a primary: a deterministic core that does no input and output. It calls send for every
// message.
type primary struct {
	self   service.ReplicaID
	epoch  service.Epoch
	log    *oplog
	least  int // replicas, for a write
	window int // operations that may be under way
	send   func(to service.ReplicaID, msg any)
	bugs   bugs

	granted   bool
	draining  bool        // the primary is about to become a secondary
	cur, prev config      // prev: the configuration before, while the current one catches up; else nil
	committed service.LSN // Invariant: it never decreases

	peers    map[service.ReplicaID]service.LSN // what each secondary is sent, members and those that are being built
	building map[service.ReplicaID]bool
	acked    map[service.ReplicaID]service.LSN // what each secondary has applied

	catchUp  service.LSN // what a quorum of cur has to hold
	catching bool
}

func newPrimary(self service.ReplicaID, e service.Epoch, l *oplog, least, window int, send func(service.ReplicaID, any)) *primary {
	return &primary{
		self: self, epoch: e, log: l, least: least, window: window, send: send,
		peers: map[service.ReplicaID]service.LSN{}, building: map[service.ReplicaID]bool{}, acked: map[service.ReplicaID]service.LSN{},
	}
}

// The messages between replicators.
type (
	// begin tells a secondary who the primary of an epoch is, and asks for an acknowledgement.
	begin struct {
		Epoch service.Epoch
		Tail  bool        // what the secondary has is all right, and ends
		At    service.LSN // here
	}
	// replicate brings an operation.
	replicate struct {
		Epoch service.Epoch // of the primary; the operation may be older
		Op    operation
	}
	// ack says what a secondary has applied.
	ack struct {
		Epoch   service.Epoch // of the primary that is told
		Applied service.LSN
	}
)

// follow starts to send to a secondary whose log ends at an LSN.
func (p *primary) follow(id service.ReplicaID, at service.LSN, tail bool) {
	p.peers[id] = at
	p.send(id, begin{p.epoch, tail, at})
	for at++; at <= p.log.last(); at++ {
		p.transmit(id, at)
	}
}

func (p *primary) transmit(id service.ReplicaID, n service.LSN) {
	p.peers[id] = n
	p.send(id, replicate{p.epoch, p.log.at(n)})
}

// forget ends sending to a secondary.
func (p *primary) forget(id service.ReplicaID) {
	delete(p.peers, id)
	delete(p.acked, id)
	delete(p.building, id)
}

// build notes that a replica is being built. It is the only one: an earlier build that did not come to an end is given
// up.
func (p *primary) build(id service.ReplicaID) {
	for other := range p.building {
		p.forget(other)
	}
	p.building[id] = true
}

// access says whether an operation would be taken.
func (p *primary) access() service.Access {
	switch {
	case !p.granted || p.draining:
		return service.AccessReconfigurationPending
	case len(p.cur) < p.least:
		return service.AccessNoWriteQuorum
	}
	return service.AccessGranted
}

// replicate appends an operation and sends it to all.
func (p *primary) replicate(data []byte) (service.LSN, error) {
	switch {
	case p.access() == service.AccessReconfigurationPending:
		return 0, service.ErrReconfigurationPending
	case p.access() == service.AccessNoWriteQuorum:
		return 0, service.ErrNoWriteQuorum
	case int(p.log.last()-p.committed) >= p.window:
		return 0, service.ErrWindowFull
	}
	n := p.log.last() + 1
	p.log.append(operation{n, p.epoch, string(data)})
	for _, id := range slices.Sorted(maps.Keys(p.peers)) {
		p.transmit(id, n)
	}
	p.advance()
	return n, nil
}

// ack takes an acknowledgement.
func (p *primary) ack(from service.ReplicaID, a ack) {
	if _, known := p.peers[from]; !known || a.Epoch != p.epoch {
		return
	}
	p.acked[from] = max(p.acked[from], a.Applied)
	p.advance()
}

// holds returns what a replica holds for sure.
func (p *primary) holds(id service.ReplicaID) service.LSN {
	if id == p.self {
		return p.log.last()
	}
	return p.acked[id]
}

// configure makes another configuration the current one. Until settle, operations need the quorums of both.
func (p *primary) configure(cur, prev config) {
	p.cur, p.prev = cur, prev
	p.catching, p.catchUp = true, p.log.last()
	for _, m := range cur {
		delete(p.building, m.ID)
	}
	p.advance()
}

// caughtUp reports whether a quorum of the current configuration holds all that there was when it became current.
func (p *primary) caughtUp() bool {
	return p.catching && p.cur.HeldBy(p.cur.Majority(), p.holds) >= p.catchUp
}

// settle ends the catching up: the current configuration stands alone, and operations may be replicated.
func (p *primary) settle() {
	for id := range p.peers {
		if !p.cur.Has(id) && !p.building[id] {
			p.forget(id)
		}
	}
	p.catching, p.prev, p.granted = false, nil, true
	p.advance()
}

// advance commits what can be. An operation is not committed before all of the configuration's past has been caught up
// with: until then another primary might be elected that does not have it.
func (p *primary) advance() {
	if !p.granted {
		return
	}
	cur := p.cur
	if p.bugs.has(countIdle) {
		for _, id := range slices.Sorted(maps.Keys(p.building)) {
			if !cur.Has(id) {
				cur = cur.With(member{ID: id})
			}
		}
	}
	need := p.cur.WriteQuorum(p.least)
	if p.bugs.has(quorumTooSmall) {
		need = 1
	}
	p.committed = max(p.committed, quorum.Committed(cur, need, p.prev, p.holds))
}
