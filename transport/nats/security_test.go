package nats_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{key: must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), pool: x509.NewCertPool()}
	a.cert = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.pool.AddCert(must[*x509.Certificate](t)(x509.ParseCertificate(a.sign(t, a.cert, &a.key.PublicKey))))
	return a
}

func (a *authority) sign(t *testing.T, c *x509.Certificate, key *ecdsa.PublicKey) []byte {
	t.Helper()
	return must[[]byte](t)(x509.CreateCertificate(rand.Reader, c, a.cert, key, a.key))
}

// certificate is one for this machine, as a server or a client.
func (a *authority) certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	der := a.sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "node"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, &key.PublicKey)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// reaches sends a note from one node to another one and back.
func reaches(t *testing.T, a, b *peer) {
	t.Helper()
	a.send(t, b.Node.Node()+"/x", note{N: 1})
	b.send(t, a.Node.Node()+"/x", note{N: 2})
	eventually(t, "both notes have arrived", func() bool { return len(a.got()) == 1 && len(b.got()) == 1 })
}

// refused checks what Connect says.
func refused(t *testing.T, cfg nats.Config, words ...string) {
	t.Helper()
	n, err := nats.Connect(t.Context(), cfg)
	if err == nil {
		n.Close(t.Context())
	}
	wrong(t, err, nil, words...)
}

// TestTLS: a server embedded in a node speaks TLS, and so do its clients, which it may want a certificate of.
func TestTLS(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	for _, mutual := range []bool{false, true} {
		cfg := quick("a", "")
		cfg.TLS = &tls.Config{Certificates: []tls.Certificate{ca.certificate(t)}}
		if mutual {
			cfg.TLS.ClientAuth, cfg.TLS.ClientCAs = tls.RequireAndVerifyClientCert, ca.pool
		}
		a := join(t, cfg)
		cfg = quick("b", a.URL())
		cfg.TLS = &tls.Config{RootCAs: ca.pool}
		if mutual {
			refused(t, cfg, "certificate", "Config.TLS")
			cfg.TLS.Certificates = []tls.Certificate{ca.certificate(t)}
		}
		reaches(t, a, join(t, cfg))

		own := cfg.TLS.Certificates
		cfg = quick("c", a.URL())
		cfg.TLS = &tls.Config{RootCAs: stranger.pool, Certificates: own}
		refused(t, cfg, "unknown authority", "RootCAs")
		cfg.TLS = nil
		refused(t, cfg, "Config.TLS")
	}
}

// serve starts a NATS server of its own.
func serve(t *testing.T, o *server.Options) *server.Server {
	t.Helper()
	o.Host, o.NoLog, o.NoSigs = "127.0.0.1", true, true
	if o.Port == 0 {
		o.Port = server.RANDOM_PORT
	}
	s := must[*server.Server](t)(server.NewServer(o))
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	return s
}

