package mtable

import (
	"context"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Monitor is told after each batch and each atomic query on the old or the new table, also one that has failed with an
// outcome of batches, and before the next one. It is not told of streams. After unexpected errors it may not be told.
//
// Of all accesses that a batch or an atomic query of the [Table] makes exactly one is its linearization point, also if the
// call ends in an error, unless the error comes from its arguments or is unexpected. A Migrator has none.
//
// It is called from the goroutine that makes the call, with a context derived from the call's.
type Monitor interface {
	Annotate(ctx context.Context, a Annotation)
}

// Annotation says what an access meant.
type Annotation struct {
	// Linearizes: at this access the call took place.
	Linearizes bool

	// Results of the batch that is about to be returned, if this was where it took place and it succeeds.
	Results []table.Result

	// Changed are rows that have another ETag though nobody wrote them.
	Changed []ETagChange
}

// ETagChange is a row's new ETag.
type ETagChange struct {
	Key  table.Key
	ETag table.ETag
}

// The annotations other than results.
var (
	step = Annotation{}
	lp   = Annotation{Linearizes: true}
)

func (o *Options) annotate(ctx context.Context, a Annotation) {
	if o.Monitor != nil {
		o.Monitor.Annotate(ctx, a)
	}
}

func (c *call) annotate(a Annotation) { c.table.options.annotate(c.ctx, a) }
