package chain

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/timer"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// deployment creates the machines of a test. Their IDs are in the book before the
// first of them starts; and the master, which begins, is created after all to
// whom it sends.
type deployment struct {
	t     *check.T
	o     Options
	book  *book
	order []ravel.ID // of servers and clients
	head  *Server
}

func newDeployment(t *check.T, o Options) *deployment {
	return &deployment{t: t, o: o, book: &book{nodes: make(map[chainrep.NodeID]ravel.ID), links: make(map[way]ravel.ID)}}
}

func (d *deployment) create() {
	for _, id := range d.o.everybody() {
		d.server(id)
	}
	d.link()
	for i, id := range d.o.clients() {
		d.client(i, id)
	}
	d.detector()
	d.master()
	faults := d.t.Create(FaultsMachine.New(&Faults{
		alive: d.o.everybody(), crashes: d.o.Crashes, delays: d.o.Delays, strikes: d.o.Strike,
		strangers: d.o.everybody()[d.o.Servers:], agains: d.o.Agains, book: d.book,
	}))
	if d.o.Strike {
		d.direct(faults)
	}
}

// node creates the machine of a node.
func (d *deployment) node(id chainrep.NodeID, m ravel.Machine) ravel.ID {
	d.book.nodes[id] = d.t.Create(m.Named(string(id)))
	return d.book.nodes[id]
}

func (d *deployment) server(id chainrep.NodeID) {
	s := &Server{id: id, book: d.book, real: chainrep.NewServer(chainrep.ServerConfig{
		ID: id, Master: masterID, Compact: d.o.Compact, Bugs: d.o.Bugs,
	})}
	if d.head == nil {
		d.head = s
	}
	d.order = append(d.order, d.node(id, ServerMachine.New(s)))
}

// link creates the links on which servers may forward: from each to all behind it.
func (d *deployment) link() {
	if !d.o.Links {
		return
	}
	servers := d.o.everybody()
	for i, from := range servers {
		for _, to := range servers[i+1:] {
			name := fmt.Sprintf("%s-%s", from, to)
			d.book.links[way{from, to}] = d.t.Create(LinkMachine.New(&Link{d.book.nodes[to]}).Named(name))
		}
	}
}

func (d *deployment) client(i int, id chainrep.NodeID) {
	d.order = append(d.order, d.node(id, ClientMachine.New(&Client{
		id: id, book: d.book, script: d.o.script(i), alone: d.o.Disjoint,
		real: chainrep.NewClient(chainrep.ClientConfig{ID: id, Bugs: d.o.Bugs}),
	})))
}

func (d *deployment) master() {
	real, err := chainrep.NewMaster(chainrep.MasterConfig{
		ID: masterID, Servers: d.o.servers(), Clients: d.o.clients(), Detector: detectorID, Bugs: d.o.Bugs,
	})
	d.t.Assert(err == nil, "%v", err)
	d.node(masterID, MasterMachine.New(&Master{real: real, many: d.o.faults() > 1, book: d.book}))
}

func (d *deployment) detector() {
	real := chainrep.NewDetector(chainrep.DetectorConfig{
		ID: detectorID, Master: masterID, Servers: d.o.servers(), Suspect: d.o.Delays > 0, Bugs: d.o.Bugs,
	})
	d.node(detectorID, DetectorMachine.New(&Detector{
		real: real, late: d.o.Delays, timers: make(map[chainrep.NodeID]timer.Timer), book: d.book,
	}))
}

// direct tells the custom explorer who comes first: the chain as long as it is set
// up, and then the machines that deal with failures, and the one that makes them.
func (d *deployment) direct(faults ravel.ID) {
	master, detector := d.book.nodes[masterID], d.book.nodes[detectorID]
	d.head.order = append([]ravel.ID{faults, master, detector}, d.order...)
	d.t.Root().ChangeOrder(append(d.order, master, detector, faults)...)
}

// script is what a client does: it updates a key and queries it, again and again.
func (o Options) script(client int) []chainrep.Op {
	key := "x"
	if o.Disjoint {
		key = fmt.Sprintf("x%d", client+1)
	}
	var ops []chainrep.Op
	for i := range o.Updates {
		ops = append(ops,
			chainrep.Op{Key: key, Value: fmt.Sprintf("%d.%d", client+1, i+1), Update: true},
			chainrep.Op{Key: key})
	}
	return ops
}
