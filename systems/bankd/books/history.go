// Package books keeps books of what clients of a bank have asked for and what came of it, and audits them: there must be an
// order of all operations that explains every answer.
//
// # Outcomes
//
// An operation that was answered is in the books with its answer, which may be that a transfer was refused. One that has
// certainly had no effect is failed, and does not count. One of which nobody knows may take effect at any time after it was
// asked for, or never. These are the rules of package spec/linear, whose models and checker are used; here the times are
// those of real clocks.
//
// # Specifications
//
//   - Accounts: all balances at first are the opening balance. A transfer is done if the balance suffices, and refused if not;
//     balances are read all at once. The history must be linearizable, which for transactions is strict serializability. So
//     money is neither made nor lost, and no balance is negative.
//   - Keys: a map of registers, judged key by key.
package books

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/spec/linear"
)

// Entry is an operation in the books.
type Entry struct {
	Client  int
	Input   any
	Output  any // what was answered; nil of an unknown or failed one
	Call    time.Duration
	Return  time.Duration // meaningless of an unknown one
	Outcome Outcome
}

// Outcome is what became of an operation.
type Outcome uint8

// The outcomes.
const (
	Unknown Outcome = iota // may have been done, may be done later, or never
	OK                     // answered
	Failed                 // has certainly had no effect
)

// String returns the outcome as a word.
func (o Outcome) String() string {
	if o > Failed {
		return fmt.Sprintf("Outcome(%d)", uint8(o))
	}
	return [...]string{"unknown", "ok", "failed"}[o]
}

func (e Entry) String() string {
	end := "?"
	if e.Outcome != Unknown {
		end = e.Return.Round(time.Microsecond).String()
	}
	return fmt.Sprintf("client %d, %v to %s: %v: %s %v", e.Client, e.Call.Round(time.Microsecond), end, e.Input, e.Outcome, e.Output)
}

// History collects entries. Its methods may be called from any goroutine.
type History struct {
	begin time.Time

	mu      sync.Mutex
	entries []Entry
}

// NewHistory returns books without entries.
func NewHistory() *History { return &History{begin: time.Now()} }

// Call enters that a client asks for something, before it does. The function that it returns enters what came of it. If that
// is never called the outcome is unknown.
func (h *History) Call(client int, input any) (done func(Outcome, any)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := len(h.entries)
	h.entries = append(h.entries, Entry{Client: client, Input: input, Call: time.Since(h.begin)})
	return func(o Outcome, output any) {
		h.mu.Lock()
		defer h.mu.Unlock()
		e := &h.entries[i]
		if e.Outcome, e.Return = o, time.Since(h.begin); o == OK {
			e.Output = output
		}
	}
}

// Entries returns the books, in memory of their own.
func (h *History) Entries() []Entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.entries)
}

// Count returns how many entries have an outcome.
func (h *History) Count(o Outcome) (n int) {
	for _, e := range h.Entries() {
		if e.Outcome == o {
			n++
		}
	}
	return n
}

// operations are the entries as the checker wants them.
func (h *History) operations() []porcupine.Operation {
	var all []porcupine.Operation
	clients := 0
	for _, e := range h.Entries() {
		clients = max(clients, e.Client+1)
	}
	for _, e := range h.Entries() {
		o := porcupine.Operation{ClientId: e.Client, Input: e.Input, Call: int64(e.Call), Output: e.Output, Return: int64(e.Return)}
		switch e.Outcome {
		case Failed:
			continue
		case Unknown:
			o.Output, o.Return = linear.Pending{}, math.MaxInt64
			// Its client goes on, so for the checker it is somebody else's.
			o.ClientId, clients = clients, clients+1
		}
		all = append(all, o)
	}
	return all
}
