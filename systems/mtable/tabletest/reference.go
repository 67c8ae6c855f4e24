package tabletest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/systems/mtable/spectable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Reference carries out everything on a table and on the specification, and compares. It is for one goroutine.
type Reference struct {
	sut  table.Table
	spec *spectable.Table
}

// NewReference returns the reference for an empty table.
func NewReference(sut table.Table) *Reference {
	return &Reference{sut: sut, spec: spectable.New(spectable.Options{ETagPrefix: "spec-"})}
}

// Spec returns the specification's table.
func (r *Reference) Spec() *spectable.Table { return r.spec }

// Execute carries a batch out on both. The error is about a difference; err is what the table said.
func (r *Reference) Execute(b table.Batch) (results []table.Result, err, difference error) {
	ctx := context.Background()
	results, err = r.sut.Execute(ctx, b)
	if err == nil {
		if mirror := r.spec.Mirror(b, results); mirror != nil {
			return results, nil, fmt.Errorf("%v returned %v: %w", b, results, mirror)
		}
		return results, nil, nil
	}
	_, want := r.spec.Execute(ctx, b)
	if !SameError(err, want) {
		difference = fmt.Errorf("%v: error %v, want %v", b, err, want)
	}
	return nil, err, difference
}

// SameError reports whether two errors of batches are of the same kind and about the same operation.
func SameError(a, b error) bool {
	var x, y *table.Error
	if errors.As(a, &x) && errors.As(b, &y) {
		return x.Kind == y.Kind && x.Op == y.Op
	}
	return a == nil && b == nil
}

// Query compares an atomic query.
func (r *Reference) Query(q table.AtomicQuery) error {
	ctx := context.Background()
	got, err := r.sut.QueryAtomic(ctx, q)
	if err != nil {
		return fmt.Errorf("query of %q, %v: %w", q.Partition, q.Filter, err)
	}
	want, err := r.spec.QueryAtomic(ctx, q)
	if err != nil {
		return err
	}
	return SameRows(got, want)
}

// Stream compares a streamed query while nothing changes.
func (r *Reference) Stream(q table.Query) error {
	ctx := context.Background()
	got, err := table.ReadAll(ctx, r.sut, q)
	if err != nil {
		return fmt.Errorf("stream from %v, %v: %w", q.From, q.Filter, err)
	}
	want, err := table.ReadAll(ctx, r.spec, q)
	if err != nil {
		return err
	}
	return SameRows(got, want)
}

// SameRows returns an error if two lists of rows differ.
func SameRows(got, want []table.Entity) error {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return fmt.Errorf("row %v is missing; got %v", want[i], got)
		case i >= len(want):
			return fmt.Errorf("row %v is too much; want %v", got[i], want)
		case !got[i].Equal(want[i]):
			return fmt.Errorf("row %d is %v, want %v%s", i, got[i], want[i], differences(got[i].Properties, want[i].Properties))
		}
	}
	return nil
}

// differences lists the properties that differ, if there are so many that one would not see it.
func differences(got, want table.Properties) string {
	if len(got)+len(want) < 12 {
		return ""
	}
	var b strings.Builder
	for _, p := range []table.Properties{got, want} {
		for name := range p {
			if got[name] != want[name] {
				fmt.Fprintf(&b, "\n%s: %.80v, want %.80v", name, got[name], want[name])
			}
		}
	}
	return b.String()
}

// StreamCheck reads a stream of the table and demands that each row is one that the specification allows.
type StreamCheck struct {
	ref    *Reference
	since  int
	query  table.Query // From is above what has been returned
	stream table.Stream
}

// OpenStream opens a stream.
func (r *Reference) OpenStream(q table.Query) (*StreamCheck, error) {
	since := r.spec.Revision()
	stream, err := r.sut.QueryStream(context.Background(), q)
	if err != nil {
		return nil, err
	}
	return &StreamCheck{r, since, q, stream}, nil
}

// Next reads a row and reports whether there was one.
func (s *StreamCheck) Next() (table.Entity, bool, error) {
	key, hasKey := s.stream.Continuation()
	if hasKey && key.Compare(s.query.From) < 0 {
		return table.Entity{}, false, fmt.Errorf("continuation %v is before %v", key, s.query.From)
	}
	e, ok, err := s.stream.Next(context.Background())
	if err != nil {
		return table.Entity{}, false, err
	}
	valid, err := s.ref.spec.ValidReads(s.since, s.query)
	if err != nil {
		return table.Entity{}, false, err
	}
	if !valid.Allows(e, ok) {
		return e, ok, fmt.Errorf("from %v on, the stream returned %v (%v), want %v", s.query.From, e, ok, valid)
	}
	if ok && (!hasKey || key.Compare(e.Key) > 0) {
		return e, ok, fmt.Errorf("continuation was %v (%v), then came %v", key, hasKey, e)
	}
	if ok {
		s.query.From = e.Key.Next()
	}
	return e, ok, nil
}

// Close closes the stream.
func (s *StreamCheck) Close() error { return s.stream.Close() }
