package moving

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// errWrong is what is found when the table is not as it should be.
var errWrong = errors.New("the table is wrong")

// verify compares the new table, as somebody finds it who knows nothing of a migration, with the journals, and looks whether
// the old one is empty.
func (p *place) verify(ctx context.Context, s *settings, out io.Writer) error {
	left, err := table.ReadAll(ctx, p.old, table.Query{})
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("%w: %d rows are left in the old one, such as %v", errWrong, len(left), left[0])
	}
	rows, err := table.ReadAll(ctx, p.new, table.Query{})
	if err != nil {
		return err
	}
	found := make(map[table.Key]int64, len(rows))
	for _, e := range rows {
		n, ok := e.Properties[number].Int64()
		if !ok || len(e.Properties) != 1 {
			return fmt.Errorf("%w: %v is nothing that anybody has written", errWrong, e)
		}
		found[e.Key] = n
	}
	if err := p.compare(s, found); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "verified %d rows\n", len(rows))
	return err
}

// compare strikes out what is as it should be, and nothing may be left.
func (p *place) compare(s *settings, found map[table.Key]int64) error {
	for i := range s.Rows {
		k := baseKey(i)
		if n, there := found[k]; !there || n != int64(i) {
			return fmt.Errorf("%w: row %v has the number %d (there: %v), want %d", errWrong, k, n, there, i)
		}
		delete(found, k)
	}
	for i, j := range p.journals {
		for row, r := range j.rows {
			k := table.Key{Partition: writerPartition(i), Row: row}
			n, there := found[k]
			if !r.may(n, there) {
				return fmt.Errorf("%w: row %v has the number %d (there: %v), the journal says %v, or else %v", errWrong, k, n, there, r.last, r.pending)
			}
			delete(found, k)
		}
	}
	for k, n := range found {
		return fmt.Errorf("%w: nobody has written row %v, which has the number %d", errWrong, k, n)
	}
	return nil
}
