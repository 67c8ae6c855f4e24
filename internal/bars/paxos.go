package bars

import (
	"math/bits"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// Numbers of the Paxos programs.
const (
	servers    = 3
	maxClients = 4
)

// ballot is a number of a ballot and the server that leads it. The zero value comes before all others.
type ballot struct{ round, leader uint8 }

func (b ballot) less(than ballot) bool {
	return b.round < than.round || b.round == than.round && b.leader < than.leader
}

// value is what a client writes, its number plus 1; 0 is nothing.
type value uint8

// vote is a value accepted in a ballot; the zero value is none.
type vote struct {
	in    ballot
	value value
}

type messageKind uint8

const (
	putRequest messageKind = iota
	getRequest
	putReply
	getReply
	prepareMsg
	promiseMsg
	acceptMsg
	acceptedMsg
	decideMsg
)

// message is what servers and clients send to each other. Servers are 0 to 2, clients follow.
type message struct {
	from, to uint8
	kind     messageKind
	ballot   ballot // of a prepare, promise, accept, accepted, decide
	voted    ballot // of a promise: the ballot of the last vote
	value    value  // of a put, get reply, accept, decide; of a promise: that of the last vote
}

// key orders messages; different ones have different keys.
func (m message) key() uint64 {
	return uint64(m.from)<<56 | uint64(m.to)<<48 | uint64(m.kind)<<40 | uint64(m.ballot.round)<<32 | uint64(m.ballot.leader)<<24 |
		uint64(m.voted.round)<<16 | uint64(m.voted.leader)<<8 | uint64(m.value)
}

// server is proposer, acceptor and learner of a register that is written once: single-decree Paxos, with a ballot for each
// request to write. Source: Lamport, "Paxos Made Simple", SIGACT News 2001, section 2.
type server struct {
	id      uint8
	forgets bool // a mistake: its proposals ignore what others have voted for

	ballot  ballot // the highest it has heard of
	last    vote
	decided bool

	proposal value // of its own ballot
	promises uint8 // who has promised, itself included
	votes    [servers]vote
	accepts  uint8 // who has accepted, itself included
}

const majority = servers/2 + 1

// handle returns the server after a message and appends what it sends. It returns false for a message that means nothing
// to it.
func (s server) handle(m message, out []message) (server, []message, bool) {
	switch {
	case s.decided:
		if m.kind != getRequest {
			return s, out, false
		}
		return s, append(out, message{from: s.id, to: m.from, kind: getReply, value: s.last.value}), true
	case m.kind == putRequest && s.proposal == 0:
		s.propose(m.value)
		out = s.broadcast(out, message{kind: prepareMsg, ballot: s.ballot})
	case m.kind == prepareMsg && s.ballot.less(m.ballot):
		s.ballot = m.ballot
		out = append(out, message{from: s.id, to: m.from, kind: promiseMsg, ballot: m.ballot, voted: s.last.in, value: s.last.value})
	case m.kind == promiseMsg && m.ballot == s.ballot:
		s.promises |= 1 << m.from
		s.votes[m.from] = vote{m.voted, m.value}
		if bits.OnesCount8(s.promises) == majority {
			s.lead()
			out = s.broadcast(out, message{kind: acceptMsg, ballot: s.ballot, value: s.proposal})
		}
	case m.kind == acceptMsg && !m.ballot.less(s.ballot):
		s.ballot, s.last = m.ballot, vote{m.ballot, m.value}
		out = append(out, message{from: s.id, to: m.from, kind: acceptedMsg, ballot: m.ballot})
	case m.kind == acceptedMsg && m.ballot == s.ballot:
		s.accepts |= 1 << m.from
		if bits.OnesCount8(s.accepts) == majority {
			s.decided = true
			out = s.broadcast(out, message{kind: decideMsg, ballot: s.ballot, value: s.proposal})
			out = append(out, message{from: s.id, to: writer(s.proposal), kind: putReply})
		}
	case m.kind == decideMsg:
		s.ballot, s.last, s.decided = m.ballot, vote{m.ballot, m.value}, true
	default:
		return s, out, false
	}
	return s, out, true
}

// propose begins a ballot, which it joins itself.
func (s *server) propose(v value) {
	s.proposal = v
	s.ballot = ballot{s.ballot.round + 1, s.id}
	s.promises, s.accepts = 1<<s.id, 0
	s.votes = [servers]vote{}
	s.votes[s.id] = s.last
}

// lead makes the proposal, now that a majority has promised: the value of the latest vote, if there is one.
func (s *server) lead() {
	var latest vote
	for _, v := range s.votes {
		if latest.in.less(v.in) {
			latest = v
		}
	}
	if latest.value != 0 && !s.forgets {
		s.proposal = latest.value
	}
	s.last = vote{s.ballot, s.proposal}
	s.accepts |= 1 << s.id
}

func (s *server) broadcast(out []message, m message) []message {
	m.from = s.id
	for m.to = range uint8(servers) {
		if m.to != s.id {
			out = append(out, m)
		}
	}
	return out
}

// writer is the client that writes a value.
func writer(v value) uint8 { return servers + uint8(v) - 1 }

// firstServer is whom a client asks to write, and nextServer whom it asks afterwards.
func firstServer(client int) uint8 { return uint8((servers + client) % servers) }
func nextServer(client int) uint8  { return uint8((servers + client + 1) % servers) }

// paxos is the whole system as one machine: servers, clients, and the messages under way. Each of its steps delivers one
// message, whichever.
type paxos struct {
	n       int // clients
	servers [servers]server
	history history
	network []message // in the order of their keys
}

func newPaxos(n int, forgets bool) *paxos {
	p := &paxos{n: n}
	for i := range p.servers {
		p.servers[i] = server{id: uint8(i), forgets: forgets}
	}
	for i := range n {
		p.send(message{from: uint8(servers + i), to: firstServer(i), kind: putRequest, value: value(i + 1)})
	}
	return p
}

func (p *paxos) send(m message) {
	i, _ := p.find(m)
	p.network = slices.Insert(p.network, i, m)
}

func (p *paxos) find(m message) (int, bool) {
	return slices.BinarySearchFunc(p.network, m.key(), func(other message, key uint64) int {
		switch k := other.key(); {
		case k < key:
			return -1
		case k > key:
			return 1
		}
		return 0
	})
}

// means reports whether the delivery of a message does something. One that does nothing is never delivered.
func (p *paxos) means(m message) bool {
	if m.to >= servers {
		return p.history.expects(int(m.to-servers), m.kind)
	}
	var room [servers]message
	_, _, does := p.servers[m.to].handle(m, room[:0])
	return does
}

// deliverable appends the places of the messages that can be delivered.
func (p *paxos) deliverable(places []int) []int {
	for i, m := range p.network {
		if (i == 0 || m != p.network[i-1]) && p.means(m) {
			places = append(places, i)
		}
	}
	return places
}

// deliver takes a message from the network, and what follows from it is sent.
func (p *paxos) deliver(at int) {
	m := p.network[at]
	p.network = slices.Delete(p.network, at, at+1)
	if m.to < servers {
		var room [servers]message
		s, out, _ := p.servers[m.to].handle(m, room[:0])
		p.servers[m.to] = s
		for _, o := range out {
			p.send(o)
		}
		return
	}
	client := int(m.to - servers)
	if p.history.returns(client, m.value); m.kind == putReply {
		p.send(message{from: m.to, to: nextServer(client), kind: getRequest})
	}
}

// step is the handler: whatever can be delivered is.
func (p *paxos) step(c *ravel.Context) {
	var room [8 * maxClients]int
	places := p.deliverable(room[:0])
	p.deliver(places[c.Int(len(places))])
	c.Assert(p.agree(), "servers have decided on different values")
	c.Assert(p.history.linearizable(p.n), "the history of the register is not linearizable")
	if len(p.deliverable(room[:0])) == 0 {
		c.Goto("Done")
	}
}

// agree is the specification: all that decide decide on one value.
func (p *paxos) agree() bool {
	var v value
	for i := range p.servers {
		if s := &p.servers[i]; s.decided {
			if v != 0 && v != s.last.value {
				return false
			}
			v = s.last.value
		}
	}
	return true
}

var paxosMachine = ravel.Define[paxos]("Paxos",
	ravel.Start("Running", ravel.OnDefault((*paxos).step)),
	ravel.In("Done"))

// Paxos is the body of a test of single-decree Paxos with 3 servers and n clients, up to 4, as one machine.
//
// It is the protocol and the environment of stateright's example of the name (as its tests have it at commit 585b1a9: 2
// clients, and a network without order, duplication or loss), and has as many states. Client number i writes the value i+1 by
// way of server i mod 3 and, after the reply, reads by way of the next server. A server proposes the first value that it is
// asked to write, unless it knows of a decision; what it promises and accepts itself it knows at once, without a message. A
// server that knows of a decision answers requests to read and takes no notice of anything else; one that knows of none leaves
// these in the network. What means nothing to its receiver is not delivered, and stays in the network for good.
//
// A state consists of the servers, with all that a leader has collected; of what the clients have done, including which
// operations of others each knew to be over when it began to read, and what it has read; and of the multiset of messages
// under way. Specified is that all who decide agree, and that the history of the register is linearizable.
func Paxos(n int) func(*check.T) { return paxosBody(n, false) }

func paxosBody(n int, forgets bool) func(*check.T) {
	return func(t *check.T) { t.Create(paxosMachine.New(newPaxos(n, forgets))) }
}
