package chain

// Variant is a test of the protocol: how long the chain is, and what may go wrong.
type Variant struct {
	Name    string
	Summary string // one line
	Options Options
}

// The variants. Each bug is looked for in one of them.
var (
	// Pair is the smallest chain that outlives a failure: its head ends as its tail.
	Pair = Variant{
		"pair", "two servers, one of which may fail, and a key for each client",
		Options{Servers: 2, Clients: 2, Updates: 2, Crashes: 1, Disjoint: true},
	}
	// Trio has one failure, and so a reconfiguration that nothing interrupts.
	Trio = Variant{
		"trio", "three servers, one of which may fail",
		Options{Servers: 3, Clients: 2, Updates: 2, Crashes: 1},
	}
	// TrioLinks lets what is forwarded arrive after the failure of its sender has
	// been dealt with.
	TrioLinks = Variant{
		"trio-links", "three servers with links that delay, and one server may fail",
		Options{Servers: 3, Clients: 2, Updates: 2, Crashes: 1, Links: true},
	}
	// Quad has reconfigurations that further failures interrupt.
	Quad = Variant{
		"quad", "four servers, all of which may fail but one",
		Options{Servers: 4, Clients: 2, Updates: 2, Crashes: 3},
	}
	// Suspect has a detector that errs.
	Suspect = Variant{
		"suspect", "three servers, one of which may be suspected and one may fail",
		Options{Servers: 3, Clients: 2, Updates: 2, Crashes: 1, Delays: 1},
	}
	// Compaction is long enough for histories to be compacted twice.
	Compaction = Variant{
		"compaction", "four servers that compact their histories, and one may fail",
		Options{Servers: 4, Clients: 2, Updates: 20, Crashes: 1, Compact: 16},
	}
	// Joining has servers that come later, in the middle of everything.
	Joining = Variant{
		"joining", "two servers, two more that join, and one of all of them may fail",
		Options{Servers: 2, Clients: 2, Updates: 2, Joins: 2, Crashes: 1, Links: true},
	}
	// Doubtful has a master that asks again for what it knows.
	Doubtful = Variant{
		"doubtful", "three servers and one that joins; one may fail, and the master asks again",
		Options{Servers: 3, Clients: 2, Updates: 2, Joins: 1, Crashes: 1, Agains: 2, Links: true},
	}
	// Strike has two failures at once, by a machine that the custom explorer is told
	// to let move when the chain is initialized, and not before.
	Strike = Variant{
		"strike", "four servers, two of which fail together, neighbours",
		Options{Servers: 4, Clients: 2, Updates: 2, Strike: true},
	}
)

// Variants are the tests of the correct protocol.
func Variants() []Variant {
	return []Variant{Pair, Trio, TrioLinks, Quad, Suspect, Compaction, Joining, Doubtful, Strike}
}
