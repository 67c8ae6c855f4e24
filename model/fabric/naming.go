package fabric

import (
	"errors"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/network"
)

// naming knows where the primary is. It may give the answer before the newest one.
type naming struct {
	net   network.Network
	stale int // so many old answers are left
	now   register
	old   register
}

type (
	register struct {
		Epoch   Epoch
		Primary member
	}
	resolve struct {
		Client ravel.ID
		Seq    int
	}
	resolved struct {
		Seq     int
		Primary member
	}
	request struct {
		Client  ravel.ID
		Seq     int
		Replica ReplicaID
		Data    []byte
	}
	reply struct {
		Seq  int
		Data []byte
		Err  string
	}
	expired struct{ Seq int }
)

var namingMachine = ravel.Define[naming]("naming",
	ravel.Start("Serving", ravel.On((*naming).register), ravel.On((*naming).resolve)))

func (n *naming) register(_ *ravel.Context, r register) {
	if r.Epoch.Compare(n.now.Epoch) > 0 {
		n.old, n.now = n.now, r
	}
}

func (n *naming) resolve(c *ravel.Context, r resolve) {
	answer := n.now.Primary
	if n.stale > 0 && n.old.Primary.ID != 0 && c.Bool() {
		n.stale--
		answer = n.old.Primary
	}
	n.net.Send(c, r.Client, resolved{r.Seq, answer})
}

// Why Call fails. After ErrNoAnswer the request may have been served, may be being served, or may be served later.
var (
	ErrNoPrimary = errors.New("fabric: no primary is known")
	ErrNoAnswer  = errors.New("fabric: no answer came in time")
)

// Client calls the service in the name of one machine. The zero Client of a machine is ready; it must not be copied.
type Client struct{ seq int }

// Call has naming find the primary, sends it a request, and waits for the answer. An error of the service is an error with
// the same text. How long it waits is up to the tester, as with every timer.
func (f Fabric) Call(c *ravel.Context, from *Client, req []byte) ([]byte, error) {
	from.seq++
	f.net.Send(c, f.naming, resolve{c.Self(), from.seq})
	at := ravel.ReceiveWhere(c, func(r resolved) bool { return r.Seq == from.seq }).Primary
	if at.ID == 0 {
		return nil, ErrNoPrimary
	}
	f.net.Send(c, at.Node, request{c.Self(), from.seq, at.ID, req})
	timeout := c.After(time.Second, expired{from.seq})
	for {
		switch ev := ravel.ReceiveAny(c, ravel.Type[reply](), ravel.Type[expired]()).(type) {
		case expired: // StopTimer has taken back those of earlier calls
			return nil, ErrNoAnswer
		case reply:
			if ev.Seq != from.seq {
				continue // to a request that was given up
			}
			c.StopTimer(timeout)
			if ev.Err != "" {
				return nil, errors.New(ev.Err)
			}
			return ev.Data, nil
		}
	}
}
