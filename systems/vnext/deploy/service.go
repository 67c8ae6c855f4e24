package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/tcpnet"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// service is what manager and node have in common: folder, network, goroutines,
// metrics. It is opened and closed in parts; those that are nil were not opened.
type service struct {
	log    *slog.Logger
	home   *home
	engine *tcpnet.Engine

	listener    net.Listener // for messages
	webListener net.Listener // for metrics
	web         *http.Server
	serving     bool

	lastSeq atomic.Uint64 // of answers, which nobody orders
	stop    chan struct{} // closed when timers are to end
	work    sync.WaitGroup
	once    sync.Once
	stopErr error
}

// drainTime is how long Stop waits for what is still to be sent.
const drainTime = time.Second

// bind takes the addresses. Who connects has to wait until serve is called.
func (s *service) bind(addr, web string) (err error) {
	if s.listener, err = net.Listen("tcp", addr); err != nil {
		return fmt.Errorf("listen for messages: %w: want an address of this machine that nobody else uses", err)
	}
	if web == "" {
		return nil
	}
	if s.webListener, err = net.Listen("tcp", web); err != nil {
		return fmt.Errorf("listen for metrics: %w: want an address of this machine that nobody else uses", err)
	}
	return nil
}

// checkAddr reports an address that can be nobody's.
func checkAddr(whose, addr string) error {
	if addr == "" {
		return fmt.Errorf("no address of %s was given: want host and port, such as 127.0.0.1:7000", whose)
	}
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		return fmt.Errorf("the address of %s is %q: want host and port, such as 127.0.0.1:7000", whose, addr)
	}
	return nil
}

// serve lets messages and requests in.
func (s *service) serve(pages http.Handler) error {
	l := s.listener
	if err := s.engine.Serve(l); err != nil {
		return err
	}
	s.serving = true
	if s.webListener == nil {
		return nil
	}
	s.web = &http.Server{Handler: pages, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	s.work.Go(func() {
		if err := s.web.Serve(s.webListener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Warn("metrics are no longer served", "error", err)
		}
	})
	return nil
}

// Addr is where the process listens for messages.
func (s *service) Addr() string { return s.listener.Addr().String() }

// HTTPAddr is where the process serves its metrics, "" if it does not.
func (s *service) HTTPAddr() string {
	if s.webListener == nil {
		return ""
	}
	return s.webListener.Addr().String()
}

// tick calls f every d until the service stops. The first call is due after d.
func (s *service) tick(d time.Duration, f func()) {
	s.work.Go(func() {
		ticker := time.NewTicker(d)
		defer ticker.Stop()
		for {
			select {
			case <-s.stop:
				return
			case <-ticker.C:
				f()
			}
		}
	})
}

// shutdown ends everything, in order. before is called when the service's own
// timers have been told to end.
func (s *service) shutdown(before func()) error {
	s.once.Do(func() {
		close(s.stop)
		before()
		if s.web != nil {
			_ = s.web.Close() // nobody needs the rest of a page
		}
		s.work.Wait()
		if s.engine != nil {
			ctx, cancel := context.WithTimeout(context.Background(), drainTime)
			defer cancel()
			if err := s.engine.Flush(ctx); err != nil {
				s.log.Info("stopped with messages unsent", "error", err)
			}
			s.stopErr = s.engine.Close()
		}
		for _, l := range []net.Listener{s.listener, s.webListener} {
			if l != nil {
				_ = l.Close() // often closed already, by who served it
			}
		}
		if s.home != nil {
			s.stopErr = errors.Join(s.stopErr, s.home.close())
		}
		if s.serving {
			s.log.Info("stopped")
		}
	})
	return s.stopErr
}

// answer sends a status to who has asked for it.
func (s *service) answer(q *wire.Query, self extmgr.NodeID, inc extmgr.Incarnation, status any) {
	body, err := json.Marshal(status)
	if err != nil {
		panic(err) // our own types
	}
	a := &wire.Answer{
		Header: extmgr.Header{From: self, Inc: inc, Seq: s.lastSeq.Add(1)},
		Query:  q.Seq,
		Body:   body,
	}
	if err := s.engine.SendMessage(extmgr.Endpoint{Node: q.From}, a); err != nil {
		s.log.Debug("query was not answered", "from", q.From, "error", err)
	}
}
