package config

import "fmt"

// State says how clients use the old and the new table.
type State int

// The states, in their order.
const (
	// UseOld: clients use the old table only, and take no part in the protocol. Processes that use the old table directly
	// may be about. (USE_OLD_HIDE_METADATA in the literature.)
	UseOld State = iota
	// PreferOld: clients read both tables. They write to the old one, unless the partition has been switched.
	PreferOld
	// PreferNew: clients read both tables. They switch the partition that they write to, copy the rows concerned, and write
	// to the new table. The migrator copies everything else.
	PreferNew
	// UseNewWithTombstones: everything has been copied. Clients read the new table, but leave tombstones of what they
	// delete for the sake of others in PreferNew.
	UseNewWithTombstones
	// UseNew: clients use the new table only, and leave no tombstones; they cope with those that are there. The migrator
	// cleans up. When it has, processes that use the new table directly may come. (USE_NEW_HIDE_METADATA.)
	UseNew

	numStates = iota
)

var stateNames = [numStates]string{"UseOld", "PreferOld", "PreferNew", "UseNewWithTombstones", "UseNew"}

// Valid reports whether s is one of the states.
func (s State) Valid() bool { return 0 <= s && s < numStates }

func (s State) String() string {
	if s.Valid() {
		return stateNames[s]
	}
	return fmt.Sprintf("State(%d)", int(s))
}
