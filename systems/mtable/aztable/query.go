package aztable

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// maxComparisons is the service's limit for a filter.
const maxComparisons = 15

// within returns a filter for the service: the range of keys, and as much of f as the service can be trusted with.
func within(keys, f table.Filter) string {
	isKey := func(name string) bool { return name == table.PartitionKey || name == table.RowKey }
	isText := func(v table.Value) bool { return v.Kind() == table.KindString }
	for _, sent := range []table.Filter{
		f.Weaken(func(name string, op table.Comparison, v table.Value) bool {
			return isKey(name) && isText(v) || !isKey(name) && op == table.EQ
		}),
		f.Weaken(func(name string, _ table.Comparison, v table.Value) bool { return isKey(name) && isText(v) }),
	} {
		if whole := table.And(keys, sent); comparisons(whole) <= maxComparisons {
			return whole.String()
		}
	}
	return keys.String()
}

func comparisons(f table.Filter) (n int) {
	for range f.Names {
		n++
	}
	return n
}

// from is met by keys that are not before one.
func from(k table.Key) table.Filter {
	if k == (table.Key{}) {
		return table.Filter{}
	}
	partition := func(c table.Comparison) table.Filter {
		return table.Compared(table.PartitionKey, c, table.Text(k.Partition))
	}
	if k.Row == "" {
		return partition(table.GE)
	}
	return table.Or(table.And(partition(table.EQ), table.Compared(table.RowKey, table.GE, table.Text(k.Row))),
		partition(table.GT))
}

func (t *Table) pager(filter string) *runtime.Pager[aztables.ListEntitiesResponse] {
	format := aztables.MetadataFormatFull
	o := &aztables.ListEntitiesOptions{Format: &format}
	if filter != "" {
		o.Filter = &filter
	}
	return t.client.NewListEntitiesPager(o)
}

// read reads a page and returns those of its rows that match, and whether there are more pages. It takes the rows from the
// response: the SDK's have gone through float64, and a double of 3 has become an integer.
func read(ctx context.Context, pager *runtime.Pager[aztables.ListEntitiesResponse], f table.Filter) ([]table.Entity, bool, error) {
	var response *http.Response
	_, err := pager.NextPage(policy.WithCaptureResponse(ctx, &response))
	if err != nil {
		return nil, false, queryError(ctx, err)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return nil, false, queryError(ctx, err)
	}
	var page struct {
		Value []json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, false, table.Wrap(table.ErrInternal, err, "aztable: read a page")
	}
	var found []table.Entity
	for _, row := range page.Value {
		e, err := unmarshal(row)
		if err != nil {
			return nil, false, err
		}
		if f.Matches(e) {
			found = append(found, e)
		}
	}
	return found, pager.More(), nil
}

// QueryAtomic implements [table.Table].
func (t *Table) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if q.Partition == "" {
		return nil, nil // there is no such row
	}
	one := table.Compared(table.PartitionKey, table.EQ, table.Text(q.Partition))
	found, more, err := read(ctx, t.pager(within(one, q.Filter)), q.Filter)
	if err != nil {
		return nil, err
	}
	if more {
		return nil, table.Wrap(table.ErrTooLarge, nil, "aztable: more than a page of partition %q", q.Partition)
	}
	return found, nil
}

func queryError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return readError(err)
}

// stream reads a page at a time. Each page is of one instant.
type stream struct {
	pager  *runtime.Pager[aztables.ListEntitiesResponse]
	filter table.Filter
	page   []table.Entity // not returned yet
	next   table.Key      // all rows before it are in page, or have been returned or passed
	closed bool
}

// QueryStream implements [table.Table]. The first page is read when it is asked for.
func (t *Table) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &stream{pager: t.pager(within(from(q.From), q.Filter)), filter: q.Filter, next: q.From}, nil
}

func (s *stream) Next(ctx context.Context) (table.Entity, bool, error) {
	if s.closed {
		return table.Entity{}, false, table.Wrap(table.ErrClosed, nil, "read of a stream")
	}
	for len(s.page) == 0 && s.pager.More() {
		if err := ctx.Err(); err != nil {
			return table.Entity{}, false, err
		}
		var err error
		if s.page, _, err = read(ctx, s.pager, s.filter); err != nil {
			return table.Entity{}, false, err
		}
	}
	if len(s.page) == 0 {
		return table.Entity{}, false, nil
	}
	e := s.page[0]
	s.page = s.page[1:]
	s.next = e.Key.Next()
	return e, true, nil
}

func (s *stream) Continuation() (table.Key, bool) {
	switch {
	case s.closed:
		return table.Key{}, false
	case len(s.page) > 0:
		return s.page[0].Key, true
	}
	return s.next, s.pager.More()
}

func (s *stream) Close() error {
	s.closed = true
	s.page = nil
	return nil
}
