package disk

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
)

// keeper is the machine that lets a disk's faults happen. Bits may flip from when something is durable, the disk may fill up
// from the beginning.
type keeper struct {
	disk  string
	ref   ravel.ModelRef
	rots  fault
	fulls fault
}

// fault is one kind of fault.
type fault struct {
	budget  ravel.Budget
	left    int // units
	offered bool
}

type (
	durable struct{} // something may be durable
	rot     struct{}
	full    struct{}
)

var keeperMachine = ravel.Define[keeper]("disk",
	ravel.Start("Watching",
		ravel.Entry(func(k *keeper, c *ravel.Context) { k.fulls.offer(c, full{}) }),
		ravel.On(func(k *keeper, c *ravel.Context, _ durable) { k.rots.offer(c, rot{}) }),
		ravel.On((*keeper).rot),
		ravel.On((*keeper).full),
	),
)

func (f *fault) offer(c *ravel.Context, event any) {
	if f.left > 0 && !f.offered {
		f.offered = true
		c.OfferFault(f.budget, event)
	}
}

// again notes that a fault has happened, and puts the next one on offer.
func (f *fault) again(c *ravel.Context, event any) {
	f.left--
	f.offered = false
	f.offer(c, event)
}

func (k *keeper) full(c *ravel.Context, _ full) {
	c.Write(k.ref, filledUp{})
	k.fulls.again(c, full{})
}

// rot flips a bit of some file.
func (k *keeper) rot(c *ravel.Context, _ rot) {
	k.rots.again(c, rot{})
	_, img, ok := find(c, k.disk)
	if !ok {
		return
	}
	files := slices.Sorted(maps.Values(img.names))
	files = slices.DeleteFunc(files, func(f int) bool { return len(img.data[f]) == 0 })
	if len(files) == 0 {
		return
	}
	f := ravel.Choose(c, files)
	c.Write(k.ref, flipped{f, c.Int(8 * len(img.data[f]))})
}
