package replica

import (
	"github.com/ravelgo/ravel/systems/paxos/journal"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// OnJournal returns the Store of a node that keeps its states in a journal.
func OnJournal(j *journal.Journal) Store { return journaled{j} }

type journaled struct{ j *journal.Journal }

func (s journaled) Load() (map[Slot]synod.State, error) {
	states := map[Slot]synod.State{}
	for slot, state := range s.j.States() {
		states[Slot(slot)] = state
	}
	return states, nil
}

func (s journaled) Save(slot Slot, state synod.State) error { return s.j.Save(uint64(slot), state) }
