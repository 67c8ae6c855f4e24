package sct

import (
	"sync"
	"sync/atomic"
)

// account is a balance with a deposit and a withdrawal under way. Its bug is a lost update: each change is a load and a
// store that nothing holds together.
type account struct {
	mu        sync.Mutex
	locked    bool // changes hold mu
	balance   atomic.Int64
	deposited atomic.Bool
	withdrawn atomic.Bool
}

func (a *account) add(amount int64) {
	if a.locked {
		a.mu.Lock()
		defer a.mu.Unlock()
	}
	a.balance.Store(a.balance.Load() + amount)
}

// runAccount checks the balance from a third goroutine, which may come too early to say anything.
func runAccount(t TB, locked bool) {
	const before, deposit, withdrawal = 100, 30, 20
	a := &account{locked: locked}
	a.balance.Store(before)
	together(
		func() { a.add(deposit); a.deposited.Store(true) },
		func() { a.add(-withdrawal); a.withdrawn.Store(true) },
		func() {
			if !a.deposited.Load() || !a.withdrawn.Load() {
				return
			}
			if got := a.balance.Load(); got != before+deposit-withdrawal {
				t.Errorf("balance %d after both changes, want %d", got, before+deposit-withdrawal)
			}
		})
}

// bank has two accounts, each with its lock. Its bug is an atomicity violation: between the two halves of a transfer the
// money is nowhere.
type bank struct {
	mu      [2]sync.Mutex
	balance [2]int
}

func (b *bank) change(account, amount int) {
	b.mu[account].Lock()
	defer b.mu[account].Unlock()
	b.balance[account] += amount
}

func (b *bank) transfer(from, to, amount int) {
	b.change(from, -amount)
	b.change(to, amount)
}

func (b *bank) both(f func()) {
	b.mu[0].Lock()
	defer b.mu[0].Unlock()
	b.mu[1].Lock()
	defer b.mu[1].Unlock()
	f()
}

func (b *bank) transferAtOnce(from, to, amount int) {
	b.both(func() {
		b.balance[from] -= amount
		b.balance[to] += amount
	})
}

func runBank(t TB, transfer func(b *bank, from, to, amount int)) {
	b := &bank{balance: [2]int{50, 50}}
	together(
		func() { transfer(b, 0, 1, 10) },
		func() { transfer(b, 1, 0, 20) },
		func() {
			b.both(func() {
				if sum := b.balance[0] + b.balance[1]; sum != 100 {
					t.Errorf("the accounts hold %d, want 100", sum)
				}
			})
		})
}

func accounts() []Program {
	return []Program{{
		Name: "account", Family: "account", Threads: 4, Within: 500, Shows: Assertion,
		Bug:    "a deposit and a withdrawal read and write the balance without a lock: one of them is lost",
		Source: sctbench,
		Run:    func(t TB) { runAccount(t, false) },
		Fixed:  func(t TB) { runAccount(t, true) },
	}, {
		Name: "bank", Family: "account", Threads: 4, Within: 500, Shows: Assertion,
		Bug:    "a transfer takes the locks of its two accounts one after the other: an audit in between misses money",
		Source: "Farchi, Nir, Ur, Concurrent Bug Patterns and How to Test Them, IPDPS 2003: code assumed to be atomic",
		Run:    func(t TB) { runBank(t, (*bank).transfer) },
		Fixed:  func(t TB) { runBank(t, (*bank).transferAtOnce) },
	}}
}
