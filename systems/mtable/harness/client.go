package harness

import (
	"context"
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// client is a process that uses the table, or one after the other if it is killed. It has two machines: the service makes
// calls, the mirror receives the configuration and passes it on to the calls and streams under way. What they share is the
// memory of the process.
type client struct {
	port
	faults faults
	life   *life

	number          int
	service, mirror ravel.ID
	table           *mtable.Table
	bugs            bug.Set
	history         bool // calls are told to a history
	annotated       bool // and to the reference

	state       config.State // for those who come now
	acts        config.State // the service has been told that all are in it
	subscribers []*subscriber
	draining    *subscriber // the mirror waits for its release
	parked      []parked

	part part
}

// subscriber is a grant that is out.
type subscriber struct {
	watcher config.Watcher // nil if it holds its state
	state   config.State
}

// parked is a machine that waits for a channel to be closed.
type parked struct {
	machine ravel.ID
	ready   <-chan struct{}
}

func newClient(number int, tables ravel.ID, o Options) (*client, error) {
	cl := &client{port: port{tables: tables}, number: number, bugs: o.Bugs, history: o.histories(), annotated: o.annotated()}
	cl.access, cl.faults.client = cl.faults.access, cl
	return cl, cl.begin()
}

// begin begins a process, with nothing but the configuration.
func (cl *client) begin() (err error) {
	options := mtable.Options{Waiter: cl, Bugs: cl.bugs}
	if cl.annotated {
		options.Monitor = cl
	}
	cl.life = &life{}
	at := func(p place) *remote {
		return &remote{port: &cl.port, life: cl.life, place: p, sent: cl.faults.sent}
	}
	cl.table, err = mtable.New(at(oldTable), at(newTable), cl, options)
	return err
}

// kill ends the process, at this instant: the accesses that it has made have taken place, and it makes no more. Its lease ends
// when what was under way has come to nothing, and the leader waits for that; a new process has the lease of its own.
func (cl *client) kill() {
	cl.at.Logf("client%d is killed", cl.number)
	cl.at.Sometimes(true, isKilled)
	cl.life.over = true
}

// revive begins a new process if the one before was killed, and reports whether it was. The service does it, which has
// nothing under way then.
func (cl *client) revive() bool {
	if !cl.life.over {
		return false
	}
	err := cl.begin()
	cl.at.Assert(err == nil, "%v", err)
	return true
}

// Hold implements config.Service.
func (cl *client) Hold(ctx context.Context) (config.Grant, error) {
	return cl.subscribe(ctx, nil), nil
}

// Watch implements config.Service.
func (cl *client) Watch(ctx context.Context, w config.Watcher) (config.Grant, error) {
	return cl.subscribe(context.WithoutCancel(ctx), w), nil
}

func (cl *client) subscribe(ctx context.Context, w config.Watcher) config.Grant {
	s := &subscriber{w, cl.state}
	cl.subscribers = append(cl.subscribers, s)
	return config.Grant{State: s.state, Context: ctx, Release: func() { cl.release(s) }}
}

func (cl *client) release(s *subscriber) {
	i := slices.Index(cl.subscribers, s)
	if i < 0 {
		return
	}
	cl.subscribers = slices.Delete(cl.subscribers, i, i+1)
	if cl.draining == s {
		cl.at.Send(cl.mirror, released{})
	}
}

// watch is the mirror: it moves the client from one state to the next, as the leader says.
func (cl *client) watch(c *ravel.Context) {
	for {
		p, ok := ravel.Next(c).(push)
		cl.at = c
		c.Assert(ok, "a mirror is asked for something else")
		cl.faults.pushed()
		cl.move(p.To)
		c.Send(cl.service, reached{p.To})
		c.Send(p.Leader, acted{p.Number})
	}
}

// move makes all who have a grant act in a state. Those who come from now on do.
func (cl *client) move(to config.State) {
	if cl.state != to {
		cl.state = to
		if f := cl.part.on[to]; f != nil {
			f(cl)
		}
	}
	for _, s := range slices.Clone(cl.subscribers) {
		switch {
		case s.state == to || !slices.Contains(cl.subscribers, s):
		case s.watcher == nil:
			cl.at.Sometimes(true, waitsForCall)
			cl.draining = s
			wait[released](&cl.port)
			cl.draining = nil
		default:
			cl.at.Sometimes(true, adapts)
			s.watcher.Apply(to)
			s.state = to
		}
	}
}

// Park implements mtable.Waiter.
func (cl *client) Park(_ context.Context, ready <-chan struct{}) error {
	cl.at.Sometimes(true, waitsForLock)
	cl.parked = append(cl.parked, parked{cl.at.Self(), ready})
	wait[unparked](&cl.port)
	return nil
}

// Unpark implements mtable.Waiter.
func (cl *client) Unpark(ready chan struct{}) {
	close(ready)
	cl.parked = slices.DeleteFunc(cl.parked, func(p parked) bool {
		if p.ready != ready {
			return false
		}
		cl.at.Send(p.machine, unparked{})
		return true
	})
}

// Sleep implements mtable.Waiter: others may go on, or not.
func (cl *client) Sleep(ctx context.Context, _ time.Duration) error {
	c := cl.at
	c.Yield()
	cl.at = c
	return ctx.Err()
}

// call is a batch or an atomic query under way.
type call struct {
	annotate         // what is told at its linearization point
	mark     string  // begins a property of everything that it writes
	points   int     // linearization points so far
	want     outcome // at the last of them
	results  []table.Result
}

type callKey struct{}

// Annotate implements mtable.Monitor.
func (cl *client) Annotate(ctx context.Context, a mtable.Annotation) {
	k, _ := ctx.Value(callKey{}).(*call)
	cl.at.Assert(k != nil, "client%d annotates an access of no call", cl.number)
	if len(a.Changed) > 0 {
		cl.at.Sometimes(true, copies)
	}
	tell := annotate{From: cl.at.Self(), Annotation: a}
	if !a.Linearizes {
		cl.at.Send(cl.tables, tell)
		return
	}
	tell.Batch, tell.Query = k.Batch, k.Query
	cl.at.Send(cl.tables, tell)
	k.points++
	k.want, k.results = wait[outcome](&cl.port), a.Results
}
