package stream

import (
	"math"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Item is what flows. All of its fields are the job's.
type Item struct {
	Time  int64  // of the event
	Key   string // for edges by key, and for windows
	Text  string
	Value int64
}

// The first and the last watermark.
const (
	Begin int64 = math.MinInt64
	End   int64 = math.MaxInt64
)

// Batch is what goes from one partition to another one in one piece. The batches between the two are numbered from 1.
type Batch struct {
	From      service.PartitionID
	Seq       int64
	Watermark int64
	Items     []Item
}
