package bank

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Client asks a coordinator, one request after the other, and keeps books on its accounts.
type Client struct {
	name     string
	accounts []Account
	books    []int64 // by account
	seq      txn.Seq
	parts    []Part // of the transaction that was asked for
	waiting  bool
}

// NewClient returns a client with accounts, each of another group, and their balances.
func NewClient(name string, accounts []Account, balances []int64) (*Client, error) {
	if len(accounts) != len(balances) {
		return nil, fmt.Errorf("bank: %d accounts with %d balances: give one of each", len(accounts), len(balances))
	}
	return &Client{name: name, accounts: slices.Clone(accounts), books: slices.Clone(balances)}, nil
}

// Transfer asks to move an amount from one account to another one, by their places in the list of accounts. The error is
// ErrRequest, or nil.
func (c *Client) Transfer(from, to int, amount int64) (Request, error) {
	if min(from, to) < 0 || max(from, to) >= len(c.accounts) || from == to {
		return Request{}, fmt.Errorf("%w: a transfer from account %d to account %d of %d: they must be two", ErrRequest, from, to, len(c.accounts))
	}
	return c.ask([]Part{{c.accounts[from], -amount}, {c.accounts[to], amount}}, false)
}

// Status asks for the balances of all accounts. The error is ErrRequest, or nil.
func (c *Client) Status() (Request, error) {
	var parts []Part
	for _, a := range c.accounts {
		parts = append(parts, Part{Account: a})
	}
	return c.ask(parts, true)
}

func (c *Client) ask(parts []Part, status bool) (Request, error) {
	if c.waiting {
		return Request{}, fmt.Errorf("%w: a client has one request at a time: wait for the Reply", ErrRequest)
	}
	c.waiting = true
	if c.parts = parts; status {
		c.parts = nil
	}
	return Request{c.name, c.seq.Next(), status, slices.Clone(parts)}, nil
}

// Handle takes a reply, and reports whether it is to the request that waits for one. If it says that a transfer is
// committed the books are changed.
func (c *Client) Handle(r Reply) bool {
	if r.Client != c.name || !c.seq.Takes(r.Num) {
		return false
	}
	c.waiting = false
	if r.Committed {
		for _, p := range c.parts {
			c.books[slices.Index(c.accounts, p.Account)] += p.Amount
		}
	}
	c.parts = nil
	return true
}

// Books returns what the balances must be, by account.
func (c *Client) Books() []int64 { return slices.Clone(c.books) }
