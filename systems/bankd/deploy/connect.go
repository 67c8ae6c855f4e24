package deploy

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// connect waits for a broker that is not there yet, or does not answer.
func connect(ctx context.Context, cfg nats.Config) (*nats.Node, error) {
	const pause = 100 * time.Millisecond
	for told := false; ; told = true {
		n, err := nats.Connect(ctx, cfg)
		if err == nil || !passing(err) {
			return n, err
		}
		if !told {
			cfg.Log.Info("waiting for the broker", "url", cfg.URL, "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

// passing reports whether an error is one of the network, which may pass, and not one of names, credentials or settings.
func passing(err error) bool {
	var network net.Error
	if errors.As(err, &network) {
		return true
	}
	for _, e := range []error{natsgo.ErrNoServers, natsgo.ErrTimeout, natsgo.ErrConnectionClosed, transport.ErrDisconnected, io.EOF} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// quieter logs the loss of an event as what it is here, an ordinary thing: the machines are made for it.
type quieter struct{ slog.Handler }

func (q quieter) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelWarn && strings.HasPrefix(r.Message, "ravel: an event is not handled") {
		r.Level = slog.LevelDebug
	}
	if !q.Enabled(ctx, r.Level) {
		return nil
	}
	return q.Handler.Handle(ctx, r)
}

func (q quieter) WithAttrs(a []slog.Attr) slog.Handler { return quieter{q.Handler.WithAttrs(a)} }
func (q quieter) WithGroup(name string) slog.Handler   { return quieter{q.Handler.WithGroup(name)} }
