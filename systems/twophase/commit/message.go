package commit

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// What clients ask the coordinator, and its answers. Num is the client's number of the request.
type (
	// WriteReq asks to write a value at all participants, or at none.
	WriteReq struct {
		Client ravel.ID
		Num    uint64
		Write  txn.Write
	}
	// ReadReq asks for the value of a key.
	ReadReq struct {
		Client ravel.ID
		Num    uint64
		Key    string
	}
	// WriteResp says whether the write is committed.
	WriteResp struct {
		Num uint64
		OK  bool
	}
	// ReadResp has the committed value, if Found.
	ReadResp struct {
		Num   uint64
		Value string
		Found bool
	}
)

// What coordinator and participants say to each other. From is who wants the answer; Participant is who answers, by its
// place in Coordinator.Participants.
type (
	Prepare struct {
		From  ravel.ID
		Tx    txn.Tx
		Write txn.Write
	}
	Vote struct {
		Tx          txn.Tx
		Participant int
		Yes         bool
	}
	Commit struct {
		From ravel.ID
		Tx   txn.Tx
	}
	Abort struct {
		From ravel.ID
		Tx   txn.Tx
	}
	// DecAck says that a participant knows the decision and will not forget it.
	DecAck struct {
		Tx          txn.Tx
		Participant int
	}
	// PartRead asks a participant for the committed value of a key. Round is the coordinator's number of the question.
	PartRead struct {
		From  ravel.ID
		Round uint64
		Key   string
	}
	PartReadResp struct {
		Round uint64
		Value string
		Found bool
	}
)

func (m WriteReq) String() string { return fmt.Sprintf("%s=%s", m.Write.Key, m.Write.Value) }
func (m ReadReq) String() string  { return m.Key }
func (m Prepare) String() string {
	return fmt.Sprintf("tx %d: %s=%s", m.Tx, m.Write.Key, m.Write.Value)
}
func (m Commit) String() string { return fmt.Sprintf("tx %d", m.Tx) }
func (m Abort) String() string  { return fmt.Sprintf("tx %d", m.Tx) }
func (m DecAck) String() string { return fmt.Sprintf("tx %d: p%d knows", m.Tx, m.Participant+1) }
func (m Vote) String() string {
	return fmt.Sprintf("tx %d: p%d votes %s", m.Tx, m.Participant+1, yesOrNo(m.Yes))
}

func yesOrNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