// file is a file that holds a text.
func file(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// newKey is a new key of a kind: its public half, which is its name, and the pair.
func newKey(t *testing.T, create func() (nkeys.KeyPair, error)) (string, nkeys.KeyPair) {
	t.Helper()
	pair := must[nkeys.KeyPair](t)(create())
	return must[string](t)(pair.PublicKey()), pair
}

// TestNKeys: a server that knows its users by their keys.
func TestNKeys(t *testing.T) {
	name, key := newKey(t, nkeys.CreateUser)
	_, other := newKey(t, nkeys.CreateUser)
	s := serve(t, &server.Options{Nkeys: []*server.NkeyUser{{Nkey: name}}})
	seed := func(node string, k nkeys.KeyPair) nats.Config {
		cfg := quick(node, s.ClientURL())
		cfg.NKeySeedFile = file(t, "seed", must[[]byte](t)(k.Seed()))
		return cfg
	}
	reaches(t, join(t, seed("a", key)), join(t, seed("b", key)))
	refused(t, seed("c", other), "refuses the credentials", "NKeySeedFile")
	refused(t, quick("c", s.ClientURL()), "refuses the credentials", "NKeySeedFile")
}

// TestCredentials: a server that trusts an operator, whose accounts have users with files of credentials, as nsc makes them.
func TestCredentials(t *testing.T) {
	operatorName, operator := newKey(t, nkeys.CreateOperator)
	accountName, account := newKey(t, nkeys.CreateAccount)
	claims := jwt.NewOperatorClaims(operatorName)
	trusted := must[*jwt.OperatorClaims](t)(jwt.DecodeOperatorClaims(must[string](t)(claims.Encode(operator))))
	accounts := &server.MemAccResolver{}
	if err := accounts.Store(accountName, must[string](t)(jwt.NewAccountClaims(accountName).Encode(operator))); err != nil {
		t.Fatal(err)
	}
	s := serve(t, &server.Options{TrustedOperators: []*jwt.OperatorClaims{trusted}, AccountResolver: accounts})
	credentials := func(node string, signer nkeys.KeyPair) nats.Config {
		userName, user := newKey(t, nkeys.CreateUser)
		token := must[string](t)(jwt.NewUserClaims(userName).Encode(signer))
		cfg := quick(node, s.ClientURL())
		cfg.CredentialsFile = file(t, "user.creds", must[[]byte](t)(jwt.FormatUserConfig(token, must[[]byte](t)(user.Seed()))))
		return cfg
	}
	reaches(t, join(t, credentials("a", account)), join(t, credentials("b", account)))
	_, stranger := newKey(t, nkeys.CreateAccount)
	refused(t, credentials("c", stranger), "refuses the credentials", "CredentialsFile")
}

// TestPermissions: an account needs no more than the subjects of its cluster and answers; what it may not do is an error.
func TestPermissions(t *testing.T) {
	may := func(subjects ...string) *server.Permissions {
		return &server.Permissions{Publish: &server.SubjectPermission{Allow: subjects}, Subscribe: &server.SubjectPermission{Allow: subjects}}
	}
	s := serve(t, &server.Options{Users: []*server.User{
		{Username: "node", Password: "secret", Permissions: may("ravel.>", "_INBOX.>")},
		{Username: "guest", Password: "secret", Permissions: may("other.>", "_INBOX.>")},
		{Username: "deaf", Password: "secret", Permissions: &server.Permissions{Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}}}},
	}})
	as := func(node, user string) nats.Config {
		cfg := quick(node, s.ClientURL())
		cfg.User, cfg.Password = user, "secret"
		return cfg
	}
	a, b := join(t, as("a", "node")), join(t, as("b", "node"))
	if err := a.Host(t.Context(), "bank"); err != nil {
		t.Fatal(err)
	}
	reaches(t, a, b)
	b.send(t, "bank", note{N: 3})
	refused(t, as("c", "guest"), "does not let this node", "ravel.hello.c", "ravel.> and _INBOX.>")
	deaf := must[*nats.Node](t)(nats.Connect(t.Context(), as("d", "deaf")))
	defer deaf.Close(t.Context())
	wrong(t, deaf.Serve(func(_, _ transport.Address, _ any) error { return nil }), nil, "does not let this node", "ravel.", "ravel.> and _INBOX.>")
}

// TestServers: nodes of a cluster of NATS servers, of which each node knows some. A server that ends takes nothing with it.
func TestServers(t *testing.T) {
	first := serve(t, &server.Options{ServerName: "s1", Cluster: server.ClusterOpts{Name: "servers", Host: "127.0.0.1", Port: -1}})
	routes := server.RoutesFromStr("nats://" + first.ClusterAddr().String())
	second := serve(t, &server.Options{ServerName: "s2", Cluster: server.ClusterOpts{Name: "servers", Host: "127.0.0.1", Port: -1}, Routes: routes})
	eventually(t, "the servers have found each other", func() bool { return first.NumRoutes() > 0 && second.NumRoutes() > 0 })
	dead := "nats://" + free(t)
	a := join(t, quick("a", dead+","+first.ClientURL()))
	cfg := quick("b", second.ClientURL()+","+first.ClientURL())
	cfg.Delivery = transport.AtLeastOnce
	b := join(t, cfg)
	eventually(t, "the second server knows of the node at the first one", func() bool {
		return b.Send(t.Context(), "tester", address(t, "a/x"), note{N: 1}) == nil
	})
	const n = 600
	for i := 1; i < n; i++ {
		if i == n/2 {
			second.Shutdown()
		}
		b.send(t, "a/x", note{N: i + 1})
	}
	eventually(t, "all have arrived", func() bool { return len(a.got()) == n })
	inOrder(t, a.got(), n)
	if b.URL() != first.ClientURL() && len(b.all()) > 0 {
		t.Errorf("connected to %s, undelivered %v", b.URL(), b.all())
	}
}
