package vnext

import (
	"slices"
	"strings"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// audit passes a real node's messages on, and asserts that what the node reports
// is on its disk: whole, intact, and safe from a crash.
type audit struct {
	network
	n *RealNode
}

func (a audit) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	if r, ok := m.(*extmgr.SyncReport); ok {
		durable := durableExtents(a.c, a.n.disk.model)
		for _, info := range r.Extents {
			a.c.Assert(slices.Contains(durable, info) || info.ID == a.n.hurt,
				"%s reports version %d of extent %s, which its disk does not have", r.From, info.Version, extentName(info.ID))
		}
	}
	return a.network.SendMessage(to, m)
}

// durableExtents returns what of a disk would survive a crash and is intact.
func durableExtents(c *ravel.Context, name string) []extmgr.ExtentInfo {
	var infos []extmgr.ExtentInfo
	for file, data := range disk.Durable(c, name) {
		if !strings.HasPrefix(file, "data/") {
			continue
		}
		if info, err := extstore.Verify(data); err == nil {
			infos = append(infos, info)
		}
	}
	return infos
}

// flip flips a bit of an extent's file, in its header or in its payload.
func flip(c *ravel.Context, d *disk.Disk, id extmgr.ExtentID) {
	for _, name := range d.List() {
		if !strings.HasPrefix(name, "data/") || !strings.HasSuffix(name, id.String()+".ext") {
			continue
		}
		p, err := d.Read(name)
		c.Assert(err == nil, "%v", err)
		at := ravel.Choose(c, []int{0, len(p) - 5})
		err = d.Write(name, at, []byte{p[at] ^ 1})
		c.Assert(err == nil, "%v", err)
		err = d.Sync(name)
		c.Assert(err == nil, "%v", err)
	}
}
