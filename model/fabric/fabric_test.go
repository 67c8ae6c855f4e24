package fabric

import (
	"flag"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/trace"
)

// places are the answers of counters so far: each place was given to one request, and each request got one place.
type places struct{ of map[string]string }

type answered struct{ Request, Place string }

var placesMonitor = ravel.DefineMonitor[places]("counter",
	ravel.Warm("Watching", ravel.On(func(m *places, c *ravel.MonitorContext, a answered) {
		for req, place := range m.of {
			c.Assert((req == a.Request) == (place == a.Place), "%s has place %s, and %s has place %s", req, place, a.Request, a.Place)
		}
		m.of[a.Request] = a.Place
		c.Sometimes(len(m.of) > 1, "two requests were answered")
	})))

// one is a platform with one partition of counters.
func one(cfg Config, s Service) Config {
	if s.New == nil {
		s.Name, s.New = "counter", newCounter
	}
	cfg.Services = []Service{s}
	return cfg
}

// keeping is a service that keeps its state on disks.
var keeping = Service{Name: "diary", New: newDiary}

// stubborn is the same, but it cannot roll back.
var stubborn = Service{Name: "diary", New: func(service.Info) service.Replica { return &diary{stubborn: true} }}

// test has clients that count something each, and try again. There is one partition.
func test(cfg Config, clients, tries int) func(*check.T) {
	to := service.PartitionID{Service: cfg.Services[0].Name}
	return func(t *check.T) {
		safe := cfg.Crashes+cfg.Suspicions <= 1 || to.Service == "diary" && cfg.Crashes <= cfg.Restarts && cfg.DiskLosses == 0
		if safe { // what is lost with a majority is no fault of the counter
			t.Monitor(placesMonitor.New(&places{map[string]string{}}))
		}
		f := New(t.Root(), cfg)
		for i := range clients {
			t.Go("client", func(c *ravel.Context) {
				var client Client
				x := string(rune('a' + i))
				for range tries {
					if place, err := f.Call(c, &client, to, []byte("add "+x)); err == nil {
						c.Notify(answered{x, string(place)})
					}
				}
			})
		}
	}
}

func explore(t *testing.T, name string, n uint64, strategy string, body func(*check.T)) *check.Report {
	t.Helper()
	r, err := check.Explore(name, check.Config{
		Schedules: n, Strategy: strategy, Steps: 6000, NoShrink: true, OrderedClock: strings.Contains(name, "timely"),
	}, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var executions = flag.Uint64("fabric.executions", 100, "executions of each test of the correct platform")

func TestCorrect(t *testing.T) {
	for name, cfg := range map[string]Config{
		"nothing fails":   one(Config{}, Service{}),
		"one node":        one(Config{}, Service{Replicas: 1}),
		"crash":           one(Config{Crashes: 1, Stale: 1}, Service{}),
		"crash, cut":      one(Config{Crashes: 1, Cuts: 1}, Service{}),
		"suspicion, cut":  one(Config{Suspicions: 1, Cuts: 1}, Service{}),
		"crash, restart":  one(Config{Crashes: 2, Restarts: 2}, Service{}),
		"spare node":      one(Config{Nodes: 4, Crashes: 2}, Service{Window: 1}),
		"suspicion":       one(Config{Suspicions: 1}, Service{}),
		"suspicion, more": one(Config{Suspicions: 2, Crashes: 1, Restarts: 1}, Service{}),
		"calls":           one(Config{LostCalls: 1, TwiceCalls: 2, Crashes: 1}, Service{}),
		"swap":            one(Config{Swaps: 2, Stale: 1}, Service{}),
		"swap, crash":     one(Config{Swaps: 2, Crashes: 1}, Service{}),
		"swap, repeats":   one(Config{Swaps: 2, Crashes: 1, Suspicions: 1, Repeats: 3}, Service{}),
		"swap, full":      one(Config{Swaps: 1, Crashes: 1, Restarts: 1}, Service{MinReplicas: 3}),
		"swap, pair":      one(Config{Nodes: 3, Swaps: 2, Suspicions: 1}, Service{Replicas: 2}),
		"swap, suspicion": one(Config{Swaps: 2, Suspicions: 1}, Service{}),
		"disk":            one(Config{Crashes: 2, Restarts: 2}, keeping),
		"disk, all crash": one(Config{Crashes: 4, Restarts: 4, Suspicions: 1}, keeping),
		"disk, swap":      one(Config{Crashes: 1, Restarts: 1, Suspicions: 1, Swaps: 1, Repeats: 2}, keeping),
		"disk, losses":    one(Config{Crashes: 3, Restarts: 2, DiskLosses: 1}, keeping),
		"disk, stubborn":  one(Config{Crashes: 2, Restarts: 2, Cuts: 1}, stubborn),
		"close":           one(Config{Closes: 2, Crashes: 1, Stale: 1}, Service{}),
		"close, swap":     one(Config{Closes: 1, Swaps: 1, Suspicions: 1}, Service{}),
		"close, disk":     one(Config{Closes: 2, Swaps: 1, Crashes: 1, Restarts: 1}, keeping),
		"repeats":         one(Config{Repeats: 4}, Service{}),
		"repeats, crash":  one(Config{Repeats: 4, Crashes: 1, Suspicions: 1}, Service{}),
		"five":            one(Config{Crashes: 2}, Service{Replicas: 5}),
	} {
		for _, clock := range []string{"", ", timely"} {
			t.Run(name+clock, func(t *testing.T) {
				n := *executions
				if testing.Short() {
					n /= 10
				}
				r := explore(t, name+clock, n, "portfolio", test(cfg, 2, 3))
				if r.Failure != nil {
					t.Fatalf("execution %d: %v%s", r.Failure.Execution, r.Failure.Err, story(r.Failure))
				}
				t.Log(r.Summary())
			})
		}
	}
}

var stories = flag.Bool("fabric.stories", false, "print the trace of a failure")

func story(f *check.Failure) string {
	if !*stories || f.Trace == nil {
		return ""
	}
	return "\n" + f.Trace.Text(trace.TextOptions{Fields: true, Limit: -1})
}
