package nats_test

import (
	"crypto/tls"
	"net"
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestConnectErrors(t *testing.T) {
	secured := quick("a", "")
	secured.User, secured.Password = "ada", "secret"
	a := join(t, secured)
	open := join(t, quick("open", ""))
	missing := filepath.Join(t.TempDir(), "missing.creds")
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for name, c := range map[string]struct {
		change func(*nats.Config)
		words  []string
	}{
		"nobody there":     {func(c *nats.Config) { c.URL = "nats://" + free(t) }, []string{"no NATS server answers", "start one there"}},
		"no credentials":   {func(c *nats.Config) { c.URL = a.URL() }, []string{"refuses the credentials", "Password"}},
		"wrong password":   {func(c *nats.Config) { c.URL, c.User, c.Password = a.URL(), "ada", "wrong" }, []string{"refuses the credentials"}},
		"no such file":     {func(c *nats.Config) { c.URL, c.CredentialsFile = open.URL(), missing }, []string{"CredentialsFile", "missing.creds"}},
		"no such seed":     {func(c *nats.Config) { c.URL, c.NKeySeedFile = open.URL(), missing }, []string{"NKeySeedFile", "missing.creds"}},
		"TLS to plain":     {func(c *nats.Config) { c.URL, c.TLS = open.URL(), &tls.Config{} }, []string{"does not speak TLS", "Config.TLS"}},
		"no name":          {func(c *nats.Config) { c.Node = "" }, []string{"Config.Node", "needs a name"}},
		"name with a dot":  {func(c *nats.Config) { c.Node = "a.b" }, []string{"Config.Node", `"a.b"`, "letters"}},
		"cluster":          {func(c *nats.Config) { c.Cluster = "*" }, []string{"Config.Cluster"}},
		"no codec":         {func(c *nats.Config) { c.Codec = nil }, []string{"Config.Codec", "transport.Registry"}},
		"window":           {func(c *nats.Config) { c.Window = -1 }, []string{"Config.Window is -1"}},
		"impatient":        {func(c *nats.Config) { c.GiveUp = c.Beat }, []string{"three times Config.Beat"}},
		"both":             {func(c *nats.Config) { c.URL, c.Embedded.Addr = a.URL(), "127.0.0.1:0" }, []string{"one of them"}},
		"half a user":      {func(c *nats.Config) { c.User = "ada" }, []string{"come together"}},
		"nsc and embedded": {func(c *nats.Config) { c.CredentialsFile = missing }, []string{"need Config.URL"}},
		"bad address":      {func(c *nats.Config) { c.Embedded.Addr = "here" }, []string{"Config.Embedded.Addr"}},
		"busy address":     {func(c *nats.Config) { c.Embedded.Addr = busy.Addr().String() }, []string{busy.Addr().String(), "free"}},
		"routes alone":     {func(c *nats.Config) { c.Embedded.Routes = []string{"nats://127.0.0.1:1"} }, []string{"Embedded.Cluster"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := quick("b", "")
			c.change(&cfg)
			n, err := nats.Connect(t.Context(), cfg)
			if err == nil {
				n.Close(t.Context())
			}
			wrong(t, err, nil, append(c.words, "nats: ")...)
		})
	}
}

func TestToken(t *testing.T) {
	cfg := quick("a", "")
	cfg.Token = "s3cret"
	a := join(t, cfg)
	cfg = quick("b", a.URL())
	cfg.Token = "s3cret"
	b := join(t, cfg)
	b.send(t, "a/x", note{N: 1})
	eventually(t, "it has arrived", func() bool { return len(a.got()) == 1 })
}

// TestRoutes has a server in each of two processes, as it were, that find each other.
func TestRoutes(t *testing.T) {
	cfg := quick("a", "")
	cfg.Embedded.Cluster = free(t)
	a := join(t, cfg)
	route := "nats://" + cfg.Embedded.Cluster
	cfg = quick("b", "")
	cfg.Embedded = nats.Embedded{Cluster: "127.0.0.1:0", Routes: []string{route}}
	b := join(t, cfg)
	eventually(t, "the servers have found each other", func() bool {
		return b.Send(t.Context(), "", address(t, "a/x"), note{N: 1}) == nil
	})
	eventually(t, "it has arrived", func() bool { return len(a.got()) == 1 })
}

// TestStatus hears of a connection that is lost and comes back.
func TestStatus(t *testing.T) {
	a := join(t, quick("a", ""))
	p := newProxy(t, a.URL())
	heard := make(chan error, 10)
	cfg := quick("b", p.url())
	cfg.Status = func(err error) { heard <- err }
	b := join(t, cfg)
	b.send(t, "a/x", note{N: 1})
	p.off(true)
	wrong(t, <-heard, transport.ErrDisconnected)
	eventually(t, "sending fails", func() bool {
		err := b.Send(t.Context(), "", address(t, "a/x"), note{N: 2})
		if err != nil {
			wrong(t, err, transport.ErrDisconnected)
		}
		return err != nil
	})
	p.off(false)
	for err := range heard {
		if err == nil {
			break
		}
	}
	eventually(t, "it goes on", func() bool { return b.Send(t.Context(), "", address(t, "a/x"), note{N: 3}) == nil })
}
