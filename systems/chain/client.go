package chain

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Client runs a script on a real client, one request after the other.
type Client struct {
	id     chainrep.NodeID
	real   *chainrep.Client
	script []chainrep.Op // what is left to do, the present request first
	alone  bool          // nobody else writes its keys, so it should read what it wrote
	book   *book         `ravel:"-"` // never changes
}

// ClientMachine is the machine of a Client.
var ClientMachine = ravel.Define[Client]("Client",
	ravel.Start("Asking", ravel.Entry((*Client).next), ravel.On((*Client).handle)))

// next begins the next request, if there is one.
func (cl *Client) next(c *ravel.Context) {
	if len(cl.script) == 0 {
		return
	}
	op := cl.script[0]
	out, err := cl.real.Do(op)
	c.Assert(err == nil, "%v", err)
	c.Notify(answers.Asked(Request{cl.id, op.Update, cl.real.Req()}))
	if cl.alone {
		cl.tellBegin(c, op)
	}
	cl.book.post(c, cl.id, out)
}

func (cl *Client) handle(c *ravel.Context, event any) {
	out, reply, err := cl.real.Handle(event.(chainrep.Message))
	c.Assert(err == nil, "%v", err)
	cl.book.post(c, cl.id, out)
	if reply != nil {
		cl.replied(c, reply)
	}
}

func (cl *Client) replied(c *ravel.Context, r *chainrep.Reply) {
	c.Notify(answers.Answered(Request{cl.id, r.Op.Update, r.Req}))
	if cl.alone {
		cl.tellEnd(c, r)
	}
	cl.script = cl.script[1:]
	cl.next(c)
}

func (cl *Client) tellBegin(c *ravel.Context, op chainrep.Op) {
	if op.Update {
		c.Notify(sessions.WriteBegan(cl.id, op.Key, op.Value))
		return
	}
	c.Notify(sessions.ReadBegan(cl.id, op.Key))
}

func (cl *Client) tellEnd(c *ravel.Context, r *chainrep.Reply) {
	switch key := r.Op.Key; {
	case r.Op.Update:
		c.Notify(sessions.WriteEnded(cl.id, key, spec.OK))
	case r.Found:
		c.Notify(sessions.ReadOK(cl.id, key, r.Value))
	default:
		c.Notify(sessions.ReadEnded(cl.id, key, spec.Missing))
	}
}
