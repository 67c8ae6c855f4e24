package vnext

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Scenario is what happens around the manager.
type Scenario uint8

// The scenarios.
const (
	Repair    Scenario = iota // S2: a node that holds the extent fails, an empty one starts
	Replicate                 // S1: one of three nodes holds the extent
	numScenarios
)

var scenarioNames = [numScenarios]string{Repair: "repair", Replicate: "replicate"}

// String returns the scenario's name.
func (s Scenario) String() string {
	if s < numScenarios {
		return scenarioNames[s]
	}
	return fmt.Sprintf("Scenario(%d)", uint8(s))
}

// Options choose a test. The zero Options are the repair scenario with the
// correct manager.
type Options struct {
	Scenario   Scenario
	Bugs       extmgr.Bugs // seeded defects of the manager
	Fix        extmgr.Fix  // as in extmgr.Config; 0 is its default
	Invariants bool        // assert the manager's invariants after each of its steps
}

// target is the wanted number of replicas, and the number of nodes at the start.
const target = 3

// config returns the settings of the manager. The periods of reports, repair and
// overdue tasks are short, so that little has to happen before something does:
// the logical clock only counts heartbeat periods. Expiration keeps the ratio of
// production; if nodes expired sooner, copies that are ordered by mistake would
// soon heal what a lost repair leaves behind.
func (o Options) config() extmgr.Config {
	cfg := extmgr.Config{
		Target:         target,
		HeartbeatEvery: heartbeatEvery,
		ExpireAfter:    3 * heartbeatEvery,
		SyncEvery:      3 * heartbeatEvery,
		RepairEvery:    2 * heartbeatEvery,
		RepairDeadline: 4 * heartbeatEvery,
		WarmUp:         extmgr.NoWarmUp, // a copy ordered too early goes to a node that holds the extent
		Fix:            o.Fix,
		Bugs:           o.Bugs,
	}
	return cfg.WithDefaults()
}

const heartbeatEvery = 5 * time.Second

// Settings returns how the test is to be explored. The bounds are in steps: a
// correct manager repairs within some hundred steps of a fair schedule, and one
// with a hot monitor over half of the execution, and again over a fair suffix
// of that length, never will.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 5000, Threshold: 2500}
}

// Test returns the body of the test that o describes, for check.Test and
// check.Explore; see [Options.Settings]. Options that make no sense fail it.
func Test(o Options) func(*check.T) {
	cfg := o.config()
	return func(t *check.T) {
		if o.Scenario >= numScenarios {
			t.Fatalf("vnext: there is no %v", o.Scenario)
		}
		disks := o.Scenario.disks()
		t.Monitor(RepairMonitor.New(newTruth(disks)))
		t.Create(DriverMachine.New(&Driver{options: o, config: cfg, disks: disks}))
	}
}

// disks says what each node holds at the start.
func (s Scenario) disks() []disk {
	var disks []disk
	for i := range target {
		d := disk{node: nodeID(i)}
		if s == Repair || i == 0 {
			d.extents = []extmgr.ExtentInfo{extentX}
		}
		disks = append(disks, d)
	}
	return disks
}

// disk is what a node holds when it starts.
type disk struct {
	node    extmgr.NodeID
	extents []extmgr.ExtentInfo
}

func nodeID(i int) extmgr.NodeID { return extmgr.NodeID(fmt.Sprintf("en%d", i)) }

// extentX is the extent that the scenarios are about.
var extentX = extmgr.ExtentInfo{
	ID:      extmgr.ExtentID{'x'},
	Version: 1,
	Length:  1 << 30,
	CRC32C:  0x1a2b3c4d,
	Sealed:  true,
}
