package tms

import (
	"github.com/ravelgo/ravel"
)

// Books is the state of the ConservationMonitor.
type Books struct {
	holdings map[string]holding // by group
	books    []int64            // the client's, by group
	total    int64
	pending  bool // a transfer is under way
}

// holding is what a group said last of its account.
type holding struct {
	place   uint64
	balance int64
}

// ConservationMonitor asserts that money is neither made nor lost, and that the client knows where it is: whenever no
// transfer is under way, the balances of the groups have the sum that they had at first, and are those in the client's
// books. A status says what is in the books.
var ConservationMonitor = ravel.DefineMonitor[Books]("Conservation",
	ravel.Warm("Counting",
		ravel.On((*Books).answered),
		ravel.On((*Books).began),
		ravel.On((*Books).ended),
		ravel.On((*Books).audited)))

func newBooks() *Books {
	b := &Books{holdings: make(map[string]holding)}
	for _, g := range groupNames() {
		b.holdings[g] = holding{balance: opening}
		b.books = append(b.books, opening)
		b.total += opening
	}
	return b
}

// answered takes what a group says of its account, unless it has said something newer before.
func (b *Books) answered(c *ravel.MonitorContext, e Answered) {
	if e.Result.Place <= b.holdings[e.Group].place {
		return
	}
	b.holdings[e.Group] = holding{e.Result.Place, e.Result.Balance}
	if !b.pending {
		b.look(c)
	}
}

func (b *Books) began(_ *ravel.MonitorContext, _ Began) { b.pending = true }

func (b *Books) ended(c *ravel.MonitorContext, e Ended) {
	b.pending = false
	copy(b.books, e.Books)
	b.look(c)
}

func (b *Books) audited(c *ravel.MonitorContext, e Audited) {
	for i, g := range groupNames() {
		c.Assert(e.Balances[i] == b.books[i], "the client is told that %s has %d, and its books say %d", g, e.Balances[i], b.books[i])
	}
}

func (b *Books) look(c *ravel.MonitorContext) {
	var sum int64
	for _, h := range b.holdings {
		sum += h.balance
	}
	c.Assert(sum == b.total, "there is %d in all the accounts, and there was %d", sum, b.total)
	for i, g := range groupNames() {
		c.Assert(b.holdings[g].balance == b.books[i], "%s has %d, and the client's books say %d", g, b.holdings[g].balance, b.books[i])
	}
}

// Places is the state of the LinearityMonitor: which operation has a place in the order of a group.
type Places struct{ ops map[place]operation }

type place struct {
	group string
	n     uint64
}

type operation struct {
	client string
	id     uint64
}

// LinearityMonitor asserts that a group applies operations one after the other: no two that it answers have the same
// place. Whatever is submitted again is answered under the place that it has.
var LinearityMonitor = ravel.DefineMonitor[Places]("Linearity", ravel.Warm("Comparing", ravel.On((*Places).answered)))

func newPlaces() *Places { return &Places{make(map[place]operation)} }

func (p *Places) answered(c *ravel.MonitorContext, e Answered) {
	at, now := place{e.Group, e.Result.Place}, operation{e.Client, e.OpID}
	before, known := p.ops[at]
	c.Assert(!known || before == now, "place %d of %s is that of operation %s/%d, and of %s/%d",
		at.n, e.Group, before.client, before.id, now.client, now.id)
	p.ops[at] = now
}
