package bank

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// CoordinatorConfig are the settings of a coordinator.
type CoordinatorConfig struct {
	Name   string // under which it submits: not empty, without '/' and '@'
	Groups int

	// Repeats is for clients that may ask again with the same number, and get the same answer: the last one of each client
	// is kept. Without it a client asks once.
	Repeats bool

	Bugs Bugs
}

// Phase is what a coordinator waits for.
type Phase uint8

// The phases.
const (
	Idle     Phase = iota // a request
	Reading               // balances
	Voting                // votes
	Deciding              // that the decision is known to those who have voted yes
)

// String returns the phase's name.
func (p Phase) String() string { return [...]string{"Idle", "Reading", "Voting", "Deciding"}[p] }

// Coordinator serves the requests of clients, one after the other.
//
// Invariant: a session is busy only if its group has a part of the request. In Idle none is, and the queue is empty.
type Coordinator struct {
	cfg      CoordinatorConfig
	phase    Phase
	sessions []session
	queue    []Request

	// Of the request that is served.
	request  Request
	tx       txn.Tx // its number, and later that of the last one
	yes      []bool // by part: its group has voted yes
	commit   bool
	balances []int64 // by part

	replies map[string]Reply // by client, the last one; nil without Repeats
}

// Output is what comes of a message.
type Output struct {
	Submits []Submit
	Replies []Reply

	// Promises says that the coordinator's Image has to be durable before anything is sent.
	Promises bool
}

// NewCoordinator returns a coordinator that knows no leaders yet.
func NewCoordinator(cfg CoordinatorConfig) (*Coordinator, error) {
	if err := cfg.Bugs.Check(); err != nil {
		return nil, err
	}
	if cfg.Groups < 1 || cfg.Name == "" || strings.ContainsAny(cfg.Name, "/@") {
		return nil, fmt.Errorf("bank: coordinator %q of %d groups: it needs a name without / and @, and one group at least", cfg.Name, cfg.Groups)
	}
	k := &Coordinator{cfg: cfg}
	if cfg.Repeats {
		k.replies = make(map[string]Reply)
	}
	for range cfg.Groups {
		k.sessions = append(k.sessions, session{client: cfg.Name})
	}
	return k, nil
}

// clientName returns the name of a coordinator from that of a client; see TMS4.
func clientName(client string) string {
	name, _, _ := strings.Cut(client, "@")
	return name
}

// Phase returns what the coordinator waits for.
func (k *Coordinator) Phase() Phase { return k.phase }

// Request takes a client's request, which belongs to the coordinator from now on. The error is ErrRequest, or nil.
func (k *Coordinator) Request(r Request) (Output, error) {
	var out Output
	if err := k.check(r); err != nil {
		return out, err
	}
	if k.cfg.Repeats && k.known(&out, r) {
		return out, nil
	}
	k.queue = append(k.queue, r)
	k.next(&out)
	return out, nil
}

// known deals with a request that has come before.
func (k *Coordinator) known(out *Output, r Request) bool {
	last, answered := k.replies[r.Client]
	if answered && r.Num == last.Num {
		out.Replies = append(out.Replies, last)
	}
	if answered && r.Num <= last.Num {
		return true
	}
	again := func(q Request) bool { return q.Client == r.Client && q.Num >= r.Num }
	return k.phase != Idle && again(k.request) || slices.ContainsFunc(k.queue, again)
}

func (k *Coordinator) check(r Request) error {
	if len(r.Parts) == 0 {
		return fmt.Errorf("%w: it has no parts", ErrRequest)
	}
	for i, p := range r.Parts {
		other := func(q Part) bool { return q.Account.Group == p.Account.Group }
		switch {
		case p.Account.Group < 0 || p.Account.Group >= len(k.sessions):
			return fmt.Errorf("%w: %v, and there are %d", ErrRequest, p.Account, len(k.sessions))
		case p.Account.Name == "" || strings.Contains(p.Account.Name, " "):
			return fmt.Errorf("%w: account %q: it needs a name without blanks", ErrRequest, p.Account.Name)
		case slices.ContainsFunc(r.Parts[:i], other):
			return fmt.Errorf("%w: there are two parts for group %d: one is allowed", ErrRequest, p.Account.Group+1)
		}
	}
	return nil
}

