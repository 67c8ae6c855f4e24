package dict_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/model/fabric/service/dict"
)

// tickets gives each request a number of its own, the same one each time it is asked.
type tickets struct {
	dict.Store
	next    *dict.Dict[string, int]
	given   *dict.Dict[string, int]
	careful bool // numbers are read and taken in one transaction
}

func newTickets(careful bool) service.Factory {
	return func(service.Info) service.Replica {
		s := &tickets{careful: careful}
		s.next, s.given = dict.New[string, int](&s.Store, "next"), dict.New[string, int](&s.Store, "given")
		return s
	}
}

func (s *tickets) Serve(ctx context.Context, req []byte) ([]byte, error) {
	for {
		n, err := s.take(ctx, string(req))
		if !errors.Is(err, dict.ErrConflict) {
			return strconv.AppendInt(nil, int64(n), 10), err
		}
		if err := s.Partition().Yield(ctx); err != nil {
			return nil, err
		}
	}
}

func (s *tickets) take(ctx context.Context, request string) (int, error) {
	tx := s.Begin()
	if n, ok, err := s.given.Get(tx, request); ok || err != nil {
		return n, err
	}
	n, _, err := s.next.Get(tx, "ticket")
	if err != nil {
		return 0, err
	}
	if !s.careful {
		tx = s.Begin()
	}
	if err := s.Partition().Yield(ctx); err != nil {
		return 0, err
	}
	if err := errors.Join(s.next.Set(tx, "ticket", n+1), s.given.Set(tx, request, n)); err != nil {
		return 0, err
	}
	return n, tx.Commit(ctx)
}

type given struct{ Request, Ticket string }

type once struct{ of map[string]string }

const twoTickets = "two requests have tickets"

var onceMonitor = ravel.DefineMonitor[once]("tickets",
	ravel.Warm("Watching", ravel.On(func(m *once, c *ravel.MonitorContext, g given) {
		if old, ok := m.of[g.Request]; ok {
			c.Assert(old == g.Ticket, "%s has ticket %s and ticket %s", g.Request, old, g.Ticket)
		}
		for request, ticket := range m.of {
			c.Assert(request == g.Request || ticket != g.Ticket, "%s and %s both have ticket %s", request, g.Request, ticket)
		}
		m.of[g.Request] = g.Ticket
		c.Sometimes(len(m.of) > 1, twoTickets)
	})))

func test(careful bool, crashes int) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(onceMonitor.New(&once{map[string]string{}}))
		f := fabric.New(t.Root(), fabric.Config{
			Services: []fabric.Service{{Name: "tickets", New: newTickets(careful)}}, Crashes: crashes, Nodes: 4,
		})
		for i := range 2 {
			t.Go(fmt.Sprintf("client %d", i+1), func(c *ravel.Context) {
				var client fabric.Client
				for try := 0; try < 3; try++ {
					request := fmt.Sprintf("request %d", i+1)
					if n, err := f.Call(c, &client, service.PartitionID{Service: "tickets"}, []byte(request)); err == nil {
						c.Notify(given{request, string(n)})
					}
				}
			})
		}
	}
}

func explore(t *testing.T, executions uint64, body func(*check.T)) *check.Report {
	t.Helper()
	r, err := check.Explore(t.Name(), check.Config{Schedules: executions, Steps: 5000, NoShrink: true}, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestSerializable explores transactions on the model of the platform, with and without a failover. The same service with two
// transactions where there should be one gives a ticket twice.
func TestSerializable(t *testing.T) {
	for _, crashes := range []int{0, 1} {
		if r := explore(t, 1000, test(true, crashes)); r.Failure != nil {
			t.Errorf("%d crashes: %s", crashes, r.Failure.Sentence())
		} else if slices.Contains(r.NeverTrue, twoTickets) {
			t.Errorf("%d crashes: the clients never both got a ticket", crashes)
		}
	}
	if r := explore(t, 5000, test(false, 0)); r.Failure == nil {
		t.Errorf("two transactions do as well as one: nothing was found in %d executions", r.Executions)
	} else if !r.Failure.Reproduced {
		t.Errorf("not reproduced: %s", r.Failure.Sentence())
	}
}
