package multipaxos

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
)

// Client submits its commands one after the other, each to any node, and again to
// the next node when no answer comes.
type Client struct {
	name     string
	commands int
	nodes    []ravel.ID
	unsaid   bool // it does not tell what it submits

	current rsm.Command
	node    int // where it was submitted last
	alarm   *rig.Alarm
}

// ClientMachine is the machine of a Client.
var ClientMachine = ravel.Define[Client]("Client",
	ravel.Start("Asking",
		ravel.Entry((*Client).start),
		ravel.On((*Client).answer),
		ravel.On((*Client).impatient)))

// Impatient tells a client that it has waited for long.
type Impatient struct{}

// patience is how long a client waits for an answer: longer than a leader does.
const patience = 5 * retryAfter

func clientName(i int) string { return fmt.Sprintf("c%d", 1+i) }

func (cl *Client) start(c *ravel.Context) {
	cl.alarm = rig.NewAlarm(c, patience, Impatient{})
	cl.next(c)
}

func (cl *Client) next(c *ravel.Context) {
	id := cl.current.OpID + 1
	cl.current = rsm.Command{Client: cl.name, OpID: id, Op: string('a' + rune(id-1))}
	if !cl.unsaid {
		c.Notify(Submitted{Value: value(cl.current)})
	}
	c.Notify(Asked{Request: cl.current})
	cl.node = c.Int(len(cl.nodes))
	cl.submit(c)
}

func (cl *Client) submit(c *ravel.Context) {
	c.Send(cl.nodes[cl.node], Submit{cl.current})
	cl.alarm.Reset()
}

func (cl *Client) impatient(c *ravel.Context, _ Impatient) {
	cl.alarm.Fired()
	c.Sometimes(true, isAskedAgain)
	cl.node = (cl.node + 1) % len(cl.nodes) // the first one may be down for good
	cl.submit(c)
}

// answer takes an answer, unless it is a late copy.
func (cl *Client) answer(c *ravel.Context, a Answer) {
	if a.Response.OpID != cl.current.OpID {
		return
	}
	c.Notify(Answered{Request: cl.current})
	cl.alarm.Stop()
	if cl.current.OpID < uint64(cl.commands) {
		cl.next(c)
		return
	}
	c.Halt()
}
