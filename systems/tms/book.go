package tms

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// book says which machine is behind an address. It is complete before the first machine starts, and never changes from
// then on, so all machines may share it.
type book struct {
	find        Directory // in place of all the rest, if it is not nil
	machines    map[string]ravel.ID
	coordinator ravel.ID
	client      ravel.ID
}

// Directory says which machine is behind an address. Where servers come and go it takes the place of a book. The addresses
// of clients are their names.
type Directory func(address string) ravel.ID

func (b *book) machine(address string) ravel.ID {
	if b.find != nil {
		return b.find(address)
	}
	return b.machines[address]
}

// toCoordinator is the machine that the replicas of all groups answer.
func (b *book) toCoordinator() ravel.ID {
	if b.find != nil {
		return b.find(coordinatorName)
	}
	return b.coordinator
}

func (b *book) toClient(name string) ravel.ID {
	if b.find != nil {
		return b.find(name)
	}
	return b.client
}

// coordinatorName is under which the coordinator submits.
const coordinatorName = "tms"

func groupName(group int) string { return fmt.Sprintf("g%d", group+1) }

// groupNames returns a list of the caller's own.
func groupNames() []string {
	var all []string
	for g := range groups {
		all = append(all, groupName(g))
	}
	return all
}

func replicaName(group string, n int) string { return fmt.Sprintf("%s.%d", group, n) }
func masterName(group string) string         { return group + ".master" }
func detectorName(group string) string       { return group + ".detector" }

// serverNames returns the servers of a chain from head to tail, in a list of the caller's own.
func serverNames(group string, n int) []chainrep.NodeID {
	var all []chainrep.NodeID
	for i := range n {
		all = append(all, chainrep.NodeID(replicaName(group, i+1)))
	}
	return all
}

// accountName is the account that a group holds.
func accountName(group int) string { return string(rune('a' + group)) }
