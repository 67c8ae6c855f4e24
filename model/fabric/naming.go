package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/model/network"
)

// naming knows where the primaries are. It may give the answer before the newest one.
type naming struct {
	net   network.Network
	stale int // so many old answers are left
	parts []entryOf
}

// entryOf is what naming knows of a partition: the newest primary, and the one before.
type entryOf struct{ now, old register }

type (
	register struct {
		Part    int
		Epoch   service.Epoch
		Primary member
	}
	resolve struct {
		Client ravel.ID
		Seq    int
		Part   int
	}
	resolved struct {
		Seq     int
		Primary member
	}
)

var namingMachine = ravel.Define[naming]("naming",
	ravel.Start("Serving", ravel.On((*naming).register), ravel.On((*naming).resolve)))

func (n *naming) register(_ *ravel.Context, r register) {
	if p := &n.parts[r.Part]; r.Epoch.Compare(p.now.Epoch) > 0 {
		p.old, p.now = p.now, r
	}
}

func (n *naming) resolve(c *ravel.Context, r resolve) {
	p := n.parts[r.Part]
	answer := p.now.Primary
	if n.stale > 0 && p.old.Primary.ID != 0 && c.Bool() {
		n.stale--
		answer = p.old.Primary
	}
	n.net.Send(c, r.Client, resolved{r.Seq, answer})
}
