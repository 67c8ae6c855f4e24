// Package lockorder is a bank whose accounts have a lock each.
package lockorder

import (
	"errors"
	"fmt"
	"sync"
)

// ErrFunds is the error of a transfer that the source cannot pay.
var ErrFunds = errors.New("insufficient funds")

// Account is an account of a bank.
type Account struct {
	id string

	mu      sync.Mutex
	balance int64 // in cents, never negative
}

// Bank moves money between accounts. It may be used from many goroutines.
type Bank struct {
	mu       sync.RWMutex
	accounts map[string]*Account
}

// Open returns a bank with these accounts and balances.
func Open(balances map[string]int64) *Bank {
	b := &Bank{accounts: make(map[string]*Account, len(balances))}
	for id, balance := range balances {
		b.accounts[id] = &Account{id: id, balance: balance}
	}
	return b
}

func (b *Bank) account(id string) (*Account, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	a, ok := b.accounts[id]
	if !ok {
		return nil, fmt.Errorf("no account %q", id)
	}
	return a, nil
}

// Transfer moves an amount, or nothing if there is an error.
func (b *Bank) Transfer(from, to string, amount int64) error {
	if from == to {
		return fmt.Errorf("transfer from %s to itself", from)
	}
	if amount <= 0 {
		return fmt.Errorf("transfer of %d", amount)
	}
	src, err := b.account(from)
	if err != nil {
		return err
	}
	dst, err := b.account(to)
	if err != nil {
		return err
	}
	src.mu.Lock()
	defer src.mu.Unlock()
	dst.mu.Lock()
	defer dst.mu.Unlock()
	if src.balance < amount {
		return fmt.Errorf("%w: %s has %d, needs %d", ErrFunds, from, src.balance, amount)
	}
	src.balance -= amount
	dst.balance += amount
	return nil
}

// Balance returns what an account has.
func (b *Bank) Balance(id string) (int64, error) {
	a, err := b.account(id)
	if err != nil {
		return 0, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance, nil
}
