package ledger

import (
	"maps"
	"math"
	"math/bits"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Contents is what a replica knows: the book.
type Contents struct {
	LSN      service.LSN        // of the last operation that is in it
	Epoch    service.Epoch      // of that operation
	Accounts map[string]int64   // Invariant: no balance is negative
	House    int64              // its balance. Invariant: with those of all accounts the sum is 0
	Sessions map[string]Session // of each client
	Period   int64              // for so many periods interest has been paid
}

// Session is what a client has asked for last.
type Session struct {
	Seq    uint64
	Answer Answer
}

func newContents() *Contents {
	return &Contents{Accounts: map[string]int64{}, Sessions: map[string]Session{}}
}

func (b *Contents) clone() *Contents {
	c := *b
	c.Accounts, c.Sessions = maps.Clone(b.Accounts), maps.Clone(b.Sessions)
	return &c
}

// Sum returns the sum of all balances, which is 0.
func (b *Contents) Sum() int64 {
	sum := b.House
	for _, balance := range b.Accounts {
		sum += balance
	}
	return sum
}

// done returns the answer to a request that has been applied, or is superseded by one that has.
func (b *Contents) done(id RequestID) (Answer, bool) {
	switch s := b.Sessions[id.Client]; {
	case id.Seq == s.Seq:
		return s.Answer, true
	case id.Seq < s.Seq:
		return Answer{Code: Superseded}, true
	}
	return Answer{}, false
}

// apply performs an operation. It is deterministic.
func (b *Contents) apply(e entry, rate int64, bugs Bugs) {
	switch e := e.(type) {
	case Open:
		b.once(e.ID, bugs, func() Answer { return b.open(e) })
	case Transfer:
		b.once(e.ID, bugs, func() Answer { return b.transfer(e) })
	case interest:
		b.accrue(e, rate)
	}
}

// once does what a request asks for unless that has been done.
func (b *Contents) once(id RequestID, bugs Bugs, do func() Answer) {
	if _, done := b.done(id); !done || bugs.has(F3) {
		b.Sessions[id.Client] = Session{id.Seq, do()}
	}
}

func (b *Contents) open(o Open) Answer {
	if balance, ok := b.Accounts[o.Account]; ok {
		return Answer{Code: Exists, Balance: balance}
	}
	if b.House < math.MinInt64+o.Amount {
		return Answer{Code: Overflow}
	}
	b.House -= o.Amount
	b.Accounts[o.Account] = o.Amount
	return Answer{Balance: o.Amount}
}

// transfer cannot overflow: no sum of balances does, since the house owes it.
func (b *Contents) transfer(t Transfer) Answer {
	from, ok := b.Accounts[t.From]
	_, there := b.Accounts[t.To]
	switch {
	case !ok || !there:
		return Answer{Code: NoAccount}
	case from < t.Amount:
		return Answer{Code: Insufficient, Balance: from}
	}
	b.Accounts[t.From] -= t.Amount
	b.Accounts[t.To] += t.Amount
	return Answer{Balance: from - t.Amount}
}

// accrue pays the interest of the next period. It is rounded down, and the house owes no more than it can.
func (b *Contents) accrue(i interest, rate int64) {
	if i.Period != b.Period+1 {
		return // it has been paid
	}
	b.Period++
	var all uint64
	earned := map[string]int64{}
	for name, balance := range b.Accounts {
		hi, lo := bits.Mul64(uint64(balance), uint64(rate))
		if hi >= parts {
			return
		}
		n, _ := bits.Div64(hi, lo, parts)
		if n > math.MaxInt64 || all+n > math.MaxInt64 {
			return
		}
		all += n
		earned[name] = int64(n)
	}
	if b.House < math.MinInt64+int64(all) {
		return
	}
	b.House -= int64(all)
	for name, n := range earned {
		b.Accounts[name] += n
	}
}

// parts is what rates are given in: so many make one.
const parts = 10_000

func (b *Contents) balance(account string) Answer {
	balance, ok := b.Accounts[account]
	if !ok {
		return Answer{Code: NoAccount}
	}
	return Answer{Balance: balance}
}

func (b *Contents) audit() Answer { return Answer{Balance: b.Sum(), Accounts: len(b.Accounts)} }
