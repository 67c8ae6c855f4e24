package harness

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// Seeded is a mistake with the test that shows it.
type Seeded struct {
	Name    string
	Summary string // one line: what the code does wrong
	Shows   []failure.Kind
	Options Options

	// Scripted is a test that is made for the mistake, if there is one: the study's, where the study has one.
	Scripted Options
}

// How the mistakes show: in what a call does, in a panic, or in a call or a push that never ends.
var (
	wrong   = []failure.Kind{failure.KindAssertion}
	crashes = []failure.Kind{failure.KindAssertion, failure.KindPanic}
)

// Bugs returns the mistakes of the study, in its order, and the defects of the published library. Except for two defects it is
// the random scenario that shows them.
func Bugs() []Seeded {
	return []Seeded{
		seeded(bug.QueryAtomicFilterShadowing, "a new row that does not match fails to hide an old one that does", wrong),
		seeded(bug.QueryStreamedFilterShadowing, "the same in a stream", wrong).scripted(WriteThenStream),
		seeded(bug.QueryStreamedLock, "a stream is read while it changes its state", crashes),
		seeded(bug.QueryStreamedBackUpNewStream, "rows that were copied behind the new side of a stream are lost", wrong),
		seeded(bug.QueryStreamedSaveNewConfig, "a stream forgets its state, and leaves streams of the new table open", crashes),
		seeded(bug.DeleteNoLeaveTombstonesETag, "a deletion in the last state has no condition", wrong),
		seeded(bug.DeletePrimaryKey, "a deletion has no key", wrong),
		seeded(bug.EnsurePartitionSwitchedFromPopulated, "a populated partition counts as switched", wrong),
		seeded(bug.TombstoneOutputETag, "a deletion returns the tombstone's ETag", wrong),
		seeded(bug.MigrateSkipPreferOld, "the second state is left out", wrong).scripted(ReadAtStart),
		seeded(bug.MigrateSkipUseNewWithTombstones, "the fourth state is left out", wrong).scripted(ReadAcrossDelete),
		seeded(bug.InsertBehindMigrator, "the copy is made while clients write to the old table", wrong).scripted(InsertIntoEmpty),
		seeded(bug.TombstoneOutputETagLiteral, "all but deletions return no ETag", wrong),
		seeded(bug.DefectA, "a stream keeps its old side when rows are deleted without tombstones", wrong).only(StreamLate),
		seeded(bug.DefectB, "a stream goes on when it could not open its new side", crashes),
		seeded(bug.DefectC, "live rows have marks, and some are left behind", wrong),
		seeded(bug.DefectD, "partitions are switched while the old table is cleaned up", wrong),
		seeded(bug.DefectE, "an or counts as a query of one partition", wrong),
		seeded(bug.DefectF, "batches are taken for which there is no room in the second state", wrong),
		seeded(bug.DefectG, "a batch is tried again whatever its error was", wrong),
		seeded(bug.DefectH, "a migration is resumed before all clients have the stored state", wrong),
		seeded(bug.DefectI, "two who wait have a stream's lock at once", crashes).only(CloseWhileRead),
		seeded(bug.DefectJ, "a batch is tried again when it may have taken place", wrong),
	}
}

func seeded(b bug.Set, summary string, shows []failure.Kind) Seeded {
	s := Seeded{Name: b.String(), Summary: summary, Shows: shows, Options: Options{Bugs: b}}
	s.Scripted = s.Options
	return s
}

// scripted adds a test that is made for the mistake.
func (s Seeded) scripted(by Scenario) Seeded {
	s.Scripted.Scenario = by
	return s
}

// only is scripted for a mistake that the random scenario does not show.
func (s Seeded) only(by Scenario) Seeded {
	s.Options.Scenario = by
	return s.scripted(by)
}
