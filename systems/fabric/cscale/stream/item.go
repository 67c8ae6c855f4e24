package stream

import (
	"fmt"
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

// String returns the item for people, such as w0=1 at 5: key, value and time. Of an item that is a text only it returns that
// and the time.
func (it Item) String() string {
	switch {
	case it.Text == "":
		return fmt.Sprintf("%s=%d at %d", it.Key, it.Value, it.Time)
	case it.Key == "" && it.Value == 0:
		return fmt.Sprintf("%s at %d", it.Text, it.Time)
	}
	return fmt.Sprintf("%s=%d %q at %d", it.Key, it.Value, it.Text, it.Time)
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
