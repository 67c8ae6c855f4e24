package extnode

import (
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/internal/settings"
)

// Config holds a node's settings. A zero field has the default that is named
// beside it; Self has none.
type Config struct {
	Self    extmgr.NodeID   // sender of the node's messages; required
	Addr    string          // where the node listens, for the manager to pass on
	Manager extmgr.Endpoint // receiver of heartbeats, reports and acknowledgements; node "extmgr"

	HeartbeatEvery time.Duration // period of HeartbeatTick; 5s
	SyncEvery      time.Duration // period of SyncTick; 5m
	ScrubEvery     time.Duration // period of ScrubTick; 1m
	CopyTimeout    time.Duration // period of CopyTick; 30s

	ChunkBytes int // payload asked for at once, a multiple of the store's block size; 1 MiB
	MaxCopies  int // copies in progress at the same time; 4

	// IncarnationFloor is the least incarnation of this start, for a node whose
	// disk was lost or replaced; see [extstore.Store.NextIncarnation].
	IncarnationFloor extmgr.Incarnation

	Bugs Bugs // seeded defects, for tests only; none
}

// MaxChunkBytes is the largest piece that a node sends at once.
const MaxChunkBytes = 16 << 20

// WithDefaults returns c with every zero field replaced by its default.
func (c Config) WithDefaults() Config {
	settings.Default(&c.Manager.Node, "extmgr")
	settings.Default(&c.HeartbeatEvery, 5*time.Second)
	settings.Default(&c.SyncEvery, 5*time.Minute)
	settings.Default(&c.ScrubEvery, time.Minute)
	settings.Default(&c.CopyTimeout, 30*time.Second)
	settings.Default(&c.ChunkBytes, 1<<20)
	settings.Default(&c.MaxCopies, 4)
	return c
}

// Validate reports everything that is wrong with c, its defaults filled in, in
// one error; nil means that [New] will accept it, given a store whose block size
// divides ChunkBytes.
func (c Config) Validate() error {
	c = c.WithDefaults()
	var wrong settings.Wrong
	wrong.Require(c.Self != "", "Self is empty: want the node's name")
	wrong.Require(c.Self != c.Manager.Node, "Self and Manager are both %q: want two names", c.Self)
	wrong.Require(c.HeartbeatEvery > 0, "HeartbeatEvery is %v: want a positive duration", c.HeartbeatEvery)
	wrong.Require(c.SyncEvery > 0, "SyncEvery is %v: want a positive duration", c.SyncEvery)
	wrong.Require(c.ScrubEvery > 0, "ScrubEvery is %v: want a positive duration", c.ScrubEvery)
	wrong.Require(c.CopyTimeout > 0, "CopyTimeout is %v: want a positive duration", c.CopyTimeout)
	wrong.Require(c.ChunkBytes >= 1 && c.ChunkBytes <= MaxChunkBytes,
		"ChunkBytes is %d: want 1 to %d bytes", c.ChunkBytes, MaxChunkBytes)
	wrong.Require(c.MaxCopies >= 1, "MaxCopies is %d: want at least 1 copy", c.MaxCopies)
	wrong.Require(c.Bugs&^allBugs == 0, "Bugs has unknown bits %#x", uint32(c.Bugs&^allBugs))
	return wrong.Err("extnode")
}

// Bugs is a set of seeded defects, each a mistake that the correct node avoids by
// one line. They exist so that tests can show that they are found. The zero value
// has none. They are numbered together with those of package extmgr: Vn is bit n-1.
type Bugs uint32

// The seeded defects.
const (
	// V8 adds an extent to the node's center when its copy begins to arrive. A
	// report that is sent before the copy is committed counts a replica that a
	// crash, or a bad source, leaves behind as nothing.
	V8 Bugs = 1 << 7

	// V13 is never more patient: a source has one period of CopyTick to answer,
	// however often it was too slow for that. Where the network is slower than
	// the time-out, no copy ever succeeds.
	V13 Bugs = 1 << 12

	allBugs = V8 | V13
)

func (b Bugs) has(bug Bugs) bool { return b&bug != 0 }
