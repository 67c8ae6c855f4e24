// Package wrapped is a replicated map that knows nothing of Ravel. Its test shows how such code is tested without
// changing it: an adapter behind the interface that it talks through.
package wrapped

// Network is all that a Replica knows of the outside.
type Network interface {
	Send(to string, message any)
}

// The messages.
type (
	Put  struct{ Key, Value string } // from a client to the primary
	Done struct{ Key string }        // back to the client, when both replicas have it
	Copy struct {                    // from the primary to the backup
		Client string
		Put    Put
	}
	Copied struct { // back to the primary
		Client string
		Key    string
	}
	Get   struct{ Key string } // from a client to any replica
	Value struct{ Value string }
)

// Replica is one of two copies of a map. Handle is to be called for one message at a time.
type Replica struct {
	backup  string // "" is the backup itself
	network Network
	values  map[string]string
}

// New returns a replica; the primary is given the name of its backup.
func New(backup string, n Network) *Replica {
	return &Replica{backup: backup, network: n, values: map[string]string{}}
}

// Handle takes a message.
func (r *Replica) Handle(from string, message any) {
	switch m := message.(type) {
	case Put:
		r.values[m.Key] = m.Value
		r.network.Send(r.backup, Copy{Client: from, Put: m})
	case Copy:
		r.values[m.Put.Key] = m.Put.Value
		r.network.Send(from, Copied{m.Client, m.Put.Key})
	case Copied:
		r.network.Send(m.Client, Done{m.Key})
	case Get:
		r.network.Send(from, Value{r.values[m.Key]})
	}
}
