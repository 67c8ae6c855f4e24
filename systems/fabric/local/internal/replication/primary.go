package replication

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/quorum"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// Settings of a primary.
type Settings struct {
	MinReplicas int // that must hold an operation for it to be committed
	Window      int // operations that may be under way
	Lag         int // operations that the slowest member may be behind
}

// Primary is the replicator of a primary. It calls send for every message.
type Primary struct {
	self  service.ReplicaID
	epoch service.Epoch
	log   *Log
	set   Settings
	send  func(to Member, msg any)

	granted   bool
	draining  bool
	cur, prev Config // prev: the configuration before, while the current one catches up; else nil
	seq       int    // of cur
	committed service.LSN
	stored    service.LSN // what the primary itself holds

	peers    map[service.ReplicaID]*peer
	catchUp  service.LSN // what a quorum of cur has to hold
	catching bool
}

// peer is a secondary that operations are sent to: a member, or a replica that was built and is about to be one.
//
// Invariant: applied <= held <= sent.
type peer struct {
	to            Member
	sent          service.LSN
	held, applied service.LSN
	heard         bool // it has acknowledged something: held is known
	moved         bool // since the last Tick
}

// The messages between replicators.
type (
	// Begin tells a secondary who the primary of an epoch is, and asks for an acknowledgement.
	Begin struct{ Epoch service.Epoch }
	// Append brings operations, which follow one of epoch Before.
	Append struct {
		Epoch  service.Epoch // of the primary; the operations may be older
		Before service.Epoch
		Ops    []service.Op // at least one
	}
	// Ack says what a secondary has, and how much of that it has applied.
	Ack struct {
		Epoch         service.Epoch // of the primary that is told
		Held, Applied service.LSN
	}
)

// NewPrimary returns the replicator of the primary of an epoch. Of its log it holds what was stored.
func NewPrimary(self service.ReplicaID, e service.Epoch, l *Log, stored service.LSN, s Settings, send func(Member, any)) *Primary {
	return &Primary{self: self, epoch: e, log: l, set: s, stored: stored, send: send, peers: map[service.ReplicaID]*peer{}}
}

// Epoch returns the epoch of the primary.
func (p *Primary) Epoch() service.Epoch { return p.epoch }

// Committed returns the LSN of the last operation that is committed. It never decreases.
func (p *Primary) Committed() service.LSN { return p.committed }

// Seq returns the number of the current configuration.
func (p *Primary) Seq() int { return p.seq }

// Access says whether an operation would be taken.
func (p *Primary) Access() service.Access {
	switch {
	case !p.granted || p.draining:
		return service.AccessReconfigurationPending
	case len(p.cur) < p.set.MinReplicas:
		return service.AccessNoWriteQuorum
	}
	return service.AccessGranted
}

// Replicate appends an operation and sends it to all.
func (p *Primary) Replicate(data []byte) (service.LSN, error) {
	switch p.Access() {
	case service.AccessReconfigurationPending:
		return 0, service.ErrReconfigurationPending
	case service.AccessNoWriteQuorum:
		return 0, service.ErrNoWriteQuorum
	}
	if int(p.log.Last()-p.committed) >= p.set.Window || int(p.log.Last()-p.Slowest()) >= p.set.Lag {
		return 0, service.ErrWindowFull
	}
	n := p.log.Last() + 1
	p.log.Append(service.Op{LSN: n, Epoch: p.epoch, Data: data})
	for _, id := range p.ids() {
		p.pump(p.peers[id])
	}
	return n, nil
}

// Stored says that the primary itself holds its log up to an operation.
func (p *Primary) Stored(n service.LSN) {
	p.stored = max(p.stored, n)
	p.advance()
}

// Ack takes an acknowledgement.
func (p *Primary) Ack(from service.ReplicaID, a Ack) {
	x := p.peers[from]
	if x == nil || a.Epoch != p.epoch || a.Held > p.log.Last() {
		return
	}
	x.moved = x.moved || a.Held > x.held || a.Applied > x.applied
	if !x.heard {
		x.heard, x.sent = true, a.Held
	}
	x.held, x.applied = max(x.held, a.Held), max(x.applied, a.Applied)
	x.sent = max(x.sent, x.held)
	p.pump(x)
	p.advance()
}

