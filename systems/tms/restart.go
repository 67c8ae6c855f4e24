package tms

import (
	"errors"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// ledger models the file of a coordinator, which is written as a whole. It outlives the crashes of its owner.
type ledger struct{ image bank.Image }

const ledgerName = "file of the coordinator"

// written is a write.
type written struct{ image bank.Image }

// Apply implements ravel.Model.
func (l *ledger) Apply(op any) { l.image = op.(written).image }

// ledgerStore is the Store of a coordinator. A save is an effect like a send: it happens before what the coordinator sends
// later, and a crash may come before it.
type ledgerStore struct {
	forgetful bool // it keeps nothing, which is wrong
}

func (ledgerStore) Load(c *ravel.Context) (bank.Image, error) {
	_, model, ok := c.ModelNamed(ledgerName)
	if !ok {
		return bank.Image{}, errors.New("there is no " + ledgerName)
	}
	return model.(*ledger).image, nil // which Restore copies
}

func (s ledgerStore) Save(c *ravel.Context, image bank.Image) error {
	ref, _, ok := c.ModelNamed(ledgerName)
	if !ok {
		return errors.New("there is no " + ledgerName)
	}
	if !s.forgetful {
		c.Write(ref, written{image})
	}
	return nil
}

// restarts lets the coordinator crash and come back.
func (d *deployment) restarts() {
	n := d.o.Restarts
	if n == 0 {
		return
	}
	h := &herald{client: d.book.client}
	for _, g := range groupNames() {
		to := replicaName(g, 1)
		if d.o.Backend == Chain {
			to = masterName(g)
		}
		h.groups = append(h.groups, d.book.machines[to])
	}
	crash.Enable(d.t.Root(), crash.Config{
		Crashes: n, Restarts: n, MustRestart: true, Detector: d.t.Create(heraldMachine.New(h)),
	}, crash.Node{ID: d.book.coordinator, New: func(int) ravel.Machine { return d.newCoordinator() }})
}

// herald tells everybody that the coordinator has come back: the groups, which say who leads, and the client, which asks
// again. In a deployment the coordinator asks the groups itself, and clients ask again when they have waited for long.
type herald struct {
	groups []ravel.ID
	client ravel.ID
}

var heraldMachine = ravel.Define[herald]("Herald", ravel.Start("Watching",
	ravel.Ignore[crash.Down](),
	ravel.On((*herald).up)))

func (h *herald) up(c *ravel.Context, _ crash.Up) {
	for _, g := range h.groups {
		c.Send(g, chain.Again{})
	}
	c.Send(h.client, chain.Again{})
}
