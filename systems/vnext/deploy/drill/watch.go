package drill

import (
	"io"

	"github.com/ravelgo/ravel/systems/internal/proxy"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// proxy makes a way for connections.
func (c *Cluster) proxy(watch proxy.Watch) (*proxy.Proxy, error) {
	p, err := proxy.New(watch)
	if err == nil {
		c.proxies = append(c.proxies, p)
	}
	return p, err
}

// count counts the messages of one side. It leaves what is none to be passed on.
func (c *Cluster) count(said io.Reader) {
	if _, err := wire.ReadGreeting(said); err != nil {
		return
	}
	for {
		if _, err := wire.Read(said); err != nil {
			return
		}
		c.messages.Add(1)
	}
}
