package mtable

import (
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// The protocol's own rows are in the old table, two for each partition at most.
const (
	// metaRow has the partition's state. Without it the partition is untouched.
	metaRow = Reserved + "partition_meta"
	// stateProperty of the meta row is populated or switched.
	stateProperty = Reserved + "partition_state"
	// assertionRow is there exactly while the partition is populated. Batches on the old table demand it.
	assertionRow = Reserved + "partition_populated_assertion"
)

// The states of a partition. A populated one is written in the old table by clients in PreferOld. A switched one is
// written in the new table only: the rows in the old table do not change any more until they are cleaned up, and before it
// is switched there are no rows of it in the new table.
const (
	populated int32 = 0
	switched  int32 = 1
)

// deletedProperty marks tombstones in the new table: rows that say that there is no row, whatever the old table has.
const deletedProperty = Reserved + "deleted"

func metaKey(partition string) table.Key { return table.Key{Partition: partition, Row: metaRow} }

func assertionKey(partition string) table.Key {
	return table.Key{Partition: partition, Row: assertionRow}
}

func metaProperties(state int32) table.Properties {
	return table.Properties{stateProperty: table.Int32(state)}
}

// partitionState returns the state in a meta row.
func partitionState(meta table.Entity) (int32, error) {
	state, ok := meta.Properties[stateProperty].Int32()
	if !ok || state != populated && state != switched {
		return 0, table.Wrap(table.ErrInternal, nil, "meta row %v has no state: %v", meta.Key, meta.Properties)
	}
	return state, nil
}

func tombstone() table.Properties { return table.Properties{deletedProperty: table.Bool(true)} }

func isTombstone(e table.Entity) bool {
	deleted, _ := e.Properties[deletedProperty].Bool()
	return deleted
}

// marked reports whether a row has properties of the protocol.
func marked(e table.Entity) bool {
	for name := range e.Properties {
		if reserved(name) {
			return true
		}
	}
	return false
}

// export returns the row as callers see it, and false if they do not.
func export(e table.Entity) (table.Entity, bool) {
	if reserved(e.Row) || isTombstone(e) {
		return table.Entity{}, false
	}
	if marked(e) {
		e = e.Clone()
		for name := range e.Properties {
			if reserved(name) {
				delete(e.Properties, name)
			}
		}
	}
	return e, true
}

// exported returns those of the rows that callers see and that match. It overwrites rows.
func exported(rows []table.Entity, f table.Filter) []table.Entity {
	visible := rows[:0]
	for _, row := range rows {
		if e, ok := export(row); ok && f.Matches(e) {
			visible = append(visible, e)
		}
	}
	return visible
}