// next begins the next request, if it is time and there is one.
func (k *Coordinator) next(out *Output) {
	if k.phase != Idle || len(k.queue) == 0 {
		return
	}
	k.request = k.queue[0]
	if k.queue = k.queue[1:]; len(k.queue) == 0 {
		k.queue = nil
	}
	kind := Prepare
	if k.request.Status {
		kind = Read
		k.phase, k.balances = Reading, make([]int64, len(k.request.Parts))
	} else {
		k.tx++
		k.phase, k.yes = Voting, make([]bool, len(k.request.Parts))
	}
	for _, p := range k.request.Parts {
		k.submit(out, kind, p)
	}
}

// submit begins an operation on a part.
func (k *Coordinator) submit(out *Output, kind Kind, p Part) {
	op := Op{Kind: kind, Account: p.Account.Name}
	if kind != Read {
		op.Tx, op.Amount = k.tx, p.Amount
	}
	k.sessions[p.Account.Group].begin(op)
	out.Promises = true
	k.send(out, p.Account.Group)
}

// send submits what is under way in a group, if its leader is known.
func (k *Coordinator) send(out *Output, group int) {
	if s := &k.sessions[group]; s.busy && s.leader != "" {
		out.Submits = append(out.Submits, Submit{group, s.leader, s.cmd})
	}
}

// LeaderUpdated takes the news of a leader. What is under way in the group is submitted to it.
func (k *Coordinator) LeaderUpdated(l LeaderUpdated) (Output, error) {
	var out Output
	switch {
	case l.Group < 0 || l.Group >= len(k.sessions):
		return out, fmt.Errorf("%w: a leader of group %d, and there are %d", ErrInvariant, l.Group+1, len(k.sessions))
	case k.cfg.Bugs.Has(TMS1) && k.phase == Voting:
		return out, fmt.Errorf("%w: a coordinator that is %v is told that %v", ErrUnexpected, k.phase, l)
	}
	s := &k.sessions[l.Group]
	first := s.leader == ""
	if s.follow(l, k.cfg.Bugs) && (first || !k.cfg.Bugs.Has(NoRetry)) {
		k.send(&out, l.Group)
	}
	return out, nil
}

// Answer takes a group's response. Those to former operations are late copies, and change nothing.
func (k *Coordinator) Answer(a Answer) (Output, error) {
	var out Output
	if a.Group < 0 || a.Group >= len(k.sessions) {
		return out, fmt.Errorf("%w: an answer of group %d, and there are %d", ErrInvariant, a.Group+1, len(k.sessions))
	}
	if !k.sessions[a.Group].takes(a.Response, k.cfg.Bugs) {
		return out, nil
	}
	r, err := DecodeResult(a.Response.Result)
	if err != nil {
		return out, errors.Join(ErrInvariant, err)
	}
	part := slices.IndexFunc(k.request.Parts, func(p Part) bool { return p.Account.Group == a.Group })
	switch k.phase {
	case Reading:
		k.balances[part] = r.Balance
	case Voting:
		k.yes[part] = r.Yes
	case Deciding:
		if !r.Yes {
			return out, fmt.Errorf("%w: group %d does not take the decision on transaction %d", ErrInvariant, a.Group+1, k.tx)
		}
	}
	if !slices.ContainsFunc(k.sessions, func(s session) bool { return s.busy }) {
		k.proceed(&out)
	}
	return out, nil
}

// proceed goes on when nothing is under way.
func (k *Coordinator) proceed(out *Output) {
	if k.phase == Voting && slices.Contains(k.yes, true) {
		k.decide(out)
		return
	}
	r := Reply{k.request.Client, k.request.Num, k.request.Status, k.commit, k.balances}
	out.Replies = append(out.Replies, r)
	if out.Promises = true; k.cfg.Repeats {
		k.replies[r.Client] = r
	}
	k.phase, k.request, k.yes, k.commit, k.balances = Idle, Request{}, nil, false, nil
	k.next(out)
}

// decide tells those who have voted yes what is decided. The others have aborted when they voted no.
func (k *Coordinator) decide(out *Output) {
	k.phase = Deciding
	k.commit = !slices.Contains(k.yes, false)
	for i, p := range k.request.Parts {
		kind := Abort
		if k.commit && (i+1 < len(k.yes) || !k.cfg.Bugs.Has(SplitDecision)) {
			kind = Commit
		}
		if k.yes[i] {
			k.submit(out, kind, p)
		}
	}
}
