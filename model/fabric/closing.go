package fabric

import "github.com/ravelgo/ravel"

// closeAsked is a request to close a replica in good order: its node is about to be upgraded, say.
type closeAsked struct{}

func (m *manager) offerClose(c *ravel.Context) {
	if m.closes > 0 {
		c.OfferFault(m.closings, closeAsked{})
	}
}

func (m *manager) askClose(c *ravel.Context, _ closeAsked) {
	m.closes--
	m.toClose = true
	m.offerClose(c)
	m.step(c)
}

// closeOne closes a member, of a configuration that can do without it. From then on it counts as lost.
func (m *manager) closeOne(c *ravel.Context) {
	m.toClose = false
	m.dismiss(c, ravel.Choose(c, m.current()), true)
	m.step(c)
}
