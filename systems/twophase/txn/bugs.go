package txn

import (
	"fmt"
	"strings"
)

// Bugs are seeded defects, a bit each. They are there to show that the tests find them.
type Bugs uint8

const (
	// Unsynced answers before the log is synced: what was promised does not outlive a crash.
	Unsynced Bugs = 1 << iota
	// Unapplied logs a commit and does not write the value: it is there when the log has been read again.
	Unapplied
	numBugs = iota
)

var bugNames = [numBugs]string{"Unsynced", "Unapplied"}

// Has reports whether all of the given defects are seeded.
func (b Bugs) Has(other Bugs) bool { return b&other == other }

// String names the defects.
func (b Bugs) String() string {
	var names []string
	for i, name := range bugNames {
		if b.Has(1 << i) {
			names = append(names, name)
		}
	}
	if rest := b >> numBugs << numBugs; rest != 0 {
		names = append(names, fmt.Sprintf("Bugs(%#x)", uint8(rest)))
	}
	return strings.Join(names, "|")
}

func (b Bugs) check() error {
	if rest := b >> numBugs << numBugs; rest != 0 {
		return fmt.Errorf("txn: Bugs has unknown bits %#x: combine the named ones", uint8(rest))
	}
	return nil
}
