package bank

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
)

// ErrInvariant says that somebody has not kept to the protocol.
var ErrInvariant = errors.New("bank: invariant broken")

// ErrUnexpected says that a coordinator got a message for which its phase has no use.
var ErrUnexpected = errors.New("bank: unexpected message")

// ErrRequest says that a client asks for what makes no sense.
var ErrRequest = errors.New("bank: bad request")

// Account is an account and the group that holds it, by its number from 0.
type Account struct {
	Group int
	Name  string // not empty, without blanks
}

func (a Account) String() string { return fmt.Sprintf("%s in group %d", a.Name, a.Group+1) }

// Part is what a transaction does to an account.
type Part struct {
	Account Account
	Amount  int64 // what the balance gains
}

// Request is what a client asks for: that all parts are done or none, or the balances of their accounts. There is one part
// at most of each group.
type Request struct {
	Client string
	Num    uint64 // the client's number of the request
	Status bool   // the balances
	Parts  []Part
}

func (r Request) String() string {
	var parts []string
	for _, p := range r.Parts {
		if r.Status {
			parts = append(parts, p.Account.Name+"?")
		} else {
			parts = append(parts, fmt.Sprintf("%s%+d", p.Account.Name, p.Amount))
		}
	}
	return strings.Join(parts, " ")
}

// Reply answers a Request.
type Reply struct {
	Client    string
	Num       uint64
	Status    bool
	Committed bool    // of a transaction
	Balances  []int64 // of a status, in the order of the parts
}

func (r Reply) String() string {
	switch {
	case r.Status:
		return fmt.Sprintf("request %d: %d", r.Num, r.Balances)
	case r.Committed:
		return fmt.Sprintf("request %d: committed", r.Num)
	}
	return fmt.Sprintf("request %d: aborted", r.Num)
}

// LeaderUpdated tells the coordinator to whom to submit the operations of a group. Views grow; one that is not larger than
// the last one of the group is old news.
type LeaderUpdated struct {
	Group  int
	Leader string // address
	View   uint64 // from 1
}

func (l LeaderUpdated) String() string { return fmt.Sprintf("%s leads, view %d", l.Leader, l.View) }

// Submit is an operation on its way to the leader of a group.
type Submit struct {
	Group   int
	To      string // address of the leader
	Command rsm.Command
}

// Answer is a group's response that arrives at the coordinator.
type Answer struct {
	Group    int
	Response rsm.Response
}

func (a Answer) String() string { return a.Response.String() }
