// Package rowop is what an operation does to one row: what the tables of this repository that keep rows themselves have
// in common.
package rowop

import (
	"maps"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Check returns the kind of error with which op fails on a row with an ETag, or on the lack of a row, or nil. As the rows
// of a batch are different ones, all of its operations can be checked before the first is applied.
func Check(op table.Op, exists bool, etag table.ETag) error {
	switch {
	case op.Kind == table.OpInsert && exists:
		return table.ErrConflict
	case op.Kind.Conditional() && !exists:
		return table.ErrNotFound
	case op.Kind.Conditional() && !op.IfMatch.Allows(etag):
		return table.ErrPreconditionFailed
	}
	return nil
}

// Apply returns the properties that a row with properties old has after op, which is none that deletes. old is nil if there
// is no row. The result shares no memory with either.
func Apply(op table.Op, old table.Properties) table.Properties {
	if op.Kind != table.OpMerge && op.Kind != table.OpInsertOrMerge {
		return op.Properties.Clone()
	}
	merged := old.Clone()
	maps.Copy(merged, op.Properties)
	return merged
}

// Fits returns an error if a row with properties old becomes too large by op.
func Fits(op table.Op, old table.Properties) error {
	if len(old) == 0 || op.Kind != table.OpMerge && op.Kind != table.OpInsertOrMerge {
		return nil // op was checked by itself
	}
	return Apply(op, old).Validate()
}
