package tms

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/network"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
	"github.com/ravelgo/ravel/systems/tms/bank"
	"github.com/ravelgo/ravel/systems/tms/chainrsm"
)

// deployment creates the machines of a test. Their IDs are in the book before the first of them starts; and whoever sends
// without having been sent anything is created after all to whom it sends.
type deployment struct {
	t    *check.T
	o    Options
	book *book
}

func newDeployment(t *check.T, o Options) *deployment {
	return &deployment{t, o, &book{machines: make(map[string]ravel.ID)}}
}

func (d *deployment) create() {
	d.coordinator()
	for g := range groups {
		switch d.o.Backend {
		case Linear:
			d.linear(g)
		case Chain:
			d.chain(g)
		case Paxos:
			d.paxos(g)
		}
	}
	d.client()
	d.restarts()
	if d.o.Backend == Chain {
		faults := &Faults{failures: d.o.Failures, doubts: d.o.Doubts, book: d.book}
		for _, g := range groupNames() {
			all := serverNames(g, d.o.Replicas+d.o.Joins)
			faults.alive = append(faults.alive, all)
			faults.strangers = append(faults.strangers, slices.Clone(all[d.o.Replicas:]))
		}
		d.t.Create(FaultsMachine.New(faults))
	}
}

// machine creates a machine with an address.
func (d *deployment) machine(address string, m ravel.Machine) {
	d.book.machines[address] = d.t.Create(m.Named(address))
}

func (d *deployment) coordinator() {
	if d.o.Restarts > 0 {
		d.t.Root().Model(ledgerName, &ledger{})
	}
	d.book.coordinator = d.t.Create(d.newCoordinator())
}

// newCoordinator returns one that begins with what is stored, if it can come back.
func (d *deployment) newCoordinator() ravel.Machine {
	repeats := d.o.Restarts > 0
	real, err := bank.NewCoordinator(bank.CoordinatorConfig{Name: coordinatorName, Groups: groups, Repeats: repeats, Bugs: d.o.Bugs})
	d.t.Assert(err == nil, "%v", err)
	k := &Coordinator{real: real, values: d.o.Backend == Paxos, book: d.book}
	if repeats {
		k.disk = ledgerStore{forgetful: d.o.mutant == amnesia}
	}
	return CoordinatorMachine.New(k)
}

func (d *deployment) client() {
	var accounts []bank.Account
	var balances []int64
	for g := range groups {
		accounts = append(accounts, bank.Account{Group: g, Name: accountName(g)})
		balances = append(balances, opening)
	}
	real, err := bank.NewClient("client", accounts, balances)
	d.t.Assert(err == nil, "%v", err)
	d.book.client = d.t.Create(ClientMachine.New(&Client{
		real: real, transfers: d.o.Transfers, status: d.o.Status, repeats: d.o.Restarts > 0, book: d.book,
	}))
}

// branch returns a new state machine of a group.
func (d *deployment) branch(group int) *bank.Branch {
	b, err := bank.NewBranch(map[string]int64{accountName(group): opening}, d.o.Bugs)
	d.t.Assert(err == nil, "%v", err)
	return b
}

// linear creates a machine that has the addresses of two replicas.
func (d *deployment) linear(group int) {
	name, b := groupName(group), d.branch(group)
	d.machine(replicaName(name, 1), GroupMachine.New(&Group{
		number: group, changes: d.o.Changes, repeats: d.o.Repeats, reorder: d.o.Reorder,
		branch: b, exec: rsm.NewExecutor(b), mutant: d.o.mutant, book: d.book,
	}))
	d.book.machines[replicaName(name, 2)] = d.book.machines[replicaName(name, 1)]
}

func (d *deployment) chain(group int) {
	name := groupName(group)
	master, detector := chainrep.NodeID(masterName(name)), chainrep.NodeID(detectorName(name))
	for _, id := range serverNames(name, d.o.Replicas+d.o.Joins) {
		b := d.branch(group)
		d.machine(string(id), ServerMachine.New(&Server{
			id: id, group: group, branch: b, links: make(map[chainrep.NodeID]ravel.ID), book: d.book,
			real: chainrsm.New(chainrep.ServerConfig{ID: id, Master: master, Bugs: d.o.ChainBugs}, b),
		}))
	}
	d.machine(string(detector), DetectorMachine.New(&Detector{book: d.book, real: chainrep.NewDetector(chainrep.DetectorConfig{
		ID: detector, Master: master, Servers: serverNames(name, d.o.Replicas), Bugs: d.o.ChainBugs,
	})}))
	real, err := chainrep.NewMaster(chainrep.MasterConfig{
		ID: master, Servers: serverNames(name, d.o.Replicas), Clients: []chainrep.NodeID{coordinatorName},
		Detector: detector, Bugs: d.o.ChainBugs,
	})
	d.t.Assert(err == nil, "%v", err)
	d.machine(string(master), MasterMachine.New(&Master{group: group, real: real, book: d.book}))
}

func (d *deployment) paxos(group int) {
	name := groupName(group)
	wire := rig.Linked(d.t, network.Config{Name: "network of " + name, Loss: d.o.Losses})
	for i := range d.o.Replicas {
		d.machine(replicaName(name, 1+i), NodeMachine.New(&Node{
			id: synod.NodeID(1 + i), group: group, nodes: d.o.Replicas, bugs: d.o.PaxosBugs,
			wire: wire, branch: d.branch(group), book: d.book,
		}))
	}
	d.t.Create(ElectionMachine.New(&Election{group: group, nodes: d.o.Replicas, changes: d.o.Changes, book: d.book}).
		Named("election of " + name))
}
