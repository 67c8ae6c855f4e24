package bank

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// Image is what a coordinator must not forget when it fails, as plain data. The zero Image is that of a new one.
type Image struct {
	Phase    Phase
	Request  Request // that is served
	Tx       txn.Tx
	Yes      []bool
	Commit   bool
	Balances []int64
	Sessions []SessionImage   // by group
	Replies  map[string]Reply // by client
}

// SessionImage is what a coordinator must not forget of a group: who it is to the group, and which operation is under way.
type SessionImage struct {
	Client  string
	Last    uint64
	Command rsm.Command
	Busy    bool
}

// Image returns the coordinator's, in memory of its own. Requests that wait in line are not in it.
func (k *Coordinator) Image() Image {
	i := Image{
		Phase: k.phase, Request: k.request, Tx: k.tx, Commit: k.commit, Yes: slices.Clone(k.yes),
		Balances: slices.Clone(k.balances), Replies: maps.Clone(k.replies),
	}
	i.Request.Parts = slices.Clone(i.Request.Parts)
	for _, s := range k.sessions {
		i.Sessions = append(i.Sessions, SessionImage{s.client, s.last, s.cmd, s.busy})
	}
	return i
}

// Restore gives a new coordinator what another one has left. It knows no leaders yet.
func (k *Coordinator) Restore(i Image) error {
	if i.Sessions == nil {
		return nil // nothing was left
	}
	if len(i.Sessions) != len(k.sessions) {
		return fmt.Errorf("bank: the stored state is that of a coordinator of %d groups, and this one has %d: their number cannot change", len(i.Sessions), len(k.sessions))
	}
	if i.Phase > Deciding {
		return fmt.Errorf("%w: the stored state is of phase %d, and there are %d", ErrInvariant, i.Phase, Deciding+1)
	}
	k.phase, k.request, k.tx, k.commit = i.Phase, i.Request, i.Tx, i.Commit
	k.request.Parts = slices.Clone(i.Request.Parts)
	k.yes, k.balances = slices.Clone(i.Yes), slices.Clone(i.Balances)
	if k.cfg.Repeats {
		maps.Copy(k.replies, i.Replies)
	}
	for n, s := range i.Sessions {
		k.sessions[n] = session{client: s.Client, last: s.Last, cmd: s.Command, busy: s.Busy}
	}
	return nil
}

// Again submits what is under way to the leaders that are known, for deployments in which an operation or its answer can be
// lost. A group that has applied it answers again.
func (k *Coordinator) Again() Output {
	var out Output
	for g := range k.sessions {
		k.send(&out, g)
	}
	return out
}
