package cscale

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Bugs is a set of defects that tests can put into the services, a bit each. The zero value has none.
type Bugs uint16

// N1 to N5 dereference what is not there: the class of the defect that the study has found in CScale. C1 to C5 break the
// promise that each item counts once.
const (
	// N1 serves a push although no graph has been installed yet: there is no operator.
	N1 Bugs = 1 << iota
	// N2 makes the proxies of downstreams where a graph is installed, and not where it arrives in a copy or in the log: a
	// replica that becomes the primary has none.
	N2
	// N3 takes a session for granted when the downstream has no primary that answers.
	N3
	// N4 goes on behind a call although the replica was aborted meanwhile, and its state is gone.
	N4
	// N5 leaves upstreams of which nothing has come out of a copy: there is no entry for their first batch.
	N5
	// C1 acknowledges a batch before it is replicated.
	C1
	// C2 leaves the batches that wait to be sent out of a copy.
	C2
	// C3 takes the greatest watermark of the upstreams for their least.
	C3
	// C4 remembers one sequence number for all upstreams together.
	C4
	// C5 gives a batch to another partition when the one that it was sent to does not answer, although that may have
	// taken it.
	C5

	numBugs = iota
)

var bugNames = [numBugs]string{"N1", "N2", "N3", "N4", "N5", "C1", "C2", "C3", "C4", "C5"}

// Has reports whether b has any of the others.
func (b Bugs) Has(others Bugs) bool { return b&others != 0 }

// String names the defects.
func (b Bugs) String() string { return bugset.String(b, bugNames[:]) }

// Check returns an error if there are bits that name no defect.
func (b Bugs) Check() error { return bugset.Check(b, 1<<numBugs-1) }
