package extmgr

import (
	"time"

	"github.com/ravelgo/ravel/systems/vnext/internal/settings"
)

// Config holds a manager's settings. A zero field has the default that is named
// beside it, so the zero Config is the production configuration.
type Config struct {
	Self        NodeID      // sender of the manager's messages; "extmgr"
	Incarnation Incarnation // grows with each start of the manager; 1

	Target             int           // wanted replicas of each extent; 3
	HeartbeatEvery     time.Duration // period of heartbeats and of ExpirationTick; 5s
	ExpireAfter        time.Duration // silence after which a node is forgotten; 15s
	SyncEvery          time.Duration // period of sync reports; 5m
	RepairEvery        time.Duration // period of RepairTick; 30s
	RepairDeadline     time.Duration // a task pending for so long is dropped; 10m
	MaxInflightPerNode int           // pending tasks of one target; 2

	// WarmUp is the time after the start during which no copies are ordered;
	// SyncEvery+ExpireAfter. A negative one, such as NoWarmUp, means none.
	WarmUp time.Duration

	Fix  Fix  // what keeps replicas of unknown nodes out; DefaultFix
	Bugs Bugs // seeded defects, for tests only; none

	// Yielder, for tests only, is called where a manager with V11 has let go of
	// its mutex in the middle of an event. With nil nothing comes between.
	Yielder Yielder
}

// Yielder lets others have their turn: what they call the manager for happens
// before Yield returns. Yield may also call the manager itself.
type Yielder interface {
	Yield()
}

// NoWarmUp as Config.WarmUp lets the first [RepairTick] order copies.
const NoWarmUp time.Duration = -1

// WithDefaults returns c with every zero field replaced by its default.
func (c Config) WithDefaults() Config {
	settings.Default(&c.Self, "extmgr")
	settings.Default(&c.Incarnation, 1)
	settings.Default(&c.Target, 3)
	settings.Default(&c.HeartbeatEvery, 5*time.Second)
	settings.Default(&c.ExpireAfter, 15*time.Second)
	settings.Default(&c.SyncEvery, 5*time.Minute)
	settings.Default(&c.RepairEvery, 30*time.Second)
	settings.Default(&c.RepairDeadline, 10*time.Minute)
	settings.Default(&c.MaxInflightPerNode, 2)
	settings.Default(&c.WarmUp, c.SyncEvery+c.ExpireAfter)
	settings.Default(&c.Fix, DefaultFix)
	return c
}

// Validate reports everything that is wrong with c, its defaults filled in, in
// one error; nil means that [New] will accept it.
func (c Config) Validate() error {
	c = c.WithDefaults()
	var wrong settings.Wrong
	wrong.Require(c.Target >= 1, "Target is %d: want at least 1 replica", c.Target)
	wrong.Require(c.MaxInflightPerNode >= 1, "MaxInflightPerNode is %d: want at least 1 task", c.MaxInflightPerNode)
	wrong.Require(c.HeartbeatEvery > 0, "HeartbeatEvery is %v: want a positive duration", c.HeartbeatEvery)
	wrong.Require(c.SyncEvery > 0, "SyncEvery is %v: want a positive duration", c.SyncEvery)
	wrong.Require(c.RepairEvery > 0, "RepairEvery is %v: want a positive duration", c.RepairEvery)
	wrong.Require(c.ExpireAfter > c.HeartbeatEvery,
		"ExpireAfter is %v: want more than HeartbeatEvery (%v), or nodes expire between two heartbeats",
		c.ExpireAfter, c.HeartbeatEvery)
	wrong.Require(c.RepairDeadline > c.SyncEvery,
		"RepairDeadline is %v: want more than SyncEvery (%v), or finished copies are ordered again before they are reported",
		c.RepairDeadline, c.SyncEvery)
	wrong.Require(c.Fix&^allFixes == 0, "Fix has unknown bits %#x", uint8(c.Fix&^allFixes))
	wrong.Require(c.Fix.has(FixMembership) || c.Fix.has(FixSweep),
		"Fix has neither FixMembership nor FixSweep: incarnations cannot fence a node that has no record")
	wrong.Require(c.Bugs&^allBugs == 0, "Bugs has unknown bits %#x", uint32(c.Bugs&^allBugs))
	return wrong.Err("extmgr")
}

// Fix selects, as a set, how a manager keeps replicas of nodes it does not know
// out of its [ExtentCenter]. At least one of FixMembership and FixSweep is in it.
type Fix uint8

// The fixes.
const (
	// FixMembership drops the report of a node that is not in the node map.
	FixMembership Fix = 1 << iota

	// FixSweep makes each ExpirationTick remove the replicas of every node that
	// is not in the node map. Alone it restores I1 at each ExpirationTick and
	// lets a late report break it in between, so a repair may come one period
	// late.
	FixSweep

	// FixFencing drops the report of a node in the node map unless it is of the
	// recorded incarnation: what another process found on the disk is void.
	// Without it such a report counts until the next one of the recorded
	// incarnation.
	FixFencing

	allFixes = FixMembership | FixSweep | FixFencing

	// DefaultFix refuses wrong replicas instead of cleaning up behind them.
	DefaultFix = FixMembership | FixFencing
)

func (f Fix) has(bit Fix) bool { return f&bit != 0 }
