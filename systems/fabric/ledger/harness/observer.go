package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
)

// observer stands between the platform and a replica, and tells the monitors what happens there. It changes nothing.
type observer struct {
	full  service.Replica // the replica, and what is around it to keep its state
	known *ledger.Replica
	*run  `ravel:"-"`
	id    service.ReplicaID
}

var (
	_ service.Replica    = (*observer)(nil)
	_ service.Runner     = (*observer)(nil)
	_ service.Persistent = (*durableObserver)(nil)
)

// observed is a factory of replicas that are observed.
func (x *run) observed(make service.Factory) service.Factory {
	return func(info service.Info) service.Replica {
		switch r := make(info).(type) {
		case *ledger.Durable:
			return &durableObserver{observer{r, r.Replica, x, info.Replica}, r}
		case *ledger.Replica:
			return &observer{r, r, x, info.Replica}
		default:
			panic(fmt.Sprintf("harness: the ledger makes a %T", r))
		}
	}
}

func (o *observer) Open(ctx context.Context, p service.Partition) error {
	return o.full.Open(ctx, observedPartition{p, o})
}

func (o *observer) ChangeRole(ctx context.Context, e service.Epoch, r service.Role) error {
	if r == service.RolePrimary {
		o.Notify(primary{o.id})
		return o.full.ChangeRole(ctx, e, r)
	}
	err := o.full.ChangeRole(ctx, e, r)
	o.Notify(notPrimary{o.id})
	return err
}

func (o *observer) Close(ctx context.Context) error {
	err := o.full.Close(ctx)
	o.Notify(notPrimary{o.id})
	return err
}

func (o *observer) Run(ctx context.Context) error {
	o.Notify(runs{o.id})
	err := o.known.Run(ctx)
	o.Notify(runEnds{o.id}) // not deferred: when the process ends nobody is to be told
	return err
}

func (o *observer) Serve(ctx context.Context, req []byte) ([]byte, error) {
	data, err := o.full.Serve(ctx, req)
	if a, bad := ledger.DecodeAnswer(string(data)); bad == nil && a.Code < ledger.BadRequest {
		o.Notify(answers{o.id, string(req)})
	}
	o.look()
	return data, err
}

func (o *observer) Apply(ctx context.Context, op service.Op) error {
	o.look()
	before := o.knows()
	err := o.full.Apply(ctx, op)
	o.look()
	if after := o.knows(); after.LSN == op.LSN && fmt.Sprint(before.Accounts) != fmt.Sprint(after.Accounts) {
		if id := requestID(string(op.Data)); id != "" {
			o.Notify(changes{o.id, op.LSN, id})
		}
	}
	return err
}

// Snapshot puts a piece in front that says what is copied.
func (o *observer) Snapshot(ctx context.Context) iter.Seq2[[]byte, error] {
	o.look()
	at := o.known.Inspect().LSN
	pieces := o.full.Snapshot(ctx)
	return func(yield func([]byte, error) bool) {
		head, err := json.Marshal(copied{From: o.id, LSN: at})
		if yield(head, err) {
			pieces(yield)
		}
	}
}

func (o *observer) Restore(ctx context.Context, pieces iter.Seq2[[]byte, error]) error {
	var head []byte
	err := o.full.Restore(ctx, func(yield func([]byte, error) bool) {
		for data, err := range pieces {
			if head == nil && err == nil {
				head = data
				continue
			}
			if !yield(data, err) {
				return
			}
		}
	})
	var from copied
	if err != nil || json.Unmarshal(head, &from) != nil {
		return err
	}
	from.To = o.id
	o.Notify(from)
	o.look()
	return nil
}

// Abort is not told to the monitors: nobody hears a replica that is gone.
func (o *observer) Abort() { o.full.Abort() }

// durableObserver is an observer of a replica whose state outlives its process.
type durableObserver struct {
	observer
	kept *ledger.Durable
}

func (o *durableObserver) Recover(ctx context.Context) (service.LSN, service.Epoch, error) {
	lsn, epoch, err := o.kept.Recover(ctx)
	o.look()
	return lsn, epoch, err
}

func (o *durableObserver) Rollback(ctx context.Context, to service.LSN) error {
	err := o.kept.Rollback(ctx, to)
	if err == nil {
		o.Notify(takesBack{o.id, to})
		o.look()
	}
	return err
}

// look tells what the replica knows.
func (o *observer) look() {
	if !o.run.Inspect {
		return
	}
	b := o.knows()
	o.Notify(state{o.id, b.LSN, b.Epoch, b.Sum(), fmt.Sprintf("%v, sessions %v, %d periods", b.Accounts, b.Sessions, b.Period)})
}

func (o *observer) knows() *ledger.Contents {
	if !o.run.Inspect {
		return &ledger.Contents{}
	}
	b := o.known.Inspect()
	return &b
}

// requestID returns the ID of a request, as text, or nothing if the operation is of the ledger itself.
func requestID(op string) string {
	if words := strings.Fields(op); len(words) > 1 && strings.Contains(words[1], "/") {
		return words[1]
	}
	return ""
}

// observedPartition is the partition as a replica sees it.
type observedPartition struct {
	service.Partition
	o *observer
}

// Replicate records the interest that the replica pays as calls of its own.
func (p observedPartition) Replicate(ctx context.Context, data []byte) (service.LSN, error) {
	p.o.Notify(replicates{p.o.id, string(data)})
	var i pay
	if n, _ := fmt.Sscanf(string(data), "interest %d", &i.Period); n == 0 {
		return p.Partition.Replicate(ctx, data)
	}
	call := p.o.calls.Call(fmt.Sprintf("replica %d", p.o.id), i)
	lsn, err := p.Partition.Replicate(ctx, data)
	switch {
	case err == nil:
		call.Return(outcome{})
	case lsn == 0:
		call.Failed()
	default:
		call.Lost()
	}
	return lsn, err
}
