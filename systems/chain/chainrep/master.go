package chainrep

import (
	"errors"
	"slices"
)

// MasterConfig are the settings of a master.
type MasterConfig struct {
	ID       NodeID
	Servers  []NodeID // the chain, from head to tail
	Clients  []NodeID // who is told of heads and tails
	Detector NodeID
	Bugs     Bugs
}

// MasterState is what a master waits for.
type MasterState uint8

// The states of a master.
const (
	Configuring MasterState = iota // every server to take its first place
	Stable                         // nothing: the chain is whole
	AwaitFence                     // a suspect to be barred
	AwaitHead                      // the head to know that it is
	AwaitTail                      // the tail to know that it is
	AwaitInfo                      // the lower server of a link to say what it has
	AwaitFixed                     // the upper server of a link to send what the lower one lacks
	AwaitJoin                      // a server that joins to have all that was answered without it
	Dead                           // nothing: there is no server left
)

var masterStates = [...]string{"Configuring", "Stable", "AwaitFence", "AwaitHead", "AwaitTail", "AwaitInfo", "AwaitFixed", "AwaitJoin", "Dead"}

// String returns the state's name.
func (s MasterState) String() string { return masterStates[s] }

// link is two neighbours.
type link struct{ up, down NodeID }

// Master keeps the servers of a chain linked. It is not safe for concurrent use.
type Master struct {
	cfg   MasterConfig
	state MasterState
	epoch uint64 // of what is being done

	servers    []NodeID // the chain, without those that have failed
	joining    []NodeID // to be added, in this order
	suspects   []NodeID // removed, and to be fenced
	unready    []NodeID // while the chain is configured: who has not answered
	configured bool     // the chain has been configured

	// What is confirmed.
	head, tail NodeID
	links      []link

	link link // being made, in AwaitInfo and AwaitFixed

	deferred []FaultDetected // CRX
	places   []int           // CR6
}

// NewMaster returns a master that has done nothing yet.
func NewMaster(cfg MasterConfig) (*Master, error) {
	if len(cfg.Servers) == 0 {
		return nil, errors.New("chainrep: a master needs servers: name at least one")
	}
	if sorted := slices.Sorted(slices.Values(cfg.Servers)); len(slices.Compact(sorted)) != len(cfg.Servers) {
		return nil, errors.New("chainrep: a server is named twice in the chain")
	}
	return &Master{cfg: cfg, servers: slices.Clone(cfg.Servers)}, nil
}

// Start configures the chain. Call it once, before Handle.
func (m *Master) Start() []Envelope {
	var out outbox
	m.drive(&out)
	return out
}

// State returns what the master waits for.
func (m *Master) State() MasterState { return m.state }

// Servers returns the chain as the master knows it, from head to tail.
func (m *Master) Servers() []NodeID { return slices.Clone(m.servers) }

// Epoch returns the number of the present reconfiguration; 0 is the first
// configuration.
func (m *Master) Epoch() uint64 { return m.epoch }

// Handle processes a message. Answers to anything but what the master waits for
// are dropped.
func (m *Master) Handle(msg Message) ([]Envelope, error) {
	var out outbox
	switch msg := msg.(type) {
	case FaultDetected:
		m.fault(&out, msg)
	case FenceAck:
		m.fenced(&out, msg.From)
	case Configured:
		if m.awaits(Configuring, msg.Epoch) {
			m.ready(&out, msg.From)
		}
	case HeadChanged:
		if m.awaits(AwaitHead, msg.Epoch) {
			m.head = msg.From
			m.drive(&out)
		}
	case TailChanged:
		switch {
		case m.awaits(AwaitTail, msg.Epoch):
			m.tail = msg.From
			m.drive(&out)
		case m.awaits(AwaitJoin, msg.Epoch):
			m.joined(&out)
		}
	case SuccInfo:
		if m.awaits(AwaitInfo, msg.Epoch) {
			m.state = AwaitFixed
			if m.extends() {
				m.state = AwaitJoin
			}
			out.send(m.link.up, NewSucc{m.link.down, msg.LastRecv, msg.LastAck, m.epoch})
		}
	case SuccFixed:
		if m.awaits(AwaitFixed, msg.Epoch) {
			m.fixed(&out)
		}
	case Relink:
		m.again(&out, link{msg.Up, msg.Down})
	case Join:
		m.join(&out, msg.Server)
	default:
		return out, unexpected(m.cfg.ID, "", msg)
	}
	return out, nil
}

func (m *Master) awaits(s MasterState, epoch uint64) bool { return m.state == s && m.epoch == epoch }

func (m *Master) ready(out *outbox, server NodeID) {
	if m.unready = without(m.unready, server); len(m.unready) > 0 {
		return
	}
	m.configured = true
	m.head, m.tail = m.servers[0], m.servers[len(m.servers)-1]
	m.links = m.wanted()
	m.drive(out)
}

func (m *Master) fixed(out *outbox) {
	if len(m.places) > 0 {
		m.leave() // CR6
	}
	if m.linksNew() {
		m.joined(out) // EagerJoin
		return
	}
	m.links = append(m.links, m.link)
	m.drive(out)
}

// wanted are the links that the chain consists of.
func (m *Master) wanted() []link {
	var all []link
	for i := 1; i < len(m.servers); i++ {
		all = append(all, link{m.servers[i-1], m.servers[i]})
	}
	return all
}

// without returns a list without an ID, in memory of its own; nil if nothing is
// left.
func without(list []NodeID, id NodeID) []NodeID {
	var rest []NodeID
	for _, other := range list {
		if other != id {
			rest = append(rest, other)
		}
	}
	return rest
}
