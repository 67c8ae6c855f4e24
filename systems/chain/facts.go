package chain

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// What the monitors are told. All of it is what nodes do, as it happens: nothing is
// what a node believes of another one.
type (
	// Progressed says what a server's history has gained, and what its Sent is now.
	Progressed struct {
		Server  chainrep.NodeID
		Applied []chainrep.Entry
		Sent    []chainrep.Entry
	}
	// UpdateAnswered says that a server is about to answer an update.
	UpdateAnswered struct {
		Server  chainrep.NodeID
		Request Request
	}
	// QueryAnswered says that a server is about to answer a query.
	QueryAnswered struct {
		Server     chainrep.NodeID
		Key, Value string
		Found      bool
	}
	// Crashed says that a server has failed.
	Crashed struct{ Server chainrep.NodeID }
	// Suspected says that the detector has lost patience with a server.
	Suspected struct{ Server chainrep.NodeID }
	// Joined says that the master has a new server at the end of the chain, behind others.
	Joined struct {
		Server chainrep.NodeID
		Chain  []chainrep.NodeID
	}
	// Members says which servers the master keeps in the chain from now on, and what
	// it waits for.
	Members struct {
		Servers []chainrep.NodeID
		State   chainrep.MasterState
	}
)

// Request is a request of a client.
type Request struct {
	Client chainrep.NodeID
	Update bool // rather than a query
	Req    uint64
}

func (r Request) String() string {
	if r.Update {
		return fmt.Sprintf("update %d of %s", r.Req, r.Client)
	}
	return fmt.Sprintf("query %d of %s", r.Req, r.Client)
}

func (e Progressed) String() string {
	return fmt.Sprintf("%s has applied [%v], and sent [%v]", e.Server, entries(e.Applied), entries(e.Sent))
}

func (e UpdateAnswered) String() string { return fmt.Sprintf("%s answers %v", e.Server, e.Request) }

func (e QueryAnswered) String() string {
	if !e.Found {
		return fmt.Sprintf("%s answers that there is no %s", e.Server, e.Key)
	}
	return fmt.Sprintf("%s answers %s=%s", e.Server, e.Key, e.Value)
}

// entries prints a history.
type entries []chainrep.Entry

func (list entries) String() string {
	var all []string
	for _, e := range list {
		all = append(all, e.String())
	}
	return strings.Join(all, ", ")
}

// The specifications that are not peculiar to chains.
var (
	// answers is that every request is answered.
	answers = spec.Progress[Request]{Name: "Answers"}

	// requestsOnce is that no request is twice in a history.
	requestsOnce = spec.NoDuplicates[chainrep.NodeID, chainrep.Entry]{
		Name: "RequestsOnce", First: 1,
		Same: func(a, b chainrep.Entry) bool { return a.Client == b.Client && a.Req == b.Req },
	}

	// sessions is that clients read what they wrote.
	sessions = spec.Sessions[chainrep.NodeID, string, string]{Name: "Sessions"}
)
