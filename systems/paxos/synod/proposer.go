package synod

import (
	"fmt"
	"slices"
)

// Config describes a proposer.
type Config struct {
	ID        NodeID   // positive, and of no other proposer
	Acceptors []NodeID // all of them; a majority chooses

	// Used is a round that a ballot of this ID may have had before, or 0. A proposer
	// that restarts uses no ballot again, and so must know a bound on them: because
	// it wrote one down, or because it has asked the acceptors.
	Used uint64

	// Rounds is how many rounds the proposer starts before it gives up; 0 is no
	// limit.
	Rounds int

	Bugs Bugs
}

// Check reports what is wrong with a Config.
func (c Config) Check() error {
	switch {
	case c.ID <= 0:
		return fmt.Errorf("synod: the ID of a proposer is %d: it must be positive", c.ID)
	case len(c.Acceptors) == 0:
		return fmt.Errorf("synod: proposer %d has no acceptors: name all of them", c.ID)
	case c.Rounds < 0:
		return fmt.Errorf("synod: Rounds of proposer %d is %d: 0 is no limit, less makes no sense", c.ID, c.Rounds)
	}
	for i, id := range c.Acceptors {
		if slices.Contains(c.Acceptors[:i], id) {
			return fmt.Errorf("synod: proposer %d has acceptor %d twice: its vote would count twice", c.ID, id)
		}
	}
	return c.Bugs.Check()
}

// Phase is what a proposer is doing.
type Phase uint8

// The phases.
const (
	Idle   Phase = iota // nothing to propose yet
	Phase1              // waits for promises
	Phase2              // waits for votes
	Done                // a value is chosen
	GaveUp              // has started Config.Rounds rounds in vain
)

// String returns the name of the phase.
func (p Phase) String() string {
	names := [...]string{"Idle", "Phase1", "Phase2", "Done", "GaveUp"}
	if int(p) < len(names) {
		return names[p]
	}
	return fmt.Sprintf("Phase(%d)", uint8(p))
}

// Proposer gets a value chosen: its own, or one that may have been chosen before.
type Proposer struct {
	cfg   Config
	net   Network
	timer Timer

	phase    Phase
	own      Value
	ballot   Ballot   // of the current round
	highest  uint64   // no round above it is known
	started  int      // rounds
	promised []NodeID // phase 1: who has promised the ballot, in order
	best     Proposal // phase 1: the highest one among the promises
	proposal Proposal // phase 2
	accepted []NodeID // phase 2: who has accepted the proposal, in order
}

// NewProposer returns a proposer that has nothing to propose yet.
func NewProposer(cfg Config, net Network, timer Timer) (*Proposer, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	cfg.Acceptors = slices.Clone(cfg.Acceptors)
	return &Proposer{cfg: cfg, net: net, timer: timer, highest: cfg.Used}, nil
}

// Phase returns what the proposer is doing.
func (p *Proposer) Phase() Phase { return p.phase }

// Ballot returns the ballot of the current round, zero before the first.
func (p *Proposer) Ballot() Ballot { return p.ballot }

// Chosen returns the value that is chosen, and whether the proposer knows one.
func (p *Proposer) Chosen() (Value, bool) { return p.proposal.Value, p.phase == Done }

// Propose starts the first round. It reports false, and does nothing, if the
// proposer has a value already: one instance chooses one value.
func (p *Proposer) Propose(v Value) bool {
	if p.phase != Idle {
		return false
	}
	p.own = v
	p.start()
	return true
}

// ProposeUnder starts in phase 2, under a ballot that a majority has promised for
// this instance already, without having accepted anything in it. Whether that is so
// is the caller's business: everything depends on it. It reports false, and does
// nothing, if the proposer has a value already.
func (p *Proposer) ProposeUnder(b Ballot, v Value) bool {
	if p.phase != Idle {
		return false
	}
	p.own = v
	p.started++
	p.ballot = b
	p.highest = max(p.highest, b.Round)
	p.issue(v)
	return true
}

// Timeout starts the next round if the proposer waits for something.
func (p *Proposer) Timeout() {
	if p.waits() {
		kept, best := p.promised, p.best
		again := p.phase == Phase1 && p.cfg.Bugs.has(Paxos1)
		p.start()
		if again && p.phase == Phase1 {
			p.promised, p.best = kept, best
		}
	}
}

// Handle takes an answer of an acceptor. Answers to former rounds, doubled ones
// and messages that are not for proposers change nothing.
func (p *Proposer) Handle(m Message) {
	switch m := m.(type) {
	case Promise:
		p.promise(m)
	case Accepted:
		p.vote(m)
	case Reject:
		p.reject(m)
	}
}

func (p *Proposer) waits() bool { return p.phase == Phase1 || p.phase == Phase2 }

// start starts a round above all known ones.
func (p *Proposer) start() {
	if p.cfg.Rounds > 0 && p.started == p.cfg.Rounds {
		p.phase = GaveUp
		p.timer.Stop()
		return
	}
	p.started++
	p.highest++
	p.phase = Phase1
	p.ballot = Ballot{p.highest, p.cfg.ID}
	p.promised, p.best = nil, Proposal{}
	p.proposal, p.accepted = Proposal{}, nil
	p.timer.Reset()
	p.toAll(Prepare{p.ballot})
}

func (p *Proposer) promise(m Promise) {
	fresh := m.Ballot == p.ballot && !slices.Contains(p.promised, m.From)
	if p.phase != Phase1 || !fresh && !p.cfg.Bugs.has(Paxos1) {
		return
	}
	p.promised = insert(p.promised, m.From)
	if m.Accepted.Ballot.Compare(p.best.Ballot) > 0 {
		p.best = m.Accepted
	}
	if len(p.promised) < p.majority() {
		return
	}
	v := p.own
	if !p.best.Ballot.IsZero() {
		v = p.best.Value
	}
	p.promised, p.best = nil, Proposal{}
	p.issue(v)
}

// issue begins phase 2.
func (p *Proposer) issue(v Value) {
	p.phase = Phase2
	p.proposal = Proposal{p.ballot, v}
	p.timer.Reset()
	p.toAll(Accept{p.proposal})
}

func (p *Proposer) vote(m Accepted) {
	if p.phase != Phase2 || m.Proposal.Ballot != p.ballot || slices.Contains(p.accepted, m.From) {
		return
	}
	p.accepted = insert(p.accepted, m.From)
	if len(p.accepted) >= p.majority() {
		p.phase = Done
		p.accepted = nil
		p.timer.Stop()
	}
}

// reject outbids the ballot that stands in the way. An acceptor that has promised
// no higher one has rejected a copy of what it had taken before.
func (p *Proposer) reject(m Reject) {
	if !p.waits() || m.Ballot != p.ballot || m.Promised.Compare(p.ballot) <= 0 {
		return
	}
	p.highest = max(p.highest, m.Promised.Round)
	p.start()
}

func (p *Proposer) majority() int { return Majority(len(p.cfg.Acceptors)) }

func (p *Proposer) toAll(m Message) {
	for _, id := range p.cfg.Acceptors {
		p.net.Send(id, m)
	}
}

// Majority is how many of n acceptors choose: of any two majorities, one acceptor
// is in both.
func Majority(n int) int { return n/2 + 1 }

// insert adds an ID to a list in order, so that it does not tell who came first.
func insert(ids []NodeID, id NodeID) []NodeID {
	i, _ := slices.BinarySearch(ids, id)
	return slices.Insert(ids, i, id)
}
