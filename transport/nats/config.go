package nats

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ravelgo/ravel/transport"
)

// Config says what a node is and how it connects. Node and Codec are needed.
type Config struct {
	Node    string // its name, which no other node of the cluster has
	Cluster string // "" is "ravel"; clusters with different names may share servers

	// URL is that of one or more NATS servers, separated by commas. Without one, a server is started in this process.
	URL      string
	Embedded Embedded

	// How the node proves who it is: a file of credentials as nsc makes them, a seed of an nkey, a token, or a user and a password.
	// An embedded server wants the same user and password, or token, of all others.
	CredentialsFile, NKeySeedFile, Token, User, Password string

	// TLS is used with servers whose URL begins with tls://, or that want it; an embedded server needs its certificates.
	TLS *tls.Config

	Codec    *transport.Registry
	Delivery transport.Delivery // of what this node sends

	Window int           // so many events may be under way to one node; 0 is 256
	Beat   time.Duration // how often nodes confirm that they are there; 0 is one second
	GiveUp time.Duration // how long a silent node is waited for; 0 is 30 s
	Answer time.Duration // how long an answer to a greeting or a question is waited for; 0 is 2 s

	// Undelivered hears of everything that was lost, or may have been. It must not block. By default Log does.
	Undelivered func(transport.Undelivered)

	// Status hears when the connection is lost, with an error, and when it is back, with nil. It must not block.
	Status func(error)

	Log *slog.Logger // nil is slog.Default
}

// Embedded says how a NATS server within this process is reached.
type Embedded struct {
	Addr    string   // host:port for clients; "" is a free port of 127.0.0.1
	Cluster string   // host:port for other servers; "" is none
	Routes  []string // nats://host:port, the Cluster of other servers
}

const maxWindow = 1 << 16

// checked fills in what is not given, and reports what is wrong.
func (c Config) checked() (Config, error) {
	if err := transport.CheckNode(c.Node); err != nil {
		return c, fmt.Errorf("Config.Node: %w", err)
	}
	if c.Cluster == "" {
		c.Cluster = "ravel"
	}
	if err := transport.CheckNode(c.Cluster); err != nil {
		return c, fmt.Errorf("Config.Cluster: %w", err)
	}
	switch {
	case c.Codec == nil:
		return c, errors.New("Config.Codec is nil: register the types of events that travel with a transport.Registry")
	case c.Window < 0 || c.Window > maxWindow:
		return c, fmt.Errorf("Config.Window is %d: want 1 to %d, or 0 for 256", c.Window, maxWindow)
	case c.Beat < 0 || c.GiveUp < 0 || c.Answer < 0:
		return c, errors.New("Config.Beat, GiveUp and Answer may not be negative")
	case c.URL != "" && (c.Embedded.Addr != "" || c.Embedded.Cluster != "" || len(c.Embedded.Routes) > 0):
		return c, errors.New("Config.URL names servers, and Config.Embedded asks for one of this process: give one of them")
	case c.URL == "" && (c.CredentialsFile != "" || c.NKeySeedFile != ""):
		return c, errors.New("an embedded server knows a user with a password, or a token: credentials and nkeys need Config.URL")
	case (c.User == "") != (c.Password == ""):
		return c, errors.New("Config.User and Config.Password come together")
	}
	for _, d := range []struct {
		to *time.Duration
		by time.Duration
	}{{&c.Beat, time.Second}, {&c.GiveUp, 30 * time.Second}, {&c.Answer, 2 * time.Second}} {
		if *d.to == 0 {
			*d.to = d.by
		}
	}
	if c.GiveUp < 3*c.Beat {
		return c, fmt.Errorf("Config.GiveUp is %v: want at least three times Config.Beat, which is %v", c.GiveUp, c.Beat)
	}
	if c.Window == 0 {
		c.Window = 256
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	c.Log = c.Log.With("node", c.Node, "cluster", c.Cluster)
	if c.Undelivered == nil {
		log := c.Log
		c.Undelivered = func(u transport.Undelivered) { log.Error("undelivered", "error", u.Error()) }
	}
	if c.Status == nil {
		c.Status = func(error) {}
	}
	return c, nil
}
