package config

import (
	"context"
	"errors"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// renewal writes the row of a lease.
type renewal struct {
	table table.Table
	key   table.Key
	etag  table.ETag // of the row, as far as known

	asked time.Time // when the write began that succeeded
	gone  bool      // the row is there no more, or is somebody else's
}

// renewals is how often a write is tried at once.
const renewals = 4

// write replaces the row and reports whether that succeeded. If the row has changed it looks whether it is still mine: then
// it was an earlier write that changed it, whose answer got lost.
func (r *renewal) write(ctx context.Context, next func() table.Properties, mine func(table.Entity) bool) bool {
	for range renewals {
		r.asked = time.Now()
		result, err := table.Do(ctx, r.table, table.Replace(r.key, next(), table.Exactly(r.etag)))
		switch {
		case err == nil:
			r.etag = result.ETag
			return true
		case lost(err):
			row, there, err := table.Get(ctx, r.table, r.key)
			if err != nil {
				return false
			}
			if r.gone = !there || !mine(row); r.gone {
				return false
			}
			r.etag = row.ETag
		case !errors.Is(err, table.ErrIndeterminate):
			return false
		}
	}
	return false
}
