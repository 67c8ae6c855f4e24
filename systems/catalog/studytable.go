package catalog

import "slices"

// Studied is a row of the study's table of the migrating table: how long a bug took to find there, in seconds, on the
// machine of its authors, within 100,000 executions. Zero is not found.
type Studied struct {
	Number   int    // in the study's test program
	Bug      string // of system mtable
	Random   float64
	PCT      float64 // with two changes of priority in 500 steps
	Scripted bool    // by a test that was made for the bug; the common one did not show it
}

// StudyTable returns table 2 of Deligiannis and others, "Uncovering Bugs in Distributed Storage Systems during Testing (Not in
// Production!)", FAST 2016, as far as it is about the migrating table.
func StudyTable() []Studied {
	return []Studied{
		{Number: 0, Bug: "QueryAtomicFilterShadowing", Random: 157, PCT: 350},
		{Number: 1, Bug: "QueryStreamedFilterShadowing", Random: 0.55, PCT: 0.41, Scripted: true},
		{Number: 2, Bug: "QueryStreamedLock", Random: 2121, PCT: 6.6},
		{Number: 3, Bug: "QueryStreamedBackUpNewStream", PCT: 6.0},
		{Number: 5, Bug: "DeleteNoLeaveTombstonesETag", PCT: 4.7},
		{Number: 6, Bug: "DeletePrimaryKey", Random: 2.7, PCT: 2.4},
		{Number: 7, Bug: "EnsurePartitionSwitchedFromPopulated", Random: 25, PCT: 1.6},
		{Number: 8, Bug: "TombstoneOutputETag", Random: 8.3, PCT: 3.4},
		{Number: 9, Bug: "MigrateSkipPreferOld", PCT: 1.1, Scripted: true},
		{Number: 10, Bug: "MigrateSkipUseNewWithTombstones", PCT: 1.2, Scripted: true},
		{Number: 11, Bug: "InsertBehindMigrator", Random: 0.32, PCT: 0.31, Scripted: true},
	}
}

// StudiedBug returns the row of a bug of system mtable, if there is one.
func StudiedBug(name string) (Studied, bool) {
	table := StudyTable()
	i := slices.IndexFunc(table, func(s Studied) bool { return s.Bug == name })
	if i < 0 {
		return Studied{}, false
	}
	return table[i], true
}
