package books

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// Teller is a client of accounts.
type Teller interface {
	Transfer(ctx context.Context, from, to int, amount int64) (done bool, err error)
	Balances(ctx context.Context) ([]int64, error)
}

// Clerk is a client of keys.
type Clerk interface {
	Set(ctx context.Context, key, value string) error
	Get(ctx context.Context, key string) (value string, found bool, err error)
}

// Load is what clients do until they are told to stop.
type Load struct {
	Seed     uint64
	Patience time.Duration // how long a client waits for an answer
	Pause    time.Duration // of a client, between two operations
	Unknown  error         // errors that are this one say that the outcome is unknown; others that there was no effect
}

// Tell lets tellers transfer and read until ctx ends, and the operations that are under way then are over. A third of what
// they do is reading.
func (l Load) Tell(ctx context.Context, h *History, tellers []Teller, accounts int, most int64) {
	l.run(ctx, len(tellers), func(ctx context.Context, i int, rng *rand.Rand) {
		if rng.IntN(3) == 0 {
			done := h.Call(i, Read{})
			b, err := tellers[i].Balances(ctx)
			var a Answer
			copy(a.Balances[:], b)
			done(l.outcome(err), a)
			return
		}
		from := rng.IntN(accounts)
		t := Transfer{from, (from + 1 + rng.IntN(accounts-1)) % accounts, 1 + rng.Int64N(most)}
		done := h.Call(i, t)
		ok, err := tellers[i].Transfer(ctx, t.From, t.To, t.Amount)
		done(l.outcome(err), Answer{Done: ok})
	})
}

// Write lets clerks set and get so many keys until ctx ends, and the operations that are under way then are over. No value is
// set twice.
func (l Load) Write(ctx context.Context, h *History, clerks []Clerk, keys int) {
	var mu sync.Mutex
	n := 0
	next := func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprint(n)
	}
	l.run(ctx, len(clerks), func(ctx context.Context, i int, rng *rand.Rand) {
		key := fmt.Sprintf("k%d", rng.IntN(keys))
		if rng.IntN(2) == 0 {
			done := h.Call(i, Get(key))
			v, found, err := clerks[i].Get(ctx, key)
			done(l.outcome(err), Got(v, found))
			return
		}
		v := next()
		done := h.Call(i, Set(key, v))
		done(l.outcome(clerks[i].Set(ctx, key, v)), Done())
	})
}

func (l Load) outcome(err error) Outcome {
	switch {
	case err == nil:
		return OK
	case errors.Is(err, l.Unknown):
		return Unknown
	}
	return Failed
}

// run lets clients do one thing after the other. What they do depends on the seed; what comes of it, and so how much they do,
// does not.
func (l Load) run(ctx context.Context, clients int, do func(ctx context.Context, client int, rng *rand.Rand)) {
	var all sync.WaitGroup
	for i := range clients {
		rng := rand.New(rand.NewPCG(l.Seed, uint64(i)))
		all.Go(func() {
			for ctx.Err() == nil {
				patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.Patience)
				do(patience, i, rng)
				cancel()
				select {
				case <-ctx.Done():
				case <-time.After(l.Pause):
				}
			}
		})
	}
	all.Wait()
}
