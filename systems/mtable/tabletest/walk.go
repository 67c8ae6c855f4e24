package tabletest

import (
	"fmt"
	"math/rand/v2"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Walk is a history of random operations on a few rows.
type Walk struct {
	Rand       *rand.Rand
	Partitions []string
	Rows       []string
	Bogus      table.ETag
	MaxOps     int  // in a batch
	NoBatchDIE bool // DeleteIfExists only alone

	n     int
	stale []table.ETag // of versions that were there once
}

// NewWalk returns a walk over two partitions of six rows, the same for the same seed.
func NewWalk(seed uint64, bogus table.ETag) *Walk {
	return &Walk{Rand: rand.New(rand.NewPCG(seed, 0)), Partitions: []string{"p", "q"},
		Rows: []string{"0", "1", "2", "3", "4", "5"}, Bogus: bogus, MaxOps: 3}
}

// Batch returns a random batch, given the rows that are there.
func (w *Walk) Batch(rows []table.Entity) table.Batch {
	partition := w.Partitions[w.Rand.IntN(len(w.Partitions))]
	n := 1 + w.Rand.IntN(w.MaxOps)
	var b table.Batch
	for _, i := range w.Rand.Perm(len(w.Rows))[:n] {
		k := table.Key{Partition: partition, Row: w.Rows[i]}
		op := w.op(k, rows)
		if op.Kind == table.OpDeleteIfExists && n > 1 && w.NoBatchDIE {
			op = table.InsertOrReplace(k, w.properties())
		}
		b = append(b, op)
	}
	return b
}

func (w *Walk) op(k table.Key, rows []table.Entity) table.Op {
	match := w.match(k, rows)
	switch w.Rand.IntN(7) {
	case 0:
		return table.Insert(k, w.properties())
	case 1:
		return table.Replace(k, w.properties(), match)
	case 2:
		return table.Merge(k, w.properties(), match)
	case 3:
		return table.Delete(k, match)
	case 4:
		return table.InsertOrReplace(k, w.properties())
	case 5:
		return table.InsertOrMerge(k, w.properties())
	}
	return table.DeleteIfExists(k)
}

// match is for any version, one that never was, the present one, or one that was once.
func (w *Walk) match(k table.Key, rows []table.Entity) table.IfMatch {
	switch w.Rand.IntN(8) {
	case 0:
		return table.Exactly(w.Bogus)
	case 1, 2:
		return table.AnyETag()
	case 3:
		if len(w.stale) > 0 {
			return table.Exactly(w.stale[w.Rand.IntN(len(w.stale))])
		}
	}
	for _, e := range rows {
		if e.Key == k {
			w.stale = append(w.stale, e.ETag)
			return table.Exactly(e.ETag)
		}
	}
	return table.AnyETag()
}

// properties are a happy flag and a name that is new.
func (w *Walk) properties() table.Properties {
	w.n++
	return table.Properties{
		"isHappy":                  table.Bool(w.Rand.IntN(2) == 0),
		"name":                     table.Text(string(rune('a' + w.Rand.IntN(4)))),
		fmt.Sprintf("op%d", w.n%5): table.Int64(int64(w.n)),
	}
}

// Filter returns a random filter.
func (w *Walk) Filter(depth int) table.Filter {
	if depth > 0 && w.Rand.IntN(2) == 0 {
		a, b := w.Filter(depth-1), w.Filter(depth-1)
		if w.Rand.IntN(2) == 0 {
			return table.And(a, b)
		}
		return table.Or(a, b)
	}
	c := table.Comparison(1 + w.Rand.IntN(6))
	switch w.Rand.IntN(6) {
	case 0:
		return table.Filter{}
	case 1:
		return table.Compared("isHappy", c, table.Bool(w.Rand.IntN(2) == 0))
	case 2:
		return table.Compared("name", c, table.Text(string(rune('a'+w.Rand.IntN(4)))))
	case 3:
		return table.Compared("op1", c, table.Text("x")) // another type
	case 4:
		return table.Compared(table.PartitionKey, c, table.Text(w.Partitions[w.Rand.IntN(len(w.Partitions))]))
	}
	return table.Compared(table.RowKey, c, table.Text(w.Rows[w.Rand.IntN(len(w.Rows))]))
}

// Step does one random thing and returns an error if the table does not do what the specification does. Between steps
// Streams may be read.
func (w *Walk) Step(r *Reference) error {
	switch w.Rand.IntN(5) {
	case 0:
		q := table.AtomicQuery{Partition: w.Partitions[w.Rand.IntN(len(w.Partitions))], Filter: w.Filter(2)}
		return r.Query(q)
	case 1:
		from := table.Key{Partition: w.Partitions[w.Rand.IntN(len(w.Partitions))], Row: w.Rows[w.Rand.IntN(len(w.Rows))]}
		return r.Stream(table.Query{From: from, Filter: w.Filter(2)})
	}
	_, _, difference := r.Execute(w.Batch(r.spec.Dump()))
	return difference
}

// Run does a number of steps, reading streams all the while.
func (w *Walk) Run(r *Reference, steps int) error {
	var open []*StreamCheck
	defer func() {
		for _, s := range open {
			_ = s.Close()
		}
	}()
	for i := range steps {
		if err := w.Step(r); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if len(open) < 3 && w.Rand.IntN(4) == 0 {
			s, err := r.OpenStream(table.Query{Filter: w.Filter(1)})
			if err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
			open = append(open, s)
		}
		for j := 0; j < len(open); {
			if w.Rand.IntN(2) == 0 {
				j++
				continue
			}
			_, more, err := open[j].Next()
			if err == nil && !more {
				err = open[j].Close()
				open = append(open[:j], open[j+1:]...)
			} else {
				j++
			}
			if err != nil {
				return fmt.Errorf("step %d: stream: %w", i, err)
			}
		}
	}
	return nil
}
