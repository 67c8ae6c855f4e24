package paxos

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// ToAcceptor is a message that arrives at an acceptor. Answer says where the answer
// goes.
type ToAcceptor struct {
	From   synod.NodeID
	Answer ravel.ID
	Msg    synod.Message
}

func (m ToAcceptor) String() string { return fmt.Sprint(m.Msg) }

// Clone returns the message: it is all values.
func (m ToAcceptor) Clone() ToAcceptor { return m }

// ToProposer is a message that arrives at a proposer.
type ToProposer struct{ Msg synod.Message }

func (m ToProposer) String() string { return fmt.Sprint(m.Msg) }

// Clone returns the message: it is all values.
func (m ToProposer) Clone() ToProposer { return m }

// ToLearner is a vote that arrives at a learner.
type ToLearner struct{ Msg synod.Message }

func (m ToLearner) String() string { return fmt.Sprint(m.Msg) }

// Clone returns the message: it is all values.
func (m ToLearner) Clone() ToLearner { return m }
