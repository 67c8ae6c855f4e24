package bank

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Branch is the state machine of a group: it holds accounts, and takes part in transactions. It is what is replicated.
type Branch struct {
	participant *txn.Participant
	balances    map[string]int64 // which the judge of the participant reads
	place       uint64
	err         error
	bugs        Bugs
}

var _ rsm.StateMachine = (*Branch)(nil)

// NewBranch returns a Branch that opens with the balances of its accounts.
func NewBranch(balances map[string]int64, bugs Bugs) (*Branch, error) {
	if err := bugs.Check(); err != nil {
		return nil, err
	}
	own := maps.Clone(balances)
	p, err := txn.Open(replicated{}, teller{own}, 0)
	if err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	return &Branch{participant: p, balances: own, bugs: bugs}, nil
}

// Apply performs an operation, and returns a Result as text. An operation that nobody may ask for changes nothing but
// Err.
func (b *Branch) Apply(c rsm.Command) string {
	b.place++
	r := Result{Place: b.place}
	op, err := DecodeOp(c.Op)
	if err == nil {
		r.Kind, r.Tx = op.Kind, op.Tx
		r.Yes, err = b.do(op)
	}
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("%w: operation %d of %s: %w", ErrInvariant, c.OpID, c.Client, err)
	}
	r.Balance = b.balances[op.Account]
	return r.String()
}

func (b *Branch) do(op Op) (yes bool, err error) {
	switch op.Kind {
	case Prepare:
		vote, err := b.participant.Prepare(op.Tx, txn.Write{Key: op.Account, Value: strconv.FormatInt(op.Amount, 10)})
		return vote == txn.Yes, err
	case Commit:
		// The group applies an operation once, so this is not done twice.
		if _, err := b.participant.Commit(op.Tx); err != nil {
			return false, err
		}
		if b.bugs.Has(KeepChange) && op.Amount > 0 {
			op.Amount--
		}
		b.balances[op.Account] += op.Amount
	case Abort:
		if _, err := b.participant.Abort(op.Tx); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Err returns the first operation that nobody may ask for, as an error that is ErrInvariant; nil if there was none.
func (b *Branch) Err() error { return b.err }

// Balance returns the balance of an account.
func (b *Branch) Balance(account string) int64 { return b.balances[account] }

// teller votes. Its answer depends on nothing but the operations before.
type teller struct{ balances map[string]int64 }

func (t teller) Accept(_ txn.Tx, w txn.Write) bool {
	balance, held := t.balances[w.Key]
	amount, err := strconv.ParseInt(w.Value, 10, 64)
	return held && err == nil && balance+amount >= 0
}

// replicated takes the place of a participant's log: what the group has agreed on is durable before it is applied.
type replicated struct{}

func (replicated) Read() ([]byte, error) { return nil, nil }
func (replicated) Append([]byte) error   { return nil }
func (replicated) Truncate(int) error    { return nil }
func (replicated) Sync() error           { return nil }
