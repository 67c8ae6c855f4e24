package fabric_test

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// Tally counts. Its clients try again when they get no answer, so it remembers which request it has counted.
type Tally struct {
	p    service.Partition
	n    int
	done map[string]bool
	lazy bool // it leaves that out of its snapshots
}

func (t *Tally) Open(_ context.Context, p service.Partition) error {
	t.p, t.done = p, map[string]bool{}
	return nil
}

func (t *Tally) ChangeRole(context.Context, service.Epoch, service.Role) error { return nil }
func (t *Tally) Close(context.Context) error                                   { return nil }
func (t *Tally) Abort()                                                        {}

func (t *Tally) Apply(_ context.Context, op service.Op) error {
	if id := string(op.Data); !t.done[id] {
		t.n++
		t.done[id] = true
	}
	return nil
}

func (t *Tally) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	pieces := [][]byte{strconv.AppendInt(nil, int64(t.n), 10)}
	for id := range t.done {
		if !t.lazy {
			pieces = append(pieces, []byte(id))
		}
	}
	return func(yield func([]byte, error) bool) {
		for _, p := range pieces {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func (t *Tally) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	first := true
	for p, err := range pieces {
		switch {
		case err != nil:
			return err
		case first:
			t.n, _ = strconv.Atoi(string(p))
			first = false
		default:
			t.done[string(p)] = true
		}
	}
	return nil
}

func (t *Tally) Serve(ctx context.Context, id []byte) ([]byte, error) {
	if _, err := t.p.Replicate(ctx, id); err != nil {
		return nil, err
	}
	return strconv.AppendInt(nil, int64(t.n), 10), nil
}

// tallies has a client that is counted once, however often it asks.
func tallies(lazy bool) func(*check.T) {
	return func(t *check.T) {
		f := fabric.New(t.Root(), fabric.Config{
			Services: []fabric.Service{{Name: "tally", New: func(service.Info) service.Replica { return &Tally{lazy: lazy} }}},
			Crashes:  1, Restarts: 1, Swaps: 1,
		})
		t.Go("client", func(c *ravel.Context) {
			var client fabric.Client
			for range 5 {
				answer, err := f.Call(c, &client, service.PartitionID{Service: "tally"}, []byte("request 1"))
				c.Assert(err != nil || string(answer) == "1", "one request is counted %s times", answer)
			}
		})
	}
}

func Example() {
	for _, lazy := range []bool{false, true} {
		r, err := check.Explore("tally", check.Config{Schedules: 5000, Steps: 5000, NoShrink: true}, tallies(lazy))
		switch {
		case err != nil:
			fmt.Println(err)
		case r.Failure != nil:
			fmt.Println(r.Failure.Err)
		default:
			fmt.Println("no failure")
		}
	}
	// Output:
	// no failure
	// an assertion in client failed: one request is counted 2 times
}
