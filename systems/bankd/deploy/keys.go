package deploy

import (
	"context"
	"sync"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Keys is a client of a chain that stores keys. It does one operation after the other; several at once are several clients.
type Keys struct {
	clients *Clients
	chain   Chain
	mu      sync.Mutex // held during an operation
	machine ravel.ID   // the zero ID: a new one is needed
}

// Keys returns a client of a chain.
func (c *Clients) Keys(chain Chain) (*Keys, error) {
	chain, err := chain.checked()
	return &Keys{clients: c, chain: chain}, err
}

// Set gives a key a value. The error is ErrUnknown if ctx ends before it is done.
func (k *Keys) Set(ctx context.Context, key, value string) error {
	_, err := k.do(ctx, chainrep.Op{Key: key, Value: value, Update: true})
	return err
}

// Get returns the value of a key, and whether it has one.
func (k *Keys) Get(ctx context.Context, key string) (value string, found bool, err error) {
	r, err := k.do(ctx, chainrep.Op{Key: key})
	return r.Value, r.Found, err
}

func (k *Keys) do(ctx context.Context, op chainrep.Op) (chainrep.Reply, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.machine.IsZero() {
		if err := k.create(); err != nil {
			return chainrep.Reply{}, err
		}
	}
	r, err := ask[chainrep.Reply](ctx, k.clients.Process, k.machine, func(from ravel.ID) any { return order{op, from} })
	if err != nil {
		k.machine = ravel.ID{} // the one before may still wait; nobody else may have its name
	}
	return r, err
}

func (k *Keys) create() (err error) {
	address, machine := k.clients.newName()
	p := k.clients.Process
	k.machine, err = p.system.Create(keysClientMachine.New(&keysClient{
		real: chainrep.NewClient(chainrep.ClientConfig{ID: chainrep.NodeID(address), Bugs: k.chain.Bugs}), process: p, chain: k.chain,
	}).Named(machine))
	return err
}

// keysClient is the machine around a real client.
type keysClient struct {
	real    *chainrep.Client
	process *Process
	chain   Chain
	from    ravel.ID // who waits for the reply; the zero ID: nobody
}

// order is what a client is to do.
type order struct {
	op   chainrep.Op
	from ravel.ID
}

var keysClientMachine = ravel.Define[keysClient]("KeysClient", ravel.Start("Asking",
	ravel.Entry(func(_ *keysClient, c *ravel.Context) { c.Every(askAgainAfter, nudge{}) }),
	ravel.On((*keysClient).order),
	ravel.On((*keysClient).nudge),
	ravel.On(func(_ *keysClient, c *ravel.Context, _ giveUp) { leave(c) }),
	ravel.On((*keysClient).handle)))

func (k *keysClient) order(c *ravel.Context, o order) {
	out, err := k.real.Do(o.op)
	c.Assert(err == nil, "%v", err)
	k.from = o.from
	k.post(c, out)
	if len(out) == 0 { // head and tail are not known
		k.nudge(c, nudge{})
	}
}

func (k *keysClient) nudge(c *ravel.Context, _ nudge) {
	if k.from.IsZero() {
		return
	}
	c.Send(k.process.find(string(k.chain.directory())), where{c.Self()})
	k.post(c, k.real.Again())
}

func (k *keysClient) handle(c *ravel.Context, event any) {
	out, reply, err := k.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	k.post(c, out)
	if reply != nil && !k.from.IsZero() {
		c.Send(k.from, *reply)
		k.from = ravel.ID{}
	}
}

func (k *keysClient) post(c *ravel.Context, out []chainrep.Envelope) {
	for _, e := range out {
		c.Send(k.process.find(string(e.To)), e.Message)
	}
}
