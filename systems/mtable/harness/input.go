package harness

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// What calls are about: a few rows of two partitions, and a property that filters look at.
var (
	partitions = []string{"p", "q"}
	rowKeys    = []string{"0", "1", "2", "3", "4", "5"}
	filters    = []table.Filter{{}, happy(false), happy(true)}
)

const isHappy = "isHappy"

func happy(yes bool) table.Filter { return table.Compared(isHappy, table.EQ, table.Bool(yes)) }

func key(row string) table.Key { return table.Key{Partition: partitions[0], Row: row} }

// bogus is the ETag of no row.
const bogus table.ETag = "bogus"

// draw returns a random batch of one or two operations, given the rows that were there at some time before. Each operation
// writes a property of its own, whose name begins with mark.
func draw(c *ravel.Context, partition, mark string, rows []table.Entity) table.Batch {
	left := rowKeys
	var b table.Batch
	for i := range 1 + c.Int(2) {
		at := c.Int(len(left))
		k := table.Key{Partition: partition, Row: left[at]}
		left = append(append([]string(nil), left[:at]...), left[at+1:]...)
		b = append(b, drawOp(c, k, fmt.Sprint(mark, i), rows))
	}
	return b
}

func drawOp(c *ravel.Context, k table.Key, name string, rows []table.Entity) table.Op {
	written := func() table.Properties {
		return table.Properties{name: table.Bool(true), isHappy: table.Bool(c.Bool())}
	}
	switch kind := table.OpInsert + table.OpKind(c.Int(7)); kind {
	case table.OpInsert:
		return table.Insert(k, written())
	case table.OpReplace:
		return table.Replace(k, written(), match(c, k, rows))
	case table.OpMerge:
		return table.Merge(k, written(), match(c, k, rows))
	case table.OpDelete:
		return table.Delete(k, match(c, k, rows))
	case table.OpDeleteIfExists:
		return table.DeleteIfExists(k)
	case table.OpInsertOrReplace:
		return table.InsertOrReplace(k, written())
	default:
		return table.InsertOrMerge(k, written())
	}
}

// match is for any version, one that never was, or the one of before, which may be there no more.
func match(c *ravel.Context, k table.Key, rows []table.Entity) table.IfMatch {
	there := 2
	for _, e := range rows {
		if e.Key == k {
			there = 3
		}
	}
	switch c.Int(there) {
	case 0:
		return table.AnyETag()
	case 1:
		return table.Exactly(bogus)
	}
	for _, e := range rows {
		if e.Key == k {
			return table.Exactly(e.ETag)
		}
	}
	return table.AnyETag()
}

// tooLarge is a batch that a table would take, and a migrating one never does.
func tooLarge(partition, mark string) table.Batch {
	b := make(table.Batch, table.MaxBatch)
	for i := range b {
		b[i] = table.InsertOrReplace(table.Key{Partition: partition, Row: fmt.Sprintf("large%03d", i)},
			table.Properties{fmt.Sprint(mark, i): table.Bool(true)})
	}
	return b
}

// large reports whether a row key is one of those.
func large(row string) bool { return len(row) == len("large000") && row[:5] == "large" }
