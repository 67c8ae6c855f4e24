package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// modelRow is a row of the model, there or not. Its ETag may change at any time, to one that was never seen: that is the
// liberty of a migrating table. So the model knows which ETags it cannot have any more.
type modelRow struct {
	there      bool
	etag       table.ETag // "" is not known
	properties table.Properties
	past       string // ETags that it had, each behind a space
}

func (r modelRow) String() string {
	return fmt.Sprintf("%v %q %v past%s", r.there, r.etag, r.properties, r.past)
}

func (r modelRow) had(etag table.ETag) bool {
	return strings.Contains(r.past+" ", " "+string(etag)+" ")
}

// may reports whether the row may have an ETag now.
func (r modelRow) may(etag table.ETag) bool {
	return r.there && etag != bogus && (r.etag == etag || !r.had(etag))
}

// with returns the row with an ETag that may be another one.
func (r modelRow) with(etag table.ETag) modelRow {
	if r.etag != "" && r.etag != etag {
		r.past += " " + string(r.etag)
	}
	r.etag = etag
	return r
}

// modelState is a partition: rows by key. It is never modified.
type modelState map[string]modelRow

func (s modelState) String() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&b, "%s: %v; ", k, s[k])
	}
	return b.String()
}

func (s modelState) put(key string, r modelRow) modelState {
	next := maps.Clone(s)
	next[key] = r
	return next
}

// model is a table as a sequential specification, for porcupine. It has nothing to do with package spectable, and is told
// nothing of linearization points.
func model(initial []table.Entity) porcupine.Model {
	m := porcupine.NondeterministicModel{
		Init: func() []any {
			s := modelState{}
			for _, e := range initial {
				s[e.Partition+"/"+e.Row] = modelRow{there: true, etag: e.ETag, properties: e.Properties}
			}
			return []any{s}
		},
		Step: func(state, input, output any) []any {
			in := input.(historyInput)
			if output == any(linear.Pending{}) {
				return pendingStep(state.(modelState), in)
			}
			return finishedStep(state.(modelState), in, output.(historyOutput))
		},
		Equal:             func(a, b any) bool { return a.(modelState).String() == b.(modelState).String() },
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v -> %v", input, output) },
		DescribeState:     func(state any) string { return fmt.Sprint(state) },
		Partition:         byPartition,
	}
	return m.ToModel()
}

// byPartition divides a history: no call is about two partitions.
func byPartition(ops []porcupine.Operation) [][]porcupine.Operation {
	parts := make([][]porcupine.Operation, len(partitions))
	for _, o := range ops {
		i := slices.Index(partitions, o.Input.(historyInput).Partition)
		parts[i] = append(parts[i], o)
	}
	return parts
}

// finishedStep returns the states after a call with an output, none if it cannot have it.
func finishedStep(s modelState, in historyInput, out historyOutput) []any {
	if in.Batch == nil {
		return queryStep(s, in, out.Rows)
	}
	before := in.Batch
	if out.Failed != 0 {
		before = in.Batch[:out.Op]
	} else if len(out.Results) != len(in.Batch) {
		return nil
	}
	next := s
	for i, op := range before {
		var result *table.Result
		if out.Failed == 0 {
			result = &out.Results[i]
		}
		var ok bool
		if next, ok = succeed(next, op, result); !ok {
			return nil
		}
	}
	if out.Failed == 0 {
		return []any{next}
	}
	return fail(s, in.Batch[out.Op], out.Failed)
}

// pendingStep returns the states after a batch whose outcome is not known. Queries change nothing.
func pendingStep(s modelState, in historyInput) []any {
	next, ok := s, true
	for _, op := range in.Batch {
		if next, ok = succeed(next, op, nil); !ok {
			return []any{s}
		}
	}
	return []any{s, next}
}

// queryStep compares rows, and learns their ETags.
func queryStep(s modelState, in historyInput, rows []table.Entity) []any {
	next := s
	for _, e := range rows {
		k := e.Partition + "/" + e.Row
		r := s[k]
		if !r.may(e.ETag) || !r.properties.Equal(e.Properties) || !in.Filter.Matches(e) {
			return nil
		}
		next = next.put(k, r.with(e.ETag))
	}
	n := 0
	for k, r := range s {
		partition, row, _ := strings.Cut(k, "/")
		e := table.Entity{Key: table.Key{Partition: partition, Row: row}, Properties: r.properties}
		if r.there && partition == in.Partition && in.Filter.Matches(e) {
			n++
		}
	}
	if n != len(rows) {
		return nil
	}
	return []any{next}
}

// succeed returns the state after an operation that succeeds, and false if it cannot. The result may be nil: not known.
func succeed(s modelState, op table.Op, result *table.Result) (modelState, bool) {
	k := op.Key.Partition + "/" + op.Key.Row
	r := s[k]
	if op.Kind == table.OpInsert && r.there || op.Kind.Conditional() && !r.there {
		return s, false
	}
	if want, one := op.IfMatch.ETag(); one {
		if !r.may(want) {
			return s, false
		}
		r = r.with(want)
	}
	var etag table.ETag
	if result != nil {
		etag = result.ETag
		if result.Status != op.Status() || (etag == "") != op.Kind.Deletes() || etag != "" && (etag == r.etag || r.had(etag)) {
			return s, false
		}
	}
	old := r.properties
	if !r.there {
		old = nil
	}
	r = r.with(etag)
	r.there = !op.Kind.Deletes()
	r.properties = op.Properties.Clone()
	if op.Kind == table.OpMerge || op.Kind == table.OpInsertOrMerge {
		r.properties = old.Clone()
		maps.Copy(r.properties, op.Properties)
	}
	return s.put(k, r), true
}

// fail returns the state after an operation that fails with a status, none if it cannot.
func fail(s modelState, op table.Op, status table.Status) []any {
	k := op.Key.Partition + "/" + op.Key.Row
	r := s[k]
	want, one := op.IfMatch.ETag()
	switch {
	case status == table.StatusConflict && op.Kind == table.OpInsert && r.there,
		status == table.StatusNotFound && op.Kind.Conditional() && !r.there:
		return []any{s}
	case status == table.StatusPreconditionFailed && one && r.there:
		if r.etag == want {
			r = r.with("") // it has changed
			return []any{s.put(k, r)}
		}
		return []any{s}
	}
	return nil
}
