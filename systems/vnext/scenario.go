package vnext

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Scenario is what happens around the manager.
type Scenario uint8

// The scenarios. S1 to S7 are their numbers in the case study; S8 and S9
// are troubles of the deployed system.
const (
	Repair         Scenario = iota // S2: a node that holds the extent fails, an empty one starts
	Replicate                      // S1: one of three nodes holds the extent
	TwoFailures                    // S3: one node has an old version; two fail, with time for a repair between
	ManagerRestart                 // S4: the manager restarts, and a node may fail
	NodeRestart                    // S5: a node restarts, with its disk or an empty one, or loses a replica
	Lossy                          // S6: messages are lost, or come again later, and a node may fail
	Capacity                       // S7: two extents, four nodes, and one of these has room for one
	Namesakes                      // S8: a second process starts under the name of a node, and a node may fail
	Move                           // S9: a node moves to another address, with its disk
	numScenarios
)

// Scenarios returns all scenarios.
func Scenarios() []Scenario {
	all := make([]Scenario, numScenarios)
	for i := range all {
		all[i] = Scenario(i)
	}
	return all
}

// String returns the scenario's name.
func (s Scenario) String() string {
	if s < numScenarios {
		return scenes[s].name
	}
	return fmt.Sprintf("Scenario(%d)", uint8(s))
}

// Summary says in a line what happens.
func (s Scenario) Summary() string { return scenes[s].summary }

// scene is a scenario in numbers. It is never changed.
type scene struct {
	name    string
	summary string
	drives  []drive // of the nodes at the start

	// How often each fault may happen.
	failures, managerRestarts, restarts, losses, doubles, namesakes, moves int
}

// drive is what a node holds when it starts.
type drive struct {
	node    extmgr.NodeID
	extents []extmgr.ExtentInfo
	room    int64         // bytes of payload; 0 is plenty
	model   string        // the modelled disk of a real node
	at      string        // the address of its process
	place   extmgr.NodeID // what the monitors call it: a name for each disk
}

// first is the drive of a node that is alone under its name, and where the name says.
func first(d drive) drive {
	d.at, d.place = string(d.node), d.node
	return d
}

var (
	x  = extent('x', 1)
	x2 = extent('x', 2)
	y  = extent('y', 1)
)

var scenes = [numScenarios]scene{
	Repair: {
		name: "repair", summary: "three nodes hold the extent, and one may fail",
		drives:   drives(holds(x), holds(x), holds(x)),
		failures: 1,
	},
	Replicate: {
		name: "replicate", summary: "one of three nodes holds the extent",
		drives: drives(holds(x), holds(), holds()),
	},
	TwoFailures: {
		name: "two-failures", summary: "one of three nodes has an old version; one fails, and later another",
		drives:   drives(holds(x2), holds(x), holds(x2)),
		failures: 2,
	},
	ManagerRestart: {
		name: "manager-restart", summary: "the manager may restart, and one of four nodes may fail",
		drives:   drives(holds(x), holds(x), holds(x), holds()),
		failures: 1, managerRestarts: 1,
	},
	NodeRestart: {
		name: "node-restart", summary: "a node may restart, with its disk or without, or lose a replica",
		drives:   drives(holds(x), holds(x), holds(x)),
		restarts: 1,
	},
	Lossy: {
		name: "lossy", summary: "messages may be lost or come again, and one of four nodes may fail",
		drives:   drives(holds(x), holds(x), holds(), holds()),
		failures: 1, losses: 2, doubles: 2,
	},
	Capacity: {
		name: "capacity", summary: "two extents and four nodes with little room, one with room for one",
		drives: limited(extentLength, limited(2*extentLength, drives(holds(x), holds(y), holds(), holds()), 0, 1, 2), 3),
	},
	Namesakes: {
		name: "namesakes", summary: "a second process may start under the name of one of four nodes, one of which may fail",
		drives:   drives(holds(x), holds(x), holds(x), holds()),
		failures: 1, namesakes: 1,
	},
	Move: {
		name: "move", summary: "one of three nodes holds the extent, and one may move to another address",
		drives: drives(holds(x), holds(), holds()),
		moves:  1,
	},
}

// holds lists what a node holds.
func holds(extents ...extmgr.ExtentInfo) []extmgr.ExtentInfo { return extents }

// drives numbers the nodes.
func drives(nodes ...[]extmgr.ExtentInfo) []drive {
	all := make([]drive, len(nodes))
	for i, extents := range nodes {
		all[i] = first(drive{node: nodeID(i), extents: extents})
	}
	return all
}

// limited gives some of the nodes little room.
func limited(room int64, all []drive, nodes ...int) []drive {
	for _, i := range nodes {
		all[i].room = room
	}
	return all
}

func nodeID(i int) extmgr.NodeID { return extmgr.NodeID(fmt.Sprintf("en%d", i)) }

// blockSize is that of the real nodes' stores.
const blockSize = 4

// extentLength is the number of bytes of an extent: two blocks of the real
// nodes' stores, and two messages of a copy.
const extentLength = 2 * blockSize

// extent describes an extent that is named by a letter.
func extent(name byte, version uint64) extmgr.ExtentInfo {
	info := extmgr.ExtentInfo{ID: extmgr.ExtentID{name}, Version: version, Length: extentLength, Sealed: true}
	info.CRC32C = crc32.Checksum(payload(info), crc32.MakeTable(crc32.Castagnoli))
	return info
}

// payload is the content of an extent.
func payload(info extmgr.ExtentInfo) []byte {
	p := make([]byte, info.Length)
	for i := 0; i+4 <= len(p); i += 4 {
		binary.BigEndian.PutUint32(p[i:], uint32(info.ID[0])<<16|uint32(info.Version)<<8|uint32(i))
	}
	return p
}

// truth is who holds what at the start.
func (s *scene) truth() Truth {
	t := newTruth()
	for _, d := range s.drives {
		t.start(Holds{d.place, d.extents})
	}
	return t
}

// excused is how many replicas beyond the target the faults excuse: when a node
// restarts its replicas do not count until it has reported them again.
func (s *scene) excused() int { return s.restarts }
