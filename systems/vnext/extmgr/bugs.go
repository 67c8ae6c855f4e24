package extmgr

// Bugs is a set of seeded defects, each a mistake that the correct manager
// avoids by a line or two. They exist so that tests can show that they are
// found. The zero value has none.
//
// They are numbered together with those of the extent node, so some numbers are
// missing here; see package extnode.
type Bugs uint32

// The seeded defects.
const (
	// V1 takes reports of nodes that are not in the node map, whatever Fix
	// says about membership. A report that is overtaken by its node's
	// expiration puts the dead node's replicas back; expiration walks the node
	// map and never meets them again.
	V1 Bugs = 1 << iota

	// V2 gives tasks no deadline. If the order, the copy or the only source
	// that the target tried is lost, the task stays pending and its extent
	// counts as being repaired for ever.
	V2

	// V3 lets an expired node leave the node map only. Its replicas are counted
	// for ever.
	V3

	// V4 adds what a report lists and removes nothing. A replica that a live
	// node has lost is counted for as long as the node lives.
	V4

	// V5 takes reports in whatever order they come. An old one that was
	// delayed takes back what a newer one said, and a copy is ordered of an
	// extent that has enough.
	V5

	// V6 forgets the pending tasks when it looks for what to order. Until the
	// first report of a copy, each RepairTick orders the same again, from other
	// nodes.
	V6

	// V7 copies the version of any holder, not the newest. When the newest ones
	// are gone later, what was written last is gone with them.
	V7

	_ // V8 is a defect of the extent node

	// V9 has no warm-up when the manager is restarted. With the reports of a
	// few nodes it orders copies of extents that have enough.
	V9

	// V10 does not look at incarnations. A restarted node that comes back with
	// an empty disk is taken for the old one, and its reports, whose numbers
	// begin anew, for old ones.
	V10

	// V11 expires nodes in two critical sections: the first one finds the silent
	// nodes and removes their replicas, the second one removes the nodes. A
	// report that comes between the two puts replicas of a node back that leaves
	// at once.
	V11

	// V12 takes an acknowledgement for a replica, whoever sent it. One that is
	// overtaken by its node's expiration counts for ever.
	V12

	allBugs = (1<<iota - 1) &^ (1 << 7) // without V8
)

func (b Bugs) has(bug Bugs) bool { return b&bug != 0 }
