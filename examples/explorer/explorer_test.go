package explorer_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/examples/explorer"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/delaying"
	"github.com/ravelgo/ravel/strategy/delaying/explorertest"
)

// repair is hot from a failure until the chain is repaired.
type repair struct{}

var repairMonitor = ravel.DefineMonitor[repair]("Repair",
	ravel.Hot("Repairing", ravel.On((*repair).repaired), ravel.Ignore[explorer.Failed]()),
	ravel.Cold("Repaired", ravel.On((*repair).failed), ravel.Ignore[explorer.Repaired]()),
)

func (*repair) repaired(c *ravel.MonitorContext, _ explorer.Repaired) { c.Goto("Repaired") }
func (*repair) failed(c *ravel.MonitorContext, _ explorer.Failed)     { c.Goto("Repairing") }

// chain is a chain of four servers of which the second and the third fail.
func chain(fixed bool) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(repairMonitor.New(&repair{}))
		faults := t.Go("faults", func(c *ravel.Context) {
			for _, s := range ravel.Receive[[]ravel.ID](c) {
				c.Send(s, explorer.Fail{})
			}
		})
		t.Root().Explorer("setup", faults)
		master := t.Create(explorer.MasterMachine.New(&explorer.Master{Fixed: fixed, Updates: 5, Faults: faults}))
		var servers []ravel.ID
		for range 4 {
			servers = append(servers, t.Create(explorer.ServerMachine.New(&explorer.Server{Master: master})))
		}
		t.Send(master, explorer.Begin{Chain: slices.Clone(servers)})
		t.Send(faults, slices.Clone(servers[1:3]))
	}
}

// explore explores a body, by default by stratified sampling under the explorers of a factory.
func explore(t *testing.T, body func(*check.T), schedules uint64, name string, factory delaying.Factory) *check.Report {
	t.Helper()
	cfg := check.Config{Schedules: schedules, Seed: 1, Seeded: true, Strategy: name}
	if factory != nil {
		cfg.Custom = func() strategy.Strategy { return strategy.NewStratified(factory) }
	}
	r, err := check.Explore(t.Name(), cfg, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What docs/delaying-explorers.md says about who finds the bug.
func TestPhasesFindsTheBug(t *testing.T) {
	r := explore(t, chain(false), 5000, "ss:phases", explorer.NewPhases)
	if r.Failure == nil || r.Failure.Execution != 0 || !r.Failure.Reproduced {
		t.Fatalf("%+v\n%s", r.Failure, r.Summary())
	}
	if f := r.Failure.Err; !strings.Contains(f.Error(), "Repair") {
		t.Errorf("found %v", f)
	}
	if r := explore(t, chain(false), 5000, "ss:rtc", nil); r.Failure == nil || r.Failure.Execution > 50 {
		t.Errorf("ss:rtc did not find it soon: %s", r.Summary())
	}
	for _, spec := range []string{"ss:rr", "ss:prr", "ss:rand", "random"} {
		if r := explore(t, chain(false), 5000, spec, nil); r.Failure != nil {
			t.Errorf("%s found it in execution %d", spec, r.Failure.Execution)
		}
	}
}

// The master that deals with failures at any time passes under every explorer, and all schedules with few delays.
func TestFixedMaster(t *testing.T) {
	for _, name := range delaying.Names() {
		if r := explore(t, chain(true), 2000, "ss:"+name, delaying.Named(name)); r.Failure != nil {
			t.Errorf("%s: %v", name, r.Failure.Err)
		}
	}
	if r := explore(t, chain(true), 5000, "ss:phases", explorer.NewPhases); r.Failure != nil {
		t.Error(r.Failure.Err)
	}
}

func TestPhasesIsSound(t *testing.T) {
	ids := func(n int) func(*rand.Rand, []delaying.ID) []any {
		return func(r *rand.Rand, machines []delaying.ID) (args []any) {
			for range n {
				args = append(args, machines[r.IntN(len(machines))])
			}
			return args
		}
	}
	explorertest.Soundness(t, explorer.NewPhases,
		explorertest.Call{Name: "setup", Args: ids(1)}, explorertest.Call{Name: "initialized", Args: ids(2)})
}
