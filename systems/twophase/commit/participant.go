package commit

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Host is what a participant runs on.
type Host interface {
	// Log returns the participant's log. It is asked once, when the participant starts.
	Log(c *ravel.Context) txn.File
	// Accept decides how the participant votes.
	Accept(c *ravel.Context, tx txn.Tx, w txn.Write) bool
}

// Participant is a thin machine around a txn.Participant. It turns messages into calls and results into messages, and
// decides nothing. An error of the log, and a message that no coordinator may send, end it with a failed assertion.
type Participant struct {
	Number int    // its place in Coordinator.Participants
	Net    Sender // to the coordinator
	Host   Host
	Bugs   txn.Bugs

	real *txn.Participant
}

// ParticipantMachine is the machine of a Participant.
var ParticipantMachine = ravel.Define[Participant]("Participant",
	ravel.Start("Serving",
		ravel.Entry((*Participant).start),
		ravel.On((*Participant).prepare),
		ravel.On((*Participant).commit),
		ravel.On((*Participant).abort),
		ravel.On((*Participant).read)))

// Atomicity is the specification that participants notify: of a vote when it binds them, of a decision when they have
// made it.
type Atomicity = spec.Atomicity[txn.Tx, int]

var atomicity Atomicity

// InDoubt is a condition that a test of crashes wants to see; see ravel.Context.Sometimes.
const InDoubt = "a participant starts with an undecided transaction"

// judge asks a host for a vote.
type judge struct {
	c    *ravel.Context
	host Host
}

func (j judge) Accept(tx txn.Tx, w txn.Write) bool { return j.host.Accept(j.c, tx, w) }

func (p *Participant) start(c *ravel.Context) {
	real, err := txn.Open(p.Host.Log(c), judge{c, p.Host}, p.Bugs)
	c.Assert(err == nil, "the participant does not start: %v", err)
	if real.Undecided() != 0 {
		c.Sometimes(true, InDoubt)
	}
	p.real = real
}

func (p *Participant) prepare(c *ravel.Context, m Prepare) {
	vote, err := p.real.Prepare(m.Tx, m.Write)
	c.Assert(err == nil, "%v", err)
	if vote == txn.Silent {
		return
	}
	c.Notify(atomicity.Voted(m.Tx, p.Number, vote == txn.Yes))
	p.Net.Send(c, m.From, Vote{m.Tx, p.Number, vote == txn.Yes})
}

func (p *Participant) commit(c *ravel.Context, m Commit) {
	changed, err := p.real.Commit(m.Tx)
	p.decided(c, m.From, m.Tx, true, changed, err)
}

func (p *Participant) abort(c *ravel.Context, m Abort) {
	changed, err := p.real.Abort(m.Tx)
	p.decided(c, m.From, m.Tx, false, changed, err)
}

func (p *Participant) decided(c *ravel.Context, from ravel.ID, tx txn.Tx, commit, changed bool, err error) {
	c.Assert(err == nil, "%v", err)
	if changed {
		c.Notify(atomicity.Decided(tx, p.Number, commit))
	}
	p.Net.Send(c, from, DecAck{tx, p.Number})
}

func (p *Participant) read(c *ravel.Context, m PartRead) {
	value, found := p.real.Read(m.Key)
	p.Net.Send(c, m.From, PartReadResp{m.Round, value, found})
}
