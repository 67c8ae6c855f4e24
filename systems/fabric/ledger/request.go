package ledger

import (
	"fmt"
	"strconv"
	"strings"
)

// RequestID names a request that changes something, so that it takes effect once.
type RequestID struct {
	Client string
	Seq    uint64 // of a client's requests; the first one is 1
}

func (id RequestID) String() string { return id.Client + "/" + strconv.FormatUint(id.Seq, 10) }

// Request is what a client asks for: an [Open], a [Transfer], a [Balance] or an [Audit]. As text, which String returns, it is
// a word and its parameters, with a space before each:
//
//	open teller-7/1 alice 100
//	transfer teller-7/2 alice bob 30
//	balance alice
//	audit
//
// Names of clients and accounts have 1 to 64 letters, digits, dots, hyphens and underscores. Amounts are 0 or more for an
// Open, and positive for a Transfer.
type Request interface {
	fmt.Stringer
	check() error
}

// Open opens an account with an amount that comes from the house. Its answer has the balance.
type Open struct {
	ID      RequestID
	Account string
	Amount  int64
}

// Transfer moves an amount from one account to another. Its answer has what is left on the first one.
type Transfer struct {
	ID       RequestID
	From, To string
	Amount   int64
}

// Balance asks for the balance of an account.
type Balance struct{ Account string }

// Audit asks for the sum of all balances, that of the house included, and for the number of accounts.
type Audit struct{}

func (o Open) String() string { return fmt.Sprintf("open %v %s %d", o.ID, o.Account, o.Amount) }
func (t Transfer) String() string {
	return fmt.Sprintf("transfer %v %s %s %d", t.ID, t.From, t.To, t.Amount)
}
func (b Balance) String() string { return "balance " + b.Account }
func (Audit) String() string     { return "audit" }

func (o Open) check() error {
	if o.Amount < 0 {
		return fmt.Errorf("an account cannot be opened with %d", o.Amount)
	}
	return first(o.ID.check(), checkName("account", o.Account))
}

func (t Transfer) check() error {
	switch {
	case t.Amount <= 0:
		return fmt.Errorf("a transfer cannot be of %d", t.Amount)
	case t.From == t.To:
		return fmt.Errorf("a transfer cannot be from account %s to itself", t.From)
	}
	return first(t.ID.check(), checkName("account", t.From), checkName("account", t.To))
}

func (b Balance) check() error { return checkName("account", b.Account) }
func (Audit) check() error     { return nil }

func (id RequestID) check() error {
	if id.Seq == 0 {
		return fmt.Errorf("request %v has number 0: they are numbered from 1", id)
	}
	return checkName("client", id.Client)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// maxName is how many bytes a name may have.
const maxName = 64

func checkName(what, name string) error {
	switch {
	case name == "" || len(name) > maxName:
		return fmt.Errorf("the name of the %s has %d bytes: it needs 1 to %d", what, len(name), maxName)
	case strings.ContainsFunc(name, func(r rune) bool { return !inName(r) }):
		return fmt.Errorf("%s %q: a name has letters, digits, dots, hyphens and underscores", what, name)
	}
	return nil
}

func inName(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r)
}
