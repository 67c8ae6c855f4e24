package table

import (
	"fmt"
)

// OpKind says what an operation does.
type OpKind uint8

// The kinds of operations; the package comment has a table of them.
const (
	OpInsert OpKind = iota + 1
	OpReplace
	OpMerge
	OpDelete
	OpDeleteIfExists
	OpInsertOrReplace
	OpInsertOrMerge
)

var opNames = [...]string{"none", "Insert", "Replace", "Merge", "Delete", "DeleteIfExists", "InsertOrReplace",
	"InsertOrMerge"}

func (k OpKind) String() string {
	if int(k) < len(opNames) {
		return opNames[k]
	}
	return fmt.Sprintf("OpKind(%d)", uint8(k))
}

// Conditional reports whether operations of the kind need an [IfMatch].
func (k OpKind) Conditional() bool { return k == OpReplace || k == OpMerge || k == OpDelete }

// Deletes reports whether operations of the kind remove a row.
func (k OpKind) Deletes() bool { return k == OpDelete || k == OpDeleteIfExists }

// IfMatch says which version of a row a conditional operation is for. The zero IfMatch is none: operations that need one
// are refused with it.
type IfMatch struct {
	etag ETag
	any  bool
}

// AnyETag is for whatever version is there.
func AnyETag() IfMatch { return IfMatch{any: true} }

// Exactly is for one version only. An empty ETag gives the zero IfMatch.
func Exactly(etag ETag) IfMatch { return IfMatch{etag: etag} }

// Any reports whether m is for any version.
func (m IfMatch) Any() bool { return m.any }

// ETag returns the ETag that m is for, and whether it is for one only.
func (m IfMatch) ETag() (ETag, bool) { return m.etag, m.etag != "" }

// IsZero reports whether m is no condition at all.
func (m IfMatch) IsZero() bool { return m == IfMatch{} }

// Allows reports whether a row with an ETag meets the condition.
func (m IfMatch) Allows(etag ETag) bool { return m.any || m.etag != "" && m.etag == etag }

func (m IfMatch) String() string {
	switch {
	case m.any:
		return "*"
	case m.etag == "":
		return "none"
	}
	return string(m.etag)
}

// Op is one operation of a batch. The functions below make them.
type Op struct {
	Kind       OpKind
	Key        Key
	Properties Properties // of what is inserted, replaced or merged
	IfMatch    IfMatch    // of Replace, Merge and Delete; otherwise zero
}

// Insert creates a row.
func Insert(k Key, p Properties) Op { return Op{Kind: OpInsert, Key: k, Properties: p} }

// Replace gives a row other properties.
func Replace(k Key, p Properties, m IfMatch) Op {
	return Op{Kind: OpReplace, Key: k, Properties: p, IfMatch: m}
}

// Merge sets properties of a row and leaves the others as they are.
func Merge(k Key, p Properties, m IfMatch) Op {
	return Op{Kind: OpMerge, Key: k, Properties: p, IfMatch: m}
}

// Delete removes a row.
func Delete(k Key, m IfMatch) Op { return Op{Kind: OpDelete, Key: k, IfMatch: m} }

// DeleteIfExists removes a row if it is there, and succeeds in any case. Not every table can do that in a batch with
// other operations; see [Capabilities].
func DeleteIfExists(k Key) Op { return Op{Kind: OpDeleteIfExists, Key: k} }

// InsertOrReplace creates a row, or gives it other properties.
func InsertOrReplace(k Key, p Properties) Op {
	return Op{Kind: OpInsertOrReplace, Key: k, Properties: p}
}

// InsertOrMerge creates a row, or sets properties of it.
func InsertOrMerge(k Key, p Properties) Op { return Op{Kind: OpInsertOrMerge, Key: k, Properties: p} }

// Status returns the status with which op succeeds.
func (op Op) Status() Status {
	if op.Kind == OpInsert {
		return StatusCreated
	}
	return StatusNoContent
}

// Validate returns an error if no table takes op.
func (op Op) Validate() error {
	if op.Kind == 0 || int(op.Kind) >= len(opNames) {
		return fmt.Errorf("%v is not an operation: make operations with functions such as Insert", op.Kind)
	}
	if err := op.Key.Validate(); err != nil {
		return err
	}
	if op.Kind.Conditional() && op.IfMatch.IsZero() {
		return fmt.Errorf("%v of %v says not for which version: pass AnyETag() or Exactly(etag)", op.Kind, op.Key)
	}
	if !op.Kind.Conditional() && !op.IfMatch.IsZero() {
		return fmt.Errorf("%v of %v has an IfMatch, but is never conditional", op.Kind, op.Key)
	}
	if op.Kind.Deletes() {
		if len(op.Properties) > 0 {
			return fmt.Errorf("%v of %v has properties", op.Kind, op.Key)
		}
		return nil
	}
	if err := op.Properties.Validate(); err != nil {
		return fmt.Errorf("%v of %v: %w", op.Kind, op.Key, err)
	}
	return nil
}

// String returns the operation without its properties.
func (op Op) String() string {
	if op.Kind.Conditional() {
		return fmt.Sprintf("%v%v if %v", op.Kind, op.Key, op.IfMatch)
	}
	return fmt.Sprintf("%v%v", op.Kind, op.Key)
}

// Batch is a list of operations on different rows of one partition.
type Batch []Op

// MaxBatch is the largest number of operations in a batch.
const MaxBatch = 100

// MaxBatchBytes is how many bytes the properties of a batch may have together, counted as those of a row are. It is the limit
// of Azure Tables on a request, for all tables, so that what one takes the other takes. A service may refuse a batch a little
// below it, for what is in the request besides, also as an ErrInvalidArgument.
const MaxBatchBytes = 4 << 20

// Validate returns an [ErrInvalidArgument] if no table takes b, or if it has more than limit operations.
func (b Batch) Validate(limit int) error {
	if len(b) == 0 {
		return Invalid(NoOp, "the batch is empty")
	}
	if len(b) > limit {
		return Invalid(NoOp, "the batch has %d operations, at most %d are allowed: split it", len(b), limit)
	}
	seen, weight := make(map[string]int, len(b)), 0
	for i, op := range b {
		if err := op.Validate(); err != nil {
			return Invalid(i, "%w", err)
		}
		if op.Key.Partition != b[0].Key.Partition {
			return Invalid(i, "partition %q in a batch on partition %q: make a batch of each", op.Key.Partition,
				b[0].Key.Partition)
		}
		if first, ok := seen[op.Key.Row]; ok {
			return Invalid(i, "row %v is already in operation %d of the batch", op.Key, first)
		}
		seen[op.Key.Row] = i
		weight += op.Properties.weight()
	}
	if weight > MaxBatchBytes {
		return Invalid(NoOp, "the properties of the batch have %d bytes, at most %d are allowed: split it", weight, MaxBatchBytes)
	}
	return nil
}

// Result is what an operation did.
type Result struct {
	Status Status
	ETag   ETag // of the new version; none if the operation deletes
}
