package fabric

import (
	"context"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// The messages of a call, behind those by which naming is asked.
type (
	request struct {
		Client  ravel.ID
		Seq     int
		Replica service.ReplicaID
		Data    string
		Again   bool // it has come before
	}
	reply struct {
		Seq  int
		Data string
		Err  string
		How  outcome
	}
	expired struct{ Seq int }
)

// repeated returns the copy of a message that comes once more.
func repeated(msg any) any {
	if q, ok := msg.(request); ok {
		q.Again = true
		return q
	}
	return msg // it is plain data
}

// outcome says how a request ended.
type outcome int

const (
	served  outcome = iota
	failed          // Serve has returned an error
	refused         // there is no such replica, or not yet: it was not served
)

// answer returns what a call returns.
func answer(from service.PartitionID, ev any) ([]byte, error) {
	r, ok := ev.(reply)
	switch {
	case !ok: // expired
		return nil, service.ErrNoAnswer
	case r.How == refused:
		return nil, service.ErrNoPrimary
	case r.How == failed:
		return nil, &service.ServeError{Partition: from, Text: r.Err}
	}
	return []byte(r.Data), nil
}

// Client calls services in the name of one machine, which has one of them. The zero Client is ready; it must not be
// copied.
type Client struct{ seq int }

// Call has naming find the primary of a partition, sends it a request, and waits for the answer; see service.Caller.
// How long it waits is up to the tester, as with every timer.
func (f Fabric) Call(c *ravel.Context, from *Client, to service.PartitionID, req []byte) ([]byte, error) {
	part, err := f.dir.find(to)
	if err != nil {
		return nil, err
	}
	from.seq++
	f.net.Send(c, f.naming, resolve{c.Self(), from.seq, part})
	at := ravel.ReceiveWhere(c, func(r resolved) bool { return r.Seq == from.seq }).Primary
	if at.ID == 0 {
		return nil, service.ErrNoPrimary
	}
	f.calls.Send(c, at.Node, request{c.Self(), from.seq, at.ID, string(req), false})
	timeout := c.After(time.Second, expired{from.seq})
	for {
		ev := ravel.ReceiveAny(c, ravel.Type[reply](), ravel.Type[expired]())
		if r, ok := ev.(reply); ok && r.Seq != from.seq {
			continue // to a request that was given up
		}
		c.StopTimer(timeout) // which takes back its event as well
		return answer(to, ev)
	}
}

// Partitions returns how many partitions a service has, 0 if there is no such service.
func (f Fabric) Partitions(service string) int { return f.dir.partitions(service) }

// Caller returns a service.Caller for a machine, so that the client library of a service can be tested with it. A machine
// has one, and no Client beside it.
func (f Fabric) Caller(c *ravel.Context) service.Caller { return &caller{f, c, Client{}} }

type caller struct {
	Fabric
	c      *ravel.Context
	client Client
}

// Call implements service.Caller. Its context is looked at before the call: what comes in between is the tester's
// timeout.
func (k *caller) Call(ctx context.Context, to service.PartitionID, req []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return k.Fabric.Call(k.c, &k.client, to, req)
}

// request has a request served by the replica that it was sent to.
func (n *node) request(q request) {
	r := n.replicas[q.Replica]
	if r == nil || !r.serving {
		if !q.Again { // what has come before may have been served
			n.calls.Send(n.c, q.Client, reply{Seq: q.Seq, How: refused})
		}
		return
	}
	n.start(func() {
		data, err := r.user.Serve(r.ctx, []byte(q.Data))
		if r.closed {
			return // nobody hears a replica that is gone
		}
		answer := reply{Seq: q.Seq, Data: string(data)}
		if err != nil {
			answer = reply{Seq: q.Seq, Err: err.Error(), How: failed}
		}
		n.calls.Send(n.c, q.Client, answer)
	})
}
