package fabric

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// sleeper is a service whose requests wait for ever, and tell when they end.
type sleeper struct {
	counter
	t    *check.T
	fail bool // by t.Fatal
}

type woken struct{}

func (s *sleeper) Serve(ctx context.Context, _ []byte) ([]byte, error) {
	defer s.t.Notify(woken{})
	if s.fail {
		_ = s.p.Yield(ctx)
		s.t.Fatal("no more requests")
	}
	for ctx.Err() == nil {
		_ = s.p.Sleep(ctx, time.Hour)
	}
	return nil, ctx.Err()
}

// nobody hears of requests that did not end.
var nobody = ravel.DefineMonitor[struct{}]("Nobody", ravel.Cold("Silent",
	ravel.On(func(_ *struct{}, c *ravel.MonitorContext, _ woken) {
		c.Assert(false, "a request that is no more tells that it has ended")
	})))

// The deferred functions of calls that are under way when the execution ends, when the node crashes, or when something fails,
// tell nobody, and what they do is not taken for that of a goroutine. A call fails the test as any handler does.
func TestUnwinding(t *testing.T) {
	for name, tt := range map[string]struct {
		cfg    Config
		fail   bool
		client func(c *ravel.Context, f Fabric)
		says   string // "" is no failure
	}{
		"the end": {},
		"a crash": {cfg: Config{Crashes: 1}},
		"a failure of somebody else": {
			client: func(c *ravel.Context, f Fabric) {
				var client Client
				_, _ = f.Call(c, &client, service.PartitionID{Service: "counter"}, nil)
				c.Assert(false, "enough")
			},
			says: "enough",
		},
		"its own failure": {fail: true, says: "no more requests"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := check.Explore(name, check.Config{Schedules: 50, Steps: 1000, Threshold: 1000, NoShrink: true, Workers: 1}, func(t *check.T) {
				t.Monitor(nobody.New(&struct{}{}))
				f := New(t.Root(), one(tt.cfg, Service{
					Name: "counter", New: func(service.Info) service.Replica { return &sleeper{t: t, fail: tt.fail} },
				}))
				for range 3 {
					t.Go("client", func(c *ravel.Context) {
						if tt.client != nil {
							tt.client(c, f)
							return
						}
						var client Client
						for {
							_, _ = f.Call(c, &client, service.PartitionID{Service: "counter"}, nil)
						}
					})
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			var found error
			if r.Failure != nil {
				found = r.Failure.Err
			}
			if (found == nil) != (tt.says == "") || !strings.Contains(fmt.Sprint(found), tt.says) {
				t.Fatalf("%v, want %q\n%s", found, tt.says, r.Summary())
			}
			if tt.fail && failure.Of(found).Kind() != failure.KindTest {
				t.Errorf("%T: %v", found, found)
			}
		})
	}
}
