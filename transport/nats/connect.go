package nats

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	natsgo "github.com/nats-io/nats.go"
)

// startServer starts the server of this process.
func startServer(c *Config) (*server.Server, error) {
	o := &server.Options{ServerName: c.Cluster + "-" + c.Node, NoLog: true, NoSigs: true, Username: c.User, Password: c.Password, Authorization: c.Token, TLSConfig: c.TLS, TLS: c.TLS != nil}
	var err error
	if o.Host, o.Port, err = hostPort(c.Embedded.Addr); err != nil {
		return nil, fmt.Errorf("Config.Embedded.Addr: %w", err)
	}
	if c.Embedded.Cluster != "" {
		o.Cluster.Name = c.Cluster
		if o.Cluster.Host, o.Cluster.Port, err = hostPort(c.Embedded.Cluster); err != nil {
			return nil, fmt.Errorf("Config.Embedded.Cluster: %w", err)
		}
	} else if len(c.Embedded.Routes) > 0 {
		return nil, errors.New("Config.Embedded.Routes needs Config.Embedded.Cluster: routes go both ways")
	}
	for _, r := range c.Embedded.Routes {
		o.Routes = append(o.Routes, server.RoutesFromStr(r)...)
	}
	s, err := server.NewServer(o)
	if err != nil {
		return nil, fmt.Errorf("embedded NATS server: %w", err)
	}
	s.Start()
	if !s.ReadyForConnections(5 * time.Second) {
		s.Shutdown()
		return nil, fmt.Errorf("the embedded NATS server does not listen on %s: is the address free, and one of this machine?", net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
	}
	return s, nil
}

// hostPort reads an address; "" is a free port of this machine.
func hostPort(addr string) (host string, port int, err error) {
	if addr == "" {
		return "127.0.0.1", server.RANDOM_PORT, nil
	}
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	if port, err = strconv.Atoi(p); err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("port %q: want a number up to 65535", p)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

// options are those of the client.
func (n *Node) options() ([]natsgo.Option, error) {
	c := &n.cfg
	opts := []natsgo.Option{
		natsgo.Name(c.Cluster + "/" + c.Node), natsgo.MaxReconnects(-1), natsgo.ReconnectBufSize(-1), natsgo.Timeout(c.Answer),
		natsgo.ReconnectWait(min(c.Beat, 2*time.Second)), natsgo.RetryOnFailedConnect(false),
		natsgo.DisconnectErrHandler(func(_ *natsgo.Conn, err error) { n.disconnected(err) }),
		natsgo.ReconnectHandler(func(*natsgo.Conn) { n.reconnected() }),
		natsgo.ErrorHandler(func(_ *natsgo.Conn, _ *natsgo.Subscription, err error) { n.asyncError(err) }),
	}
	switch {
	case c.CredentialsFile != "":
		if _, err := os.Stat(c.CredentialsFile); err != nil {
			return nil, fmt.Errorf("Config.CredentialsFile: %w", err)
		}
		opts = append(opts, natsgo.UserCredentials(c.CredentialsFile))
	case c.NKeySeedFile != "":
		o, err := natsgo.NkeyOptionFromSeed(c.NKeySeedFile)
		if err != nil {
			return nil, fmt.Errorf("Config.NKeySeedFile: %w", err)
		}
		opts = append(opts, o)
	case c.Token != "":
		opts = append(opts, natsgo.Token(c.Token))
	case c.User != "":
		opts = append(opts, natsgo.UserInfo(c.User, c.Password))
	}
	if c.TLS != nil && c.URL != "" {
		opts = append(opts, natsgo.Secure(c.TLS))
	}
	return opts, nil
}

// dial connects to the servers, or starts one.
func (n *Node) dial(ctx context.Context) error {
	opts, err := n.options()
	if err != nil {
		return err
	}
	url := n.cfg.URL
	if url == "" {
		if n.server, err = startServer(&n.cfg); err != nil {
			return err
		}
		url = "nats://" + n.server.Addr().String() // it stays within the process, without TLS
		opts = append(opts, natsgo.InProcessServer(n.server))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if n.conn, err = natsgo.Connect(url, opts...); err != nil {
		return explain(url, err)
	}
	return nil
}

// explain says what may be done about a connection that cannot be made.
func explain(url string, err error) error {
	switch {
	case errors.Is(err, natsgo.ErrNoServers):
		return fmt.Errorf("no NATS server answers at %s (%w): start one there, or leave Config.URL empty for one within this process", url, err)
	case errors.Is(err, natsgo.ErrAuthorization), errors.Is(err, natsgo.ErrAuthExpired), errors.Is(err, natsgo.ErrAuthRevoked):
		return fmt.Errorf("the NATS server at %s refuses the credentials (%w): see User, Password, Token, CredentialsFile and NKeySeedFile of Config", url, err)
	case errors.Is(err, natsgo.ErrSecureConnRequired):
		return fmt.Errorf("the NATS server at %s wants TLS (%w): set Config.TLS", url, err)
	case errors.Is(err, natsgo.ErrSecureConnWanted):
		return fmt.Errorf("the NATS server at %s does not speak TLS (%w): leave Config.TLS nil, or switch TLS on there", url, err)
	}
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var alert *net.OpError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("the certificate of the NATS server at %s was signed by nobody whom this node trusts (%w): put the certificate of who signed it into Config.TLS.RootCAs", url, err)
	case errors.As(err, &host):
		return fmt.Errorf("the certificate of the NATS server at %s is not for this host (%w): use a URL with a name of the certificate, or set Config.TLS.ServerName", url, err)
	case errors.Is(err, natsgo.ErrTLS), errors.As(err, &alert) && alert.Op == "remote error": // which is what an alert of TLS is
		return fmt.Errorf("the NATS server at %s has ended the TLS handshake (%w): it wants a certificate of this node that it trusts, in Config.TLS.Certificates", url, err)
	}
	return fmt.Errorf("connecting to the NATS server at %s: %w", url, err)
}

// denied is the error of what the server does not let this node do, as far as it has said so; nil if it has not.
func (n *Node) denied() error {
	err := n.conn.LastError()
	if !errors.Is(err, natsgo.ErrPermissionViolation) {
		return nil
	}
	return fmt.Errorf("the NATS server does not let this node use the subjects of its cluster (%w): let its user publish and subscribe to %s.> and _INBOX.>", err, n.cfg.Cluster)
}
