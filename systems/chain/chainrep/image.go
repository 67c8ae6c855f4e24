package chainrep

import (
	"fmt"
	"slices"
)

// MasterImage is what a master must not forget when it fails. Everything else it can
// ask for again.
type MasterImage struct {
	Epoch      uint64
	Servers    []NodeID // the chain, from head to tail
	Joining    []NodeID
	Suspects   []NodeID // to be fenced
	Configured bool
}

// Equal reports whether two images are the same.
func (i MasterImage) Equal(j MasterImage) bool {
	return i.Epoch == j.Epoch && i.Configured == j.Configured && slices.Equal(i.Servers, j.Servers) &&
		slices.Equal(i.Joining, j.Joining) && slices.Equal(i.Suspects, j.Suspects)
}

// Image returns what is to be stored, in memory of its own, before what Handle, Start
// and Again have returned is sent.
func (m *Master) Image() MasterImage {
	return MasterImage{m.epoch, m.Servers(), slices.Clone(m.joining), slices.Clone(m.suspects), m.configured}
}

// RestoreMaster returns the master that had an image. Its Start begins a new epoch. The
// servers of cfg are not looked at: those of the image count.
func RestoreMaster(cfg MasterConfig, image MasterImage) (*Master, error) {
	cfg.Servers = image.Servers
	m, err := NewMaster(cfg)
	if err != nil {
		return nil, fmt.Errorf("restoring from an image: %w", err)
	}
	m.epoch, m.configured = image.Epoch+1, image.Configured
	m.joining, m.suspects = slices.Clone(image.Joining), slices.Clone(image.Suspects)
	return m, nil
}

// Again is for deployments in which messages to or from the master can be lost without a
// failure of its peers. In a stable chain it tells the clients about head and tail
// again. Otherwise it begins a new epoch and asks again for everything, so it should not
// be called more often than a reconfiguration takes.
func (m *Master) Again() []Envelope {
	var out outbox
	if m.state == Stable {
		for _, c := range m.cfg.Clients {
			out.send(c, HeadTail{m.head, m.tail, m.epoch})
		}
		return out
	}
	m.epoch++
	m.head, m.tail, m.links = "", "", nil
	m.drive(&out)
	return out
}

// again makes a link again on which something was lost. What the lower server lacks is
// sent again, as after a failure.
func (m *Master) again(out *outbox, l link) {
	switch {
	case slices.Contains(m.links, l):
		m.links = slices.DeleteFunc(m.links, func(other link) bool { return other == l })
	case m.link != l || m.state != AwaitInfo && m.state != AwaitFixed && m.state != AwaitJoin:
		return
	}
	m.epoch++
	m.drive(out)
}
