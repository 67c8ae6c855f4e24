package books

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/spec/linear"
)

// Transfer asks to move an amount from one account to another one.
type Transfer struct {
	From, To int
	Amount   int64
}

func (t Transfer) String() string { return fmt.Sprintf("%d from %d to %d", t.Amount, t.From+1, t.To+1) }

// Read asks for all balances.
type Read struct{}

func (Read) String() string { return "read" }

// Answer is what a transfer or a read is answered.
type Answer struct {
	Done     bool     // of a transfer
	Balances Balances // of a read
}

func (a Answer) String() string {
	switch {
	case a.Balances != (Balances{}):
		return fmt.Sprint(a.Balances)
	case a.Done:
		return "done"
	}
	return "refused"
}

// MaxAccounts is how many accounts can be audited.
const MaxAccounts = 8

// Balances are those of the accounts; there are none behind them.
type Balances [MaxAccounts]int64

// Accounts is the specification of accounts that open with a balance each. Inputs are Transfer and Read, outputs Answer.
func Accounts(accounts int, opening int64) porcupine.Model {
	var first Balances
	for i := range accounts {
		first[i] = opening
	}
	return linear.Sequential(first, func(b Balances, input any) (Balances, Answer) {
		t, ok := input.(Transfer)
		if !ok {
			return b, Answer{Balances: b}
		}
		if b[t.From] < t.Amount {
			return b, Answer{}
		}
		b[t.From] -= t.Amount
		b[t.To] += t.Amount
		return b, Answer{Done: true}
	})
}

// Keys is the specification of keys and their values; inputs and outputs are those of linear.Map.
func Keys() porcupine.Model { return linear.Map[int, string, string]{}.Model() }

// Set and Get are inputs of Keys, Done and Got their outputs.
func Set(key, value string) any {
	return linear.MapOp[string, string]{Key: key, RegisterOp: linear.RegisterOp[string]{Kind: linear.Write, New: value}}
}

// Get asks for the value of a key.
func Get(key string) any { return linear.MapOp[string, string]{Key: key} }

// Done answers Set.
func Done() any { return linear.Result[string]{OK: true, Write: true} }

// Got answers Get.
func Got(value string, found bool) any {
	if !found {
		return linear.Result[string]{}
	}
	return linear.Result[string]{Value: value, OK: true}
}

// A Verdict says that a history is not what its model allows.
type Verdict struct {
	Page string // a file with a picture of the history, or ""
	last []string
}

func (v *Verdict) Error() string {
	text := "the history is not linearizable: no order of the operations explains all answers. The last of them are:\n  " + strings.Join(v.last, "\n  ")
	if v.Page != "" {
		text += "\nsee the picture in " + v.Page
	}
	return text
}

// within is how long the checker may take. Few unknown outcomes let it take milliseconds.
const within = time.Minute

// Audit holds a history against a model. The error is a *Verdict if it is not what the model allows; another one says that the
// checker has found no answer in time. With a page, a file's name, there is a picture of what is wrong.
func Audit(h *History, model porcupine.Model, page string) error {
	ops := h.operations()
	switch porcupine.CheckOperationsTimeout(model, ops, within) {
	case porcupine.Ok:
		return nil
	case porcupine.Unknown:
		return fmt.Errorf("the checker has no answer after %v: %d operations, %d with an unknown outcome, are too many", within, len(ops), h.Count(Unknown))
	}
	v := &Verdict{}
	entries := h.Entries()
	for _, e := range entries[max(0, len(entries)-10):] {
		v.last = append(v.last, e.String())
	}
	if page != "" {
		if err := draw(model, ops, page); err != nil {
			return fmt.Errorf("%w\nthere is no picture: %w", v, err)
		}
		v.Page = page
	}
	return v
}

func draw(model porcupine.Model, ops []porcupine.Operation, page string) error {
	_, info := porcupine.CheckOperationsVerbose(model, ops, within)
	f, err := os.Create(page)
	if err != nil {
		return err
	}
	if err := porcupine.Visualize(model, info, f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
