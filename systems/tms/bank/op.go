package bank

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Kind is what an operation does.
type Kind uint8

// The kinds of operations.
const (
	Prepare Kind = 1 + iota // vote on a change of an account, and be bound by a yes
	Commit                  // make the change
	Abort                   // forget the change
	Read                    // tell the balance
)

var kindNames = []string{Prepare: "prepare", Commit: "commit", Abort: "abort", Read: "read"}

// String returns the word that stands for the kind in an encoded operation.
func (k Kind) String() string {
	if k != 0 && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

func parseKind(word string) (Kind, error) {
	if i := slices.Index(kindNames, word); i > 0 {
		return Kind(i), nil
	}
	return 0, fmt.Errorf("%q is not one of %s", word, strings.Join(kindNames[1:], ", "))
}

// Op is an operation of a Branch.
type Op struct {
	Kind    Kind
	Tx      txn.Tx // 0 with Read
	Account string // not empty, without blanks
	Amount  int64  // what the balance gains; 0 with Read
}

// String returns the encoded form, which is fit to be read: kind, transaction, account, amount.
func (o Op) String() string {
	return fmt.Sprintf("%v %d %s %+d", o.Kind, o.Tx, o.Account, o.Amount)
}

// DecodeOp reads what Op.String has written.
func DecodeOp(text string) (Op, error) {
	fail := func(err error) (Op, error) {
		return Op{}, fmt.Errorf("bank: %q is no operation: want kind, transaction, account and amount: %w", text, err)
	}
	words := strings.Split(text, " ")
	if len(words) != 4 || words[2] == "" {
		return fail(fmt.Errorf("there are %d words", len(strings.Fields(text))))
	}
	kind, err := parseKind(words[0])
	if err != nil {
		return fail(err)
	}
	tx, err := strconv.ParseUint(words[1], 10, 64)
	if err != nil {
		return fail(err)
	}
	amount, err := strconv.ParseInt(words[3], 10, 64)
	if err != nil {
		return fail(err)
	}
	return Op{kind, txn.Tx(tx), words[2], amount}, nil
}

// Result is what a Branch says of an operation. Place is how many operations the Branch had applied with it: as all
// replicas apply the same ones in the same order, no two operations of a group have the same.
type Result struct {
	Place   uint64
	Kind    Kind
	Tx      txn.Tx
	Yes     bool  // the vote on Prepare; otherwise that the operation was done
	Balance int64 // of the account, behind the operation
}

// String returns the encoded form, which is fit to be read: place, kind, transaction, yes or no, balance.
func (r Result) String() string {
	return fmt.Sprintf("%d %v %d %s %d", r.Place, r.Kind, r.Tx, yesOrNo(r.Yes), r.Balance)
}

func yesOrNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// DecodeResult reads what Result.String has written.
func DecodeResult(text string) (Result, error) {
	fail := func(err error) (Result, error) {
		return Result{}, fmt.Errorf("bank: %q is no result: want place, kind, transaction, yes or no, and balance: %w", text, err)
	}
	words := strings.Split(text, " ")
	if len(words) != 5 || words[3] != yesOrNo(words[3] == "yes") {
		return fail(fmt.Errorf("there are %d words", len(strings.Fields(text))))
	}
	place, err := strconv.ParseUint(words[0], 10, 64)
	if err != nil {
		return fail(err)
	}
	kind, err := parseKind(words[1])
	if err != nil {
		return fail(err)
	}
	tx, err := strconv.ParseUint(words[2], 10, 64)
	if err != nil {
		return fail(err)
	}
	balance, err := strconv.ParseInt(words[4], 10, 64)
	if err != nil {
		return fail(err)
	}
	return Result{place, kind, txn.Tx(tx), words[3] == "yes", balance}, nil
}
