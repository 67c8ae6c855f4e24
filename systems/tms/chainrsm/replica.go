// Package chainrsm is a replicated state machine of package rsm on a chain of package chainrep: the operations are the
// values of updates, the history is the log, and what an update has made of the state machine is its result.
//
// # Once
//
// The head of the chain drops what it has seen of a client, so the history has each command once, and there is no need of
// rsm.Executor. A server that becomes the tail answers everything again that it does not know to be processed. So of a
// client's older operations results are kept as well, as long as that may happen.
//
// A Replica has no I/O, no goroutines and no clocks, and is not safe for concurrent use.
package chainrsm

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
)

// Replica is a server of a chain with a state machine.
type Replica struct {
	server  *chainrep.Server
	machine rsm.StateMachine
	newest  map[chainrep.NodeID]uint64 // of each client, the last operation that was applied
	results map[request]string         // of the newest operations, and of those that the tail may not have processed
}

type request struct {
	client chainrep.NodeID
	op     uint64
}

// Output is what comes of a message.
type Output struct {
	Applied   []chainrep.Entry    // what the history has gained
	Messages  []chainrep.Envelope // to other nodes of the chain
	Responses []rsm.Response      // to clients
}

// New returns a replica whose state machine has done nothing yet.
func New(cfg chainrep.ServerConfig, m rsm.StateMachine) *Replica {
	return &Replica{
		server: chainrep.NewServer(cfg), machine: m,
		newest: make(map[chainrep.NodeID]uint64), results: make(map[request]string),
	}
}

// Submit takes a command of a client. If the replica is not the head it is dropped.
func (r *Replica) Submit(c rsm.Command) (Output, error) {
	if err := c.Check(); err != nil {
		return Output{}, err
	}
	return r.Handle(chainrep.Update{Client: chainrep.NodeID(c.Client), Req: c.OpID, Value: c.Op})
}

// Handle takes a message of another node of the chain. Errors are those of chainrep.Server.
func (r *Replica) Handle(m chainrep.Message) (Output, error) {
	did, err := r.server.Handle(m)
	out := Output{Applied: did.Applied}
	for _, e := range did.Applied {
		r.apply(e)
	}
	for _, e := range did.Messages {
		if done, ok := e.Message.(chainrep.RespUpdate); ok {
			out.Responses = append(out.Responses, rsm.Response{
				Client: string(e.To), OpID: done.Req, Result: r.results[request{e.To, done.Req}],
			})
			continue
		}
		out.Messages = append(out.Messages, e)
	}
	r.forget()
	return out, err
}

func (r *Replica) apply(e chainrep.Entry) {
	r.newest[e.Client] = e.Req
	r.results[request{e.Client, e.Req}] = r.machine.Apply(rsm.Command{Client: string(e.Client), OpID: e.Req, Op: e.Value})
}

// forget drops results that nobody will be answered any more.
func (r *Replica) forget() {
	sent := r.server.Sent()
	maps.DeleteFunc(r.results, func(q request, _ string) bool {
		return q.op != r.newest[q.client] && !slices.ContainsFunc(sent, func(e chainrep.Entry) bool {
			return e.Client == q.client && e.Req == q.op
		})
	})
}

// Sent returns the entries that were forwarded and are not known to be processed by the tail, oldest first.
func (r *Replica) Sent() []chainrep.Entry { return r.server.Sent() }
