package twophase

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/twophase/commit"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Client writes a key of its own, reads it, and so on.
type Client struct {
	Coordinator ravel.ID
	Key         string
	Writes      int // so often

	seq   txn.Seq
	wrote int
	value string // written last
}

// ClientMachine is the machine of a Client.
var ClientMachine = ravel.Define[Client]("Client",
	ravel.Start("Writing",
		ravel.Entry((*Client).write),
		ravel.On((*Client).written)),
	ravel.In("Reading",
		ravel.Entry((*Client).read),
		ravel.On((*Client).got)),
	ravel.In("Done"))

// Request names a request of a client.
type Request struct {
	Client ravel.ID
	Num    uint64
}

func (r Request) String() string { return fmt.Sprintf("request %d of %v", r.Num, r.Client) }

// These make the notifications of the monitors of their names.
var (
	progress = spec.Progress[Request]{Once: true}
	sessions spec.Sessions[ravel.ID, string, string]
)

func (k *Client) write(c *ravel.Context) {
	if k.wrote == k.Writes {
		c.Goto("Done")
		return
	}
	k.wrote++
	k.value = fmt.Sprint(k.Key, k.wrote)
	n := k.ask(c)
	c.Notify(sessions.WriteBegan(c.Self(), k.Key, k.value))
	c.Send(k.Coordinator, commit.WriteReq{Client: c.Self(), Num: n, Write: txn.Write{Key: k.Key, Value: k.value}})
}

func (k *Client) read(c *ravel.Context) {
	n := k.ask(c)
	c.Notify(sessions.ReadBegan(c.Self(), k.Key))
	c.Send(k.Coordinator, commit.ReadReq{Client: c.Self(), Num: n, Key: k.Key})
}

func (k *Client) ask(c *ravel.Context) uint64 {
	n := k.seq.Next()
	c.Notify(progress.Asked(Request{c.Self(), n}))
	return n
}

func (k *Client) answered(c *ravel.Context, n uint64) {
	c.Assert(k.seq.Takes(n), "an answer to request %d for %s, which does not wait for one", n, k.Key)
	c.Notify(progress.Answered(Request{c.Self(), n}))
}

func (k *Client) written(c *ravel.Context, m commit.WriteResp) {
	k.answered(c, m.Num)
	outcome := spec.Failed
	if m.OK {
		outcome = spec.OK
	}
	c.Notify(sessions.WriteEnded(c.Self(), k.Key, outcome))
	c.Goto("Reading")
}

func (k *Client) got(c *ravel.Context, m commit.ReadResp) {
	k.answered(c, m.Num)
	c.Sometimes(m.Found, "a value is read")
	if m.Found {
		c.Notify(sessions.ReadOK(c.Self(), k.Key, m.Value))
	} else {
		c.Notify(sessions.ReadEnded(c.Self(), k.Key, spec.Missing))
	}
	c.Goto("Writing")
}