// Follow starts to send to a replica that has just been built, whose log ends at an LSN.
func (p *Primary) Follow(to Member, at service.LSN) {
	if p.peers[to.ID] == nil {
		p.peers[to.ID] = &peer{to: to, sent: at, held: at, heard: true}
		p.pump(p.peers[to.ID])
	}
	p.send(to, Begin{p.epoch})
}

// Configure makes another configuration the current one. Until Settle, operations need the quorums of both.
func (p *Primary) Configure(seq int, cur, prev Config) {
	p.seq, p.cur, p.prev = seq, cur, prev
	p.catching, p.catchUp = true, p.log.Last()
	for _, m := range cur {
		if m.ID != p.self && p.peers[m.ID] == nil {
			p.peers[m.ID] = &peer{to: m}
			p.send(m, Begin{p.epoch})
		}
	}
	p.advance()
}

// CaughtUp reports whether a quorum of the current configuration holds all that there was when it became current.
func (p *Primary) CaughtUp() bool {
	return p.catching && p.cur.HeldBy(p.cur.Majority(), p.holds) >= p.catchUp
}

// Settle ends the catching up: the current configuration stands alone, and operations may be replicated.
func (p *Primary) Settle() {
	p.catching, p.prev, p.granted = false, nil, true
	p.advance()
}

// Forget ends sending to whatever is neither a member nor the replica that is being built.
func (p *Primary) Forget(building service.ReplicaID) {
	maps.DeleteFunc(p.peers, func(id service.ReplicaID, _ *peer) bool {
		return !p.cur.Has(id) && !p.prev.Has(id) && id != building
	})
}

// Settled reports whether the current configuration stands alone.
func (p *Primary) Settled() bool { return p.granted && !p.catching }

// Drain has no more operations taken, or takes them again.
func (p *Primary) Drain(on bool) { p.draining = on }

// Drained reports whether all operations are committed, and a replica has applied them.
func (p *Primary) Drained(by service.ReplicaID) bool {
	return p.draining && p.committed == p.log.Last() && p.Applied(by) == p.log.Last()
}

// Applied returns what a secondary is known to have applied.
func (p *Primary) Applied(id service.ReplicaID) service.LSN {
	if x := p.peers[id]; x != nil {
		return x.applied
	}
	return 0
}

// Slowest returns what all secondaries are known to hold; the last operation if there are none.
func (p *Primary) Slowest() service.LSN {
	n := p.log.Last()
	for _, x := range p.peers {
		n = min(n, x.held)
	}
	return n
}

// Tick repeats what seems to be lost.
func (p *Primary) Tick() {
	for _, id := range p.ids() {
		x := p.peers[id]
		if !x.moved {
			x.sent = x.held
		}
		x.moved = false
		p.send(x.to, Begin{p.epoch})
		p.pump(x)
	}
}

const (
	batchOps   = 256 // in one message
	flightOps  = 1024
	batchBytes = 1 << 20
)

// pump sends what a secondary lacks, as far as it may be under way.
func (p *Primary) pump(x *peer) {
	if !x.heard || x.held < p.log.Base() {
		return // the end of its log is not known yet, or it has to be built anew
	}
	for x.sent < p.log.Last() && x.sent-x.held < flightOps {
		to, size := x.sent, 0
		for to < p.log.Last() && to-x.sent < batchOps && size < batchBytes {
			to++
			size += len(p.log.At(to).Data)
		}
		p.send(x.to, Append{p.epoch, p.log.Epoch(x.sent), p.log.Range(x.sent, to)})
		x.sent = to
	}
}

func (p *Primary) ids() []service.ReplicaID { return slices.Sorted(maps.Keys(p.peers)) }

// holds returns what a replica holds for sure.
func (p *Primary) holds(id service.ReplicaID) service.LSN {
	if id == p.self {
		return p.stored
	}
	return p.Applied(id)
}

// advance commits what can be. Nothing is committed before all of the configuration's past has been caught up with:
// until then another primary might be elected that does not have it.
func (p *Primary) advance() {
	if !p.granted {
		return
	}
	need := p.cur.WriteQuorum(p.set.MinReplicas)
	p.committed = max(p.committed, quorum.Committed(p.cur, need, p.prev, p.holds))
}
