package tms

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Client makes transfers with a real client: from the first account to the second one, unless the tester says otherwise.
// So when both go the same way, the second of two transfers is refused.
type Client struct {
	real      *bank.Client
	transfers int  // left to do
	status    bool // left to do
	transfer  bool // the request is one
	repeats   bool // the coordinator may come back, and is asked again then
	last      bank.Request
	book      *book `ravel:"-"` // never changes
}

// ClientMachine is the machine of a Client.
var ClientMachine = ravel.Define[Client]("Client",
	ravel.Start("Asking", ravel.Entry((*Client).next), ravel.On((*Client).reply), ravel.On((*Client).again)))

// next begins the next request, if there is one.
func (cl *Client) next(c *ravel.Context) {
	var r bank.Request
	var err error
	switch {
	case cl.transfers > 0:
		cl.transfers--
		from := 0
		if c.Bool() {
			from = 1
		}
		r, err = cl.real.Transfer(from, 1-from, opening)
		cl.transfer = true
		c.Notify(Began{r.Num})
	case cl.status:
		cl.status = false
		r, err = cl.real.Status()
		cl.transfer = false
	default:
		c.Halt()
		return
	}
	c.Assert(err == nil, "%v", err)
	c.Notify(progress.Asked(r.Num))
	if cl.repeats {
		cl.last = r
	}
	cl.ask(c, r)
}

// ask sends a request, which belongs to the coordinator from then on.
func (cl *Client) ask(c *ravel.Context, r bank.Request) {
	r.Parts = slices.Clone(r.Parts)
	c.Send(cl.book.coordinator, r)
}

// again asks a coordinator that has come back, as the request or its answer may be lost.
func (cl *Client) again(c *ravel.Context, _ chain.Again) { cl.ask(c, cl.last) }

func (cl *Client) reply(c *ravel.Context, r bank.Reply) {
	waits := cl.real.Handle(r)
	if !waits && cl.repeats {
		return // it was asked for twice
	}
	c.Assert(waits, "a reply to request %d, which does not wait for one", r.Num)
	c.Notify(progress.Answered(r.Num))
	if cl.transfer {
		c.Sometimes(r.Committed, isCommitted)
		c.Sometimes(!r.Committed, isAborted)
		c.Notify(Ended{cl.real.Books()})
	} else {
		c.Notify(Audited{r.Balances})
	}
	cl.next(c)
}
