package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

var kills = flag.Int("fabricd.kills", 3, "how often tests kill a process, at least")

// What clients ask for, and what they get. An account is a number.
type (
	opening  struct{ account, amount int }
	transfer struct{ from, to, amount int }
	balance  struct{ account int }
	audit    struct{}

	result struct {
		code    ledger.Code
		n       int64
		unknown bool // nobody knows what the request has done, if anything
	}
)

const accounts = 4

// books are the accounts, -1 for one that was not opened.
type books [accounts]int64

// model is the ledger as its clients should see it: without replicas, processes and repetitions.
var model = porcupine.Model{
	Init: func() any { return books{-1, -1, -1, -1} },
	Step: func(state, input, output any) (bool, any) {
		b, out := state.(books), output.(result)
		var want result
		switch q := input.(type) {
		case opening:
			if b[q.account] >= 0 {
				want.code = ledger.Exists
			} else {
				b[q.account] = int64(q.amount)
			}
		case transfer:
			switch {
			case b[q.from] < 0 || b[q.to] < 0:
				want.code = ledger.NoAccount
			case b[q.from] < int64(q.amount):
				want.code = ledger.Insufficient
			default:
				b[q.from] -= int64(q.amount)
				b[q.to] += int64(q.amount)
				want.n = b[q.from]
			}
		case balance:
			if want.n = b[q.account]; want.n < 0 {
				want = result{code: ledger.NoAccount}
			}
		case audit:
		}
		return out.unknown || out == want, b
	},
}

// users have several clients make requests until they are told to stop, and return what they saw. They count as they
// go.
func users(ctx context.Context, t *testing.T, c *localtest.Cluster, p service.PartitionID, n int, count *atomic.Int64) []porcupine.Operation {
	var mu sync.Mutex
	var history []porcupine.Operation
	var all sync.WaitGroup
	begin := time.Now()
	for id := range n {
		all.Go(func() {
			caller := c.Client()
			l, err := ledger.NewClient(caller, ledger.ClientConfig{
				Name: fmt.Sprint("user", id), Partition: p,
				Wait: func(ctx context.Context, _ int) error { time.Sleep(rand.N(20 * time.Millisecond)); return ctx.Err() },
			})
			if err != nil {
				t.Error(err)
				return
			}
			for first := true; ctx.Err() == nil; first = false {
				op := porcupine.Operation{ClientId: id, Call: int64(time.Since(begin))}
				var out result
				out, op.Input, err = request(l, first, id)
				op.Output, op.Return = out, int64(time.Since(begin))
				if errors.Is(err, ledger.ErrUnavailable) {
					continue // it did nothing, and never will
				}
				if out.unknown {
					op.Return = math.MaxInt64
				}
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
				count.Add(1)
				pause := time.NewTimer(rand.N(20 * time.Millisecond))
				<-pause.C
			}
		})
	}
	all.Wait()
	return history
}

// request makes one request. It gives up after some seconds.
func request(l *ledger.Client, first bool, id int) (result, any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	name := func(a int) string { return fmt.Sprint("account", a) }
	var in any
	var n int64
	var err error
	switch k := rand.IntN(6); {
	case first:
		q := opening{id % accounts, 100}
		in, err = q, l.Open(ctx, name(q.account), int64(q.amount))
	case k < 4:
		q := transfer{rand.IntN(accounts), 0, 1 + rand.IntN(30)}
		q.to = (q.from + 1 + rand.IntN(accounts-1)) % accounts
		in = q
		n, err = l.Transfer(ctx, name(q.from), name(q.to), int64(q.amount))
	case k < 5:
		q := balance{rand.IntN(accounts)}
		in = q
		n, err = l.Balance(ctx, name(q.account))
	default:
		in = audit{}
		n, _, err = l.Audit(ctx)
	}
	switch {
	case err == nil:
		return result{n: n}, in, nil
	case errors.Is(err, ledger.ErrExists):
		return result{code: ledger.Exists}, in, nil
	case errors.Is(err, ledger.ErrNoAccount):
		return result{code: ledger.NoAccount}, in, nil
	case errors.Is(err, ledger.ErrInsufficient):
		return result{code: ledger.Insufficient}, in, nil
	}
	return result{unknown: true}, in, err
}

// The ledger on three processes that are killed again and again is linearizable, and no money is lost or made. For
// more:
//
//	go test ./cmd/fabricd -run TestLedger -fabricd.kills 30 -v
func TestLedger(t *testing.T) {
	t.Parallel()
	c := localtest.StartProcesses(t, localtest.Lease)
	p := service.PartitionID{Service: "ledger"}
	a := newAttack(t, c, rand.New(rand.NewPCG(*seed, 0)), p)
	a.whole(3)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan []porcupine.Operation, 1)
	var count atomic.Int64
	go func() { done <- users(ctx, t, c, p, 5, &count) }()
	for a.total() < *kills {
		a.one(a.whole(2))
	}
	a.whole(3)
	localtest.Eventually(t, "some requests for each kill", func() bool { return count.Load() >= int64(20**kills) })
	stop()
	history := <-done
	doubt := 0
	for _, op := range history {
		if op.Output.(result).unknown {
			doubt++
		}
	}
	if st := c.Stable(p, 3); st.Epoch.DataLoss != 1 {
		t.Fatalf("all processes lost their leases at once, and so the ledger its memory (epoch %v): is the machine asleep?", st.Epoch)
	}
	switch porcupine.CheckOperationsTimeout(model, history, time.Minute) {
	case porcupine.Illegal:
		t.Errorf("the history of %d requests is not linearizable: %+v", len(history), history)
	case porcupine.Unknown:
		t.Errorf("the history of %d requests, %d of them in doubt, was not checked in time", len(history), doubt)
	}
	t.Logf("%d requests, %d of them in doubt, %d kills, epoch %v", len(history), doubt, a.total(), c.Stable(p, 3).Epoch)
}
