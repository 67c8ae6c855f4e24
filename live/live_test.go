package live_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

type (
	Ping struct{ From ravel.ID }
	Pong struct{ N int }
)

type server struct{ served int }

var serverMachine = ravel.Define[server]("Server", ravel.Start("Serving", ravel.On((*server).ping)))

func (s *server) ping(c *ravel.Context, p Ping) {
	s.served++
	c.Send(p.From, Pong{s.served})
}

// start starts a system that is stopped at the end of the test.
func start(t testing.TB, o live.Options) *live.System {
	t.Helper()
	s, err := live.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop(s) })
	return s
}

var quiet = slog.New(slog.DiscardHandler)

func stop(s *live.System) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return s.Stop(ctx)
}

func create(t testing.TB, s *live.System, m ravel.Machine) ravel.ID {
	t.Helper()
	id, err := s.Create(m)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAsk(t *testing.T) {
	s := start(t, live.Options{})
	id := create(t, s, serverMachine.New(&server{}))
	for i := range 3 {
		pong, err := live.Ask[Pong](t.Context(), s, id, func(from ravel.ID) any { return Ping{from} })
		if err != nil || pong.N != i+1 {
			t.Fatal(pong, err)
		}
	}
	if err := stop(s); err != nil {
		t.Fatal(err)
	}
}

// Nobody answers once the system has stopped.
func TestAskOfAStoppedSystem(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		mute := create(t, s, ravel.Define[server]("Mute", ravel.Start("Mute", ravel.Ignore[Ping]())).New(&server{}))
		asked := make(chan error, 1)
		go func() {
			_, err := live.Ask[Pong](context.Background(), s, mute, func(from ravel.ID) any { return Ping{from} })
			asked <- err
		}()
		synctest.Wait()
		if err := stop(s); err != nil {
			t.Error(err)
		}
		if err := <-asked; !errors.Is(err, live.ErrStopped) {
			t.Error(err)
		}
	})
}
