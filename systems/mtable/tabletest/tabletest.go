package tabletest

import (
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Config says how to test a table.
type Config struct {
	// Open returns a new, empty table, and has it closed when the test ends.
	Open func(t testing.TB) table.Table

	// MaxBatch is the most operations that the table takes in a batch. table.MaxBatch if zero.
	MaxBatch int

	// Bogus is an ETag that no row has, but might have. "wrong" if empty.
	Bogus table.ETag

	// NoEmptyPartition is for tables that refuse the empty partition key.
	NoEmptyPartition bool

	// LaxMerges is for tables that let rows grow beyond all limits by being merged, as an emulator may.
	LaxMerges bool

	// Slow is for tables whose operations take milliseconds: less is done.
	Slow bool
}

// fixture is a table under test.
type fixture struct {
	Config
	table.Table
	ref *Reference
}

// Run runs all tests as subtests.
func Run(t *testing.T, c Config) {
	if c.MaxBatch == 0 {
		c.MaxBatch = table.MaxBatch
	}
	if c.Bogus == "" {
		c.Bogus = "wrong"
	}
	for _, test := range []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"single operations", testSingle},
		{"ETags", testETags},
		{"batches are atomic", testAtomicity},
		{"batches that no table takes", testInvalidBatches},
		{"large batches", testLargeBatches},
		{"DeleteIfExists in batches", testDeleteIfExists},
		{"values", testValues},
		{"keys", testKeys},
		{"order of keys", testKeyOrder},
		{"filters", testFilters},
		{"invalid queries", testInvalidQueries},
		{"partitions do not mix", testPartitions},
		{"streams", testStreams},
		{"streams and changes", testStreamsAndChanges},
		{"closed streams", testClosedStreams},
		{"memory is not shared", testAliasing},
		{"contexts", testContexts},
		{"concurrent inserts", testConcurrentInserts},
		{"concurrent replaces", testConcurrentReplaces},
		{"random histories", testRandom},
	} {
		t.Run(test.name, func(t *testing.T) {
			sut := c.Open(t)
			test.run(t, &fixture{Config: c, Table: sut, ref: NewReference(sut)})
		})
	}
}
