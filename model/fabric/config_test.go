package fabric

import (
	"errors"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// Each mistake in a Config ends the execution, and the failure says what to do.
func TestMistakes(t *testing.T) {
	with := func(s Service) Config {
		if s.Name == "" {
			s.Name = "counter"
		}
		if s.New == nil {
			s.New = newCounter
		}
		return Config{Services: []Service{s}}
	}
	counters := Service{Name: "counter", New: newCounter}
	for _, tt := range []struct {
		cfg  Config
		says string
	}{
		{Config{}, "there are no Services: name at least one"},
		{Config{Services: []Service{{New: newCounter}}}, "Services[0] has no Name"},
		{Config{Services: []Service{counters, counters}}, `two Services are named "counter"`},
		{Config{Services: []Service{{Name: "counter"}}}, "New is nil"},
		{with(Service{Partitions: -1}), "Partitions is -1"},
		{with(Service{Replicas: -1}), "Replicas is -1"},
		{with(Service{MinReplicas: -1}), "MinReplicas is -1"},
		{with(Service{Window: -1}), "Window is -1"},
		{with(Service{Replicas: 3, MinReplicas: 1}), "MinReplicas is 1: it must be a majority of the 3 Replicas"},
		{with(Service{Replicas: 3, MinReplicas: 4}), "MinReplicas is 4"},
		{with(Service{Disk: disk.Config{Rots: 1}}), "Disk has 1 Rots"},
		{with(Service{Disk: disk.Config{Fulls: 1}}), "1 Fulls"},
		{Config{Services: []Service{counters}, Nodes: 2}, "2 Nodes cannot hold 3 Replicas"},
		{Config{Services: []Service{counters}, Nodes: -1}, "Nodes is -1"},
		{Config{Services: []Service{counters}, Crashes: -1}, "Crashes is -1"},
		{Config{Services: []Service{counters}, Restarts: -1}, "Restarts is -1"},
		{Config{Services: []Service{counters}, DiskLosses: -1}, "DiskLosses is -1"},
		{Config{Services: []Service{counters}, Suspicions: -1}, "Suspicions is -1"},
		{Config{Services: []Service{counters}, Swaps: -1}, "Swaps is -1"},
		{Config{Services: []Service{counters}, Closes: -1}, "Closes is -1"},
		{Config{Services: []Service{counters}, Stale: -1}, "Stale is -1"},
		{Config{Services: []Service{counters}, Cuts: -1}, "Cuts is -1"},
		{Config{Services: []Service{counters}, LostCalls: -1}, "LostCalls is -1"},
		{Config{Services: []Service{counters}, TwiceCalls: -1}, "TwiceCalls is -1"},
		{Config{Services: []Service{counters}, Repeats: -1}, "Repeats is -1"},
	} {
		r := explore(t, tt.says, 1, "random", func(t *check.T) { New(t.Root(), tt.cfg) })
		var misuse *failure.Misuse
		if r.Failure == nil || !errors.As(r.Failure.Err, &misuse) || !strings.Contains(r.Failure.Err.Error(), tt.says) {
			t.Errorf("%q is not said: %v", tt.says, r.Failure)
		}
	}
}

// A call of what does not exist is no call, and says what there is.
func TestUnknownPartition(t *testing.T) {
	r := explore(t, "unknown", 1, "random", func(t *check.T) {
		f := New(t.Root(), one(Config{}, Service{}))
		t.Go("client", func(c *ravel.Context) {
			var client Client
			for to, says := range map[service.PartitionID]string{
				{Service: "ledger"}:            `there is no service "ledger"`,
				{Service: "counter", Index: 1}: "there is no counter/1, as counter has 1 partitions",
			} {
				_, err := f.Call(c, &client, to, nil)
				c.Assert(errors.Is(err, service.ErrNoPrimary) && strings.Contains(err.Error(), says), "%v: %v", to, err)
			}
			c.Assert(f.Partitions("counter") == 1 && f.Partitions("ledger") == 0, "the wrong numbers of partitions")
		})
	})
	if r.Failure != nil {
		t.Fatal(r.Failure.Err)
	}
}
