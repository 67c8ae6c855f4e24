package commit

import (
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/timer"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Sender carries events to other machines: directly, or through a network.
type Sender interface {
	Send(c *ravel.Context, to ravel.ID, event any)
}

// Direct is the Sender without a network in between: an event arrives when it is sent.
type Direct struct{}

// Send sends an event.
func (Direct) Send(c *ravel.Context, to ravel.ID, event any) { c.Send(to, event) }

// Timer is a handshake timer of the coordinator; see package model/timer, whose events it sends.
type Timer interface {
	Start(c *ravel.Context, d time.Duration)
	Cancel(c *ravel.Context)
}

// Coordinator runs one request after the other: a write as a transaction of all participants, a read at one of them.
// The zero values of the fields that are not exported are those of a new one.
type Coordinator struct {
	Participants []ravel.ID
	Net          Sender // to the participants
	Timer        Timer  // nil: a new one, of package model/timer
	Timeout      time.Duration

	// Acks is for networks that lose or repeat messages, and for participants that crash: decisions are sent again until all
	// participants have acknowledged them, and questions until one has answered. Only then is the client told. Without
	// Acks the network must be reliable and first in, first out.
	Acks bool
	Bugs Bugs

	client ravel.ID // whose request is served
	num    uint64   // its number of the request
	owed   bool     // the client has no answer yet

	tx     txn.Tx
	voted  []bool // yes
	lacks  int    // votes that are missing
	commit bool   // the decision
	acked  []bool // who knows it; nil when nobody needs to be told

	round uint64 // number of the last read
	key   string // which it is for
}

const (
	starting    ravel.State = "Starting"
	idle        ravel.State = "Idle"
	reading     ravel.State = "Reading"
	voting      ravel.State = "Voting"
	flushing    ravel.State = "Flushing"    // the timer is being cancelled
	waitTimeout ravel.State = "WaitTimeout" // it could not be cancelled
	awaitAcks   ravel.State = "AwaitAcks"
)

func (k *Coordinator) start(c *ravel.Context) {
	if k.Timer == nil {
		k.Timer = timer.New(c)
	}
	k.lacks = len(k.Participants)
	c.Goto(idle)
}

// begin takes a request on.
func (k *Coordinator) begin(client ravel.ID, num uint64) {
	k.client, k.num, k.owed = client, num, true
}

// write begins a transaction.
func (k *Coordinator) write(c *ravel.Context, m WriteReq) {
	k.begin(m.Client, m.Num)
	k.tx++
	k.voted = make([]bool, len(k.Participants))
	if !k.Bugs.Has(StaleCount) || k.commit {
		k.lacks = len(k.Participants)
	}
	for _, p := range k.Participants {
		k.Net.Send(c, p, Prepare{c.Self(), k.tx, m.Write})
	}
	k.Timer.Start(c, k.Timeout)
	c.Goto(voting)
}

func (k *Coordinator) vote(c *ravel.Context, v Vote) {
	switch {
	case v.Tx != k.tx && !k.Bugs.Has(StaleVotes):
		return
	case !v.Yes:
		k.decide(c, false)
	case k.voted[v.Participant]:
		return
	default:
		k.voted[v.Participant] = true
		if k.lacks--; k.lacks > 0 {
			return
		}
		k.decide(c, true)
	}
	k.Timer.Cancel(c)
	c.Goto(flushing)
}

// voteTimeout aborts a transaction for which votes are missing.
func (k *Coordinator) voteTimeout(c *ravel.Context, _ timer.Timeout) {
	k.decide(c, false)
	k.settle(c)
}

// decide tells all participants, and the client if it need not wait for them.
func (k *Coordinator) decide(c *ravel.Context, commit bool) {
	k.commit = commit
	if k.Acks {
		k.acked = make([]bool, len(k.Participants))
	}
	for i := range k.Participants {
		k.announce(c, i, commit)
	}
	if !k.Acks {
		k.answer(c)
	}
}

// announce tells the decision to a participant.
func (k *Coordinator) announce(c *ravel.Context, i int, commit bool) {
	if commit {
		k.Net.Send(c, k.Participants[i], Commit{c.Self(), k.tx})
	} else {
		k.Net.Send(c, k.Participants[i], Abort{c.Self(), k.tx})
	}
}

// answer answers the client's write.
func (k *Coordinator) answer(c *ravel.Context) {
	c.Send(k.client, WriteResp{k.num, k.commit})
	k.owed = false
}

// acknowledged notes who knows the decision.
func (k *Coordinator) acknowledged(_ *ravel.Context, a DecAck) {
	if a.Tx == k.tx && k.acked != nil {
		k.acked[a.Participant] = true
	}
}

// allKnow reports whether nobody needs to be told the decision any more.
func (k *Coordinator) allKnow() bool {
	for _, known := range k.acked {
		if !known {
			return false
		}
	}
	return true
}

// settle ends a wait for the timer, which does not run any more: it waits for acknowledgements, or ends the request.
func (k *Coordinator) settle(c *ravel.Context) {
	if !k.allKnow() {
		k.Timer.Start(c, k.Timeout)
		c.Goto(awaitAcks)
		return
	}
	if k.owed {
		k.answer(c)
	}
	k.finish(c)
}

// finish ends a request. Nothing of it is left, so that what is the same afterwards looks the same.
func (k *Coordinator) finish(c *ravel.Context) {
	k.client, k.num, k.key = ravel.ID{}, 0, ""
	k.voted, k.acked = nil, nil
	c.Goto(idle)
}

func (k *Coordinator) cancelled(c *ravel.Context, _ timer.CancelOK) { k.settle(c) }
func (k *Coordinator) fired(c *ravel.Context, _ timer.Timeout)      { k.settle(c) }

// acknowledgedLate is acknowledged while nothing else is waited for.
func (k *Coordinator) acknowledgedLate(c *ravel.Context, a DecAck) {
	k.acknowledged(c, a)
	if !k.allKnow() {
		return
	}
	k.answer(c)
	k.Timer.Cancel(c)
	c.Goto(flushing)
}

// tellAgain tells the decision to those who have not acknowledged it.
func (k *Coordinator) tellAgain(c *ravel.Context, _ timer.Timeout) {
	if k.Bugs.Has(TellOnce) {
		return
	}
	for i, known := range k.acked {
		if !known {
			k.announce(c, i, k.commit && !k.Bugs.Has(AbortLate))
		}
	}
	k.Timer.Start(c, k.Timeout)
}

// read begins a read.
func (k *Coordinator) read(c *ravel.Context, m ReadReq) {
	k.begin(m.Client, m.Num)
	k.key = m.Key
	k.round++
	k.ask(c)
	c.Goto(reading)
}

// ask asks one of the participants. Any will do: between two transactions all have the same values.
func (k *Coordinator) ask(c *ravel.Context) {
	k.Net.Send(c, k.Participants[c.Int(len(k.Participants))], PartRead{c.Self(), k.round, k.key})
	if k.Acks {
		k.Timer.Start(c, k.Timeout)
	}
}

// askAgain asks another time, if it is possible at all that the first one was lost.
func (k *Coordinator) askAgain(c *ravel.Context, _ timer.Timeout) {
	if k.Acks {
		k.ask(c)
	}
}

func (k *Coordinator) gotRead(c *ravel.Context, r PartReadResp) {
	if r.Round != k.round {
		k.lateRead(c, r)
		return
	}
	c.Send(k.client, ReadResp{k.num, r.Value, r.Found})
	k.owed = false
	if k.Acks {
		k.Timer.Cancel(c)
		c.Goto(flushing)
		return
	}
	k.finish(c)
}

// lateRead is an answer to a question that was answered before. It comes only where questions are repeated.
func (k *Coordinator) lateRead(c *ravel.Context, r PartReadResp) {
	c.Assert(k.Acks && r.Round <= k.round, "an answer to read %d, which nobody waits for", r.Round)
}
