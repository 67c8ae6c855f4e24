// Package bug names the mistakes that tests can put back into the migrating table, to show that they are found. All are
// off in production, where the set is empty.
package bug

import "github.com/ravelgo/ravel/systems/internal/bugset"

// Set is a set of mistakes, a bit each. The zero Set has none.
type Set uint32

// The mistakes of the published case study (Deligiannis and others, FAST 2016, table 2). Their order is that of the numbers
// that the study's own test program gives them, from 0. Those said to be made up were invented by its authors; the others
// were made during the library's development.
const (
	// QueryAtomicFilterShadowing reads the new table with the caller's filter. A new row or a tombstone that does not
	// match then fails to hide an old row that does.
	QueryAtomicFilterShadowing Set = 1 << iota
	// QueryStreamedFilterShadowing is the same in streams.
	QueryStreamedFilterShadowing
	// QueryStreamedLock lets reads of a stream and changes of its configuration overlap.
	QueryStreamedLock
	// QueryStreamedBackUpNewStream does not take the new side of a stream back when the old side is closed. What was
	// copied behind the one and ahead of the other is lost.
	QueryStreamedBackUpNewStream
	// QueryStreamedSaveNewConfig lets a stream forget what configuration it has adapted to.
	QueryStreamedSaveNewConfig
	// DeleteNoLeaveTombstonesETag forgets the condition of deletes that leave no tombstone.
	DeleteNoLeaveTombstonesETag
	// DeletePrimaryKey forgets the key of deletes.
	DeletePrimaryKey
	// EnsurePartitionSwitchedFromPopulated takes a populated partition for a switched one.
	EnsurePartitionSwitchedFromPopulated
	// TombstoneOutputETag returns the tombstone's ETag as that of the deleted row.
	TombstoneOutputETag
	// MigrateSkipPreferOld goes from UseOld to PreferNew in one step. Made up.
	MigrateSkipPreferOld
	// MigrateSkipUseNewWithTombstones goes from PreferNew to UseNew in one step. Made up.
	MigrateSkipUseNewWithTombstones
	// InsertBehindMigrator copies while clients may still write to the old table. Made up.
	InsertBehindMigrator

	// TombstoneOutputETagLiteral is the mistake that the published code has in place of TombstoneOutputETag: its
	// condition is the wrong way round, so that it is the other operations that return no ETag.
	TombstoneOutputETagLiteral

	numStudy = iota
)

// The defects that the published library has with all of those switched off.
const (
	// DefectA keeps the old side of a stream until UseNew, when others delete rows without leaving tombstones.
	DefectA Set = 1 << (numStudy + iota)
	// DefectB closes an old side that a stream never had, and lets a stream whose side could not be opened go on.
	DefectB
	// DefectC marks live rows of the new table, too, so that marks are left behind the cleanup.
	DefectC
	// DefectD switches partitions in UseNew, while the old table is cleaned up or thereafter, and fails in the cleanup if
	// a row has gone.
	DefectD
	// DefectE takes an or of a partition and something else for a query of that partition.
	DefectE
	// DefectF allows batches of 100 operations, for which there is no room in PreferOld.
	DefectF
	// DefectG tries a batch again for ever, whatever its error was.
	DefectG
	// DefectH resumes a migration without making sure that the last push has reached everybody.
	DefectH
	// DefectI lets two waiters have a stream's lock at once.
	DefectI
	// DefectJ tries a batch again whose outcome is unknown.
	DefectJ

	numAll = numStudy + iota
)

// Skips are the mistakes that leave a state of the configuration out.
const Skips = MigrateSkipPreferOld | MigrateSkipUseNewWithTombstones | InsertBehindMigrator

var names = [numAll]string{"QueryAtomicFilterShadowing", "QueryStreamedFilterShadowing", "QueryStreamedLock",
	"QueryStreamedBackUpNewStream", "QueryStreamedSaveNewConfig", "DeleteNoLeaveTombstonesETag", "DeletePrimaryKey",
	"EnsurePartitionSwitchedFromPopulated", "TombstoneOutputETag", "MigrateSkipPreferOld",
	"MigrateSkipUseNewWithTombstones", "InsertBehindMigrator", "TombstoneOutputETagLiteral", "DefectA", "DefectB",
	"DefectC", "DefectD", "DefectE", "DefectF", "DefectG", "DefectH", "DefectI", "DefectJ"}

// Study returns the mistakes of the case study one by one, in their order; TombstoneOutputETagLiteral is the last one.
func Study() []Set { return each(0, numStudy) }

// Defects returns DefectA to DefectJ one by one.
func Defects() []Set { return each(numStudy, numAll) }

func each(from, to int) []Set {
	var all []Set
	for i := from; i < to; i++ {
		all = append(all, 1<<i)
	}
	return all
}

// Has reports whether s has any of the others.
func (s Set) Has(others Set) bool { return s&others != 0 }

// String names the mistakes.
func (s Set) String() string { return bugset.String(s, names[:]) }

// Check returns an error if there are bits that name no mistake.
func (s Set) Check() error { return bugset.Check(s, 1<<numAll-1) }
