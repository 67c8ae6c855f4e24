package mtable

import (
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// translation turns a caller's batch into one for the new table, where tombstones stand for rows that are not there:
//
//	                  no row              tombstone         live row
//	Insert            Insert              Replace, pinned   error 409
//	Replace           error 404           error 404         check, Replace, pinned
//	Merge             error 404           error 404         check, Merge, pinned
//	Delete            error 404           error 404         check, delete, pinned
//	DeleteIfExists    delete              delete            delete
//	InsertOrReplace   InsertOrReplace     InsertOrReplace   InsertOrReplace
//	InsertOrMerge     Insert              Replace, pinned   Merge, pinned
//
// To check is to compare the caller's ETag with the row's: error 412. To pin is to demand the ETag of the row that was read,
// also where the caller takes any: a tombstone may have taken the row's place. To delete is to put a tombstone in the
// row's place as long as others may be in PreferNew, and to remove the row afterwards.
//
// Live rows carry no mark, so that none is left behind when the migration is over.
type translation struct {
	batch          table.Batch
	tombstones     bool // deleting leaves them
	deleteIfExists bool // the new table can do it in batches
	bugs           bug.Set

	sent table.Batch // the result of translate
}

// translate returns the batch for the new table, given the rows of that batch that are there, or the error of the first
// operation that fails.
func (w *translation) translate(found map[string]table.Entity) (table.Batch, error) {
	w.sent = make(table.Batch, len(w.batch))
	for i, op := range w.batch {
		row, there := found[op.Key.Row]
		live := there && !isTombstone(row)
		if kind := refusal(op, row, live); kind != nil {
			return nil, table.Failed(kind, i)
		}
		pin := table.Exactly(row.ETag)
		switch {
		case op.Kind.Deletes():
			w.sent[i] = w.deletion(op, pin)
		case w.bugs.Has(bug.DefectC) && op.Kind == table.OpInsertOrMerge:
			w.sent[i] = op
		case op.Kind == table.OpInsertOrReplace:
			w.sent[i] = op
		case !there:
			w.sent[i] = table.Insert(op.Key, op.Properties)
		case live && (op.Kind == table.OpMerge || op.Kind == table.OpInsertOrMerge):
			w.sent[i] = table.Merge(op.Key, op.Properties, pin)
		default:
			w.sent[i] = table.Replace(op.Key, op.Properties, pin)
		}
		if w.bugs.Has(bug.DefectC) && !op.Kind.Deletes() {
			w.sent[i].Properties = withMark(w.sent[i].Properties)
		}
	}
	return w.sent, nil
}

// refusal returns the kind of error with which op fails, given whether there is a live row.
func refusal(op table.Op, row table.Entity, live bool) error {
	switch {
	case op.Kind == table.OpInsert && live:
		return table.ErrConflict
	case op.Kind.Conditional() && !live:
		return table.ErrNotFound
	case op.Kind.Conditional() && !op.IfMatch.Allows(row.ETag):
		return table.ErrPreconditionFailed
	}
	return nil
}

func (w *translation) deletion(op table.Op, pin table.IfMatch) table.Op {
	key := op.Key
	if w.bugs.Has(bug.DeletePrimaryKey) {
		key = table.Key{}
	}
	if !w.tombstones && w.bugs.Has(bug.DeleteNoLeaveTombstonesETag) {
		return table.Delete(key, table.IfMatch{})
	}
	switch {
	case op.Kind == table.OpDelete && w.tombstones:
		return table.Replace(key, tombstone(), pin)
	case op.Kind == table.OpDelete:
		return table.Delete(key, pin)
	case w.tombstones:
		return table.InsertOrReplace(key, tombstone())
	case w.deleteIfExists:
		return table.DeleteIfExists(key)
	}
	return table.Delete(key, table.AnyETag()) // the only operation; see absent
}

// absent reports whether the error of a batch says that the row is not there which its only operation was to delete if it
// is.
func (w *translation) absent(err error) bool {
	return failed(err, table.ErrNotFound, 0) && w.batch[0].Kind == table.OpDeleteIfExists &&
		w.sent[0].Kind == table.OpDelete
}

// overtaken reports whether the error of a batch says that a row has changed since it was read.
func (w *translation) overtaken(err error) bool {
	out := table.Outcome(err)
	if out == nil || out.Op < 0 || out.Op >= len(w.sent) {
		return false
	}
	op := w.sent[out.Op]
	if _, pinned := op.IfMatch.ETag(); pinned {
		return out.Kind == table.ErrNotFound || out.Kind == table.ErrPreconditionFailed
	}
	return op.Kind == table.OpInsert && out.Kind == table.ErrConflict
}

// results returns the results of the caller's batch, given those of the batch that was sent.
func (w *translation) results(sent []table.Result) []table.Result {
	results := make([]table.Result, len(w.batch))
	for i, op := range w.batch {
		results[i].Status = op.Status()
		switch {
		case sent == nil: // absent
		case w.bugs.Has(bug.TombstoneOutputETagLiteral):
		case !op.Kind.Deletes() || w.bugs.Has(bug.TombstoneOutputETag):
			results[i].ETag = sent[i].ETag
		}
	}
	return results
}
