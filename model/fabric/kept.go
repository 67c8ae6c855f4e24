package fabric

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// vault is what the platform itself keeps of a replica that is Persistent: its log. It outlives the process of the node.
type vault struct {
	Whole bool // there is a replica's state in the storage beside it, and this is its log
	Log   oplog
}

// What is done to a vault.
type (
	keepEmpty struct{}            // the state is that of a new partition
	keepVoid  struct{}            // the state is of no use: there is none, or it is about to be overwritten
	keepOp    struct{ operation } // one more
	keepCopy  struct{ Epochs []service.Epoch }
	keepCut   struct{ To service.LSN }
)

// Apply implements ravel.Model. What it writes to is its own; the operation is not.
func (v *vault) Apply(op any) {
	switch op := op.(type) {
	case keepEmpty:
		*v = vault{Whole: true}
	case keepVoid:
		*v = vault{}
	case keepOp:
		v.Log.append(op.operation)
	case keepCopy:
		*v = vault{Whole: true}
		v.Log.reset(op.Epochs)
	case keepCut:
		v.Log.cut(op.To)
	}
}

// store is what a node has on its disk of a partition, as its process sees it.
type store struct {
	n     *node
	ref   ravel.ModelRef
	vault vault
	disk  *disk.Disk // of the user's part
}

// storeName is the name of a partition's storage on a node.
func (n *node) storeName(part int) string {
	return fmt.Sprintf("disk %d of %s, %v", n.disks, n.name, n.dir.parts[part].id)
}

// store returns the store of a partition, and makes it if there is none.
func (n *node) store(part int) *store {
	if st := n.stores[part]; st != nil {
		return st
	}
	name := n.storeName(part)
	if !n.found(part) {
		n.c.Model(name+" log", &vault{})
		disk.New(n.c, name, n.dir.parts[part].of.Disk)
	}
	ref, m, _ := n.c.ModelNamed(name + " log")
	kept := m.(*vault)
	st := &store{n: n, ref: ref, vault: vault{kept.Whole, kept.Log.clone()}, disk: disk.Open(n.c, name)}
	n.stores[part] = st
	return st
}

// found reports whether there is a store of a partition on the disk.
func (n *node) found(part int) bool {
	_, _, ok := n.c.ModelNamed(n.storeName(part) + " log")
	return ok
}

// kept reports whether the node has the state of a replica of a partition.
func (n *node) kept(part int) bool {
	return (n.stores[part] != nil || n.found(part)) && n.store(part).vault.Whole
}

// keep does something to the vault.
func (s *store) keep(op any) {
	s.vault.Apply(op)
	s.n.act(func() { s.n.c.Write(s.ref, op) })
}

// void says that what is there is of no use any more.
func (s *store) void(of service.ReplicaID) {
	s.keep(keepVoid{})
	s.n.c.Notify(wiped{of, s.n.c.Self()})
}

// wipe removes everything.
func (s *store) wipe(of service.ReplicaID) {
	s.void(of)
	s.n.act(func() {
		for _, name := range s.disk.List() {
			_ = s.disk.Remove(name) // it exists
		}
		s.disk.SyncNames()
	})
}

// disks says how often the disk of each node was lost, and how many more may be.
type disks struct {
	Left int
	Lost map[string]int
}

const disksName = "fabric disks"

// loseDisk is the loss of a node's disk, if one is left to be lost.
type loseDisk struct{ Node string }

// Apply implements ravel.Model.
func (d *disks) Apply(op any) {
	if d.Left > 0 {
		d.Left--
		d.Lost[op.(loseDisk).Node]++
	}
}

// insertDisk finds the disk of a node that comes up: the one that it had, or by the tester's choice an empty one.
func (n *node) insertDisk() {
	ref, m, ok := n.c.ModelNamed(disksName)
	if !ok || n.life.Restarts == 0 {
		return
	}
	n.c.Read(ref)
	d := m.(*disks)
	if d.Left > 0 && n.c.Bool() {
		n.c.Write(ref, loseDisk{n.name})
		n.c.Read(ref)
	}
	n.disks = d.Lost[n.name]
}
