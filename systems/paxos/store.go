package paxos

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/systems/paxos/journal"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// durable is what outlives the crashes of an acceptor: a register, or a disk.
type durable uint8

const (
	onRegister durable = iota // saves are atomic
	onDisk                    // saves go to a journal on a modelled disk
	unsynced                  // likewise, but the journal is not synced: a defect
)

// storeName is the name of an acceptor's register or disk.
func storeName(id synod.NodeID) string { return fmt.Sprintf("store of acceptor %d", id) }

// newStore makes the register or the disk of an acceptor.
func newStore(c *ravel.Context, id synod.NodeID, on durable) {
	if on == onRegister {
		c.Model(storeName(id), &register{})
		return
	}
	disk.New(c, storeName(id), disk.Config{Sector: 8})
}

// openStore returns the store of an acceptor that starts or restarts.
func openStore(c *ravel.Context, id synod.NodeID, on durable) (synod.Store, error) {
	if on == onRegister {
		ref, model, ok := c.ModelNamed(storeName(id))
		if !ok {
			return nil, fmt.Errorf("there is no %s", storeName(id))
		}
		return &store{&writer{c, ref, model.(*register).state}, c, id}, nil
	}
	j, err := journal.Open(file{disk.Open(c, storeName(id)), on == unsynced})
	if err != nil {
		return nil, err
	}
	return &store{j.Register(0), c, id}, nil
}

// store tells the monitors of votes, when they are saved.
type store struct {
	synod.Store
	c  *ravel.Context
	id synod.NodeID
}

// Save saves a state. Writes are effects like sends: they happen before what the
// acceptor sends later, and a crash may come before them.
func (s *store) Save(next synod.State) error {
	if err := s.Store.Save(next); err != nil {
		return err
	}
	if next.Promised == next.Accepted.Ballot { // a vote, not a promise
		s.c.Notify(Voted{Ballot: next.Accepted.Ballot, By: s.id, Value: next.Accepted.Value})
	}
	return nil
}

// register models the durable state of an acceptor: one register that is written
// atomically.
type register struct{ state synod.State }

// Apply implements ravel.Model.
func (r *register) Apply(op any) { r.state = op.(synod.State) }

// writer is the store on a register.
type writer struct {
	c     *ravel.Context
	ref   ravel.ModelRef
	state synod.State // when it was opened
}

func (w *writer) Load() (synod.State, error) { return w.state, nil }

func (w *writer) Save(next synod.State) error {
	w.c.Write(w.ref, next)
	return nil
}

// file is the file of a journal on a modelled disk.
type file struct {
	disk     *disk.Disk
	unsynced bool
}

const journalName = "journal"

func (f file) Read() ([]byte, error) {
	data, err := f.disk.Read(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func (f file) Append(p []byte) error   { return f.disk.Append(journalName, p) }
func (f file) Truncate(size int) error { return f.disk.Truncate(journalName, size) }

func (f file) Sync() error {
	if f.unsynced {
		return nil
	}
	return f.disk.Sync(journalName)
}
