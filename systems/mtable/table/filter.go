package table

import (
	"cmp"
	"fmt"
	"strings"
)

// Comparison is an operator of filters.
type Comparison uint8

// The operators.
const (
	EQ Comparison = iota + 1
	NE
	LT
	LE
	GT
	GE
)

var comparisonNames = [...]string{"none", "eq", "ne", "lt", "le", "gt", "ge"}

func (c Comparison) String() string {
	if int(c) < len(comparisonNames) {
		return comparisonNames[c]
	}
	return fmt.Sprintf("Comparison(%d)", uint8(c))
}

// Filter is a condition on rows. Filters are immutable. The zero Filter is met by every row.
//
// A comparison has a property on its left and a string or a boolean on its right. It is false for a row that does not have
// the property, NE too. If the types differ only NE is true. Strings are ordered as by [Compare], and false is before true.
// The names [PartitionKey] and [RowKey] stand for the parts of the key.
//
// The text of a filter, which [ParseFilter] reads and [Filter.String] writes, follows the query language of the table
// protocol:
//
//	filter     = "" | expression
//	expression = name operator literal
//	           | "(" expression ")" "and" "(" expression ")"
//	           | "(" expression ")" "or" "(" expression ")"
//	operator   = "eq" | "ne" | "lt" | "le" | "gt" | "ge"
//	literal    = "'" text, each quote of it doubled "'" | "true" | "false"
type Filter struct {
	n *node
}

// node is an expression: a comparison if left is nil.
type node struct {
	name  string
	op    Comparison
	value Value

	left, right *node
	or          bool
}

// Compared is met by rows with a property that compares so with v. Compared("size", EQ, Text("XL")).
func Compared(name string, op Comparison, v Value) Filter {
	return Filter{&node{name: name, op: op, value: v}}
}

// And is met by rows that meet all of the filters.
func And(filters ...Filter) Filter {
	var all Filter
	for _, f := range filters {
		switch {
		case all.n == nil:
			all = f
		case f.n != nil:
			all = Filter{&node{left: all.n, right: f.n}}
		}
	}
	return all
}

// Or is met by rows that meet any of the filters, of which there is at least one.
func Or(first Filter, more ...Filter) Filter {
	anyOf := first
	for _, f := range more {
		if anyOf.n == nil || f.n == nil {
			return Filter{}
		}
		anyOf = Filter{&node{left: anyOf.n, right: f.n, or: true}}
	}
	return anyOf
}

// Everything reports whether f is the zero Filter.
func (f Filter) Everything() bool { return f.n == nil }

// Matches reports whether a row meets f.
func (f Filter) Matches(e Entity) bool { return f.n == nil || f.n.matches(e) }

func (n *node) matches(e Entity) bool {
	switch {
	case n.left == nil:
		return n.compare(e)
	case n.or:
		return n.left.matches(e) || n.right.matches(e)
	}
	return n.left.matches(e) && n.right.matches(e)
}

func (n *node) compare(e Entity) bool {
	v, ok := e.Properties[n.name]
	switch n.name {
	case PartitionKey:
		v, ok = Text(e.Partition), true
	case RowKey:
		v, ok = Text(e.Row), true
	}
	if !ok {
		return false
	}
	if v.kind != n.value.kind {
		return n.op == NE
	}
	c := cmp.Compare(v.n, n.value.n)
	if v.kind == KindString {
		c = Compare(v.s, n.value.s)
	}
	switch n.op {
	case EQ:
		return c == 0
	case NE:
		return c != 0
	case LT:
		return c < 0
	case LE:
		return c <= 0
	case GT:
		return c > 0
	case GE:
		return c >= 0
	}
	return false
}

// Keys returns the condition that f puts on keys: it is met by every row that meets f, and looks at keys only.
func (f Filter) Keys() Filter {
	return f.Weaken(func(name string, _ Comparison, _ Value) bool { return name == PartitionKey || name == RowKey })
}

// Weaken returns f without the comparisons that keep refuses: it is met by every row that meets f, and perhaps by more.
func (f Filter) Weaken(keep func(name string, op Comparison, v Value) bool) Filter {
	return Filter{f.n.weaken(keep)}
}

func (n *node) weaken(keep func(string, Comparison, Value) bool) *node {
	switch {
	case n == nil:
		return nil
	case n.left == nil:
		if keep(n.name, n.op, n.value) {
			return n
		}
		return nil
	case n.or:
		return Or(Filter{n.left.weaken(keep)}, Filter{n.right.weaken(keep)}).n
	}
	return And(Filter{n.left.weaken(keep)}, Filter{n.right.weaken(keep)}).n
}

// Bounds returns strings between which the row keys of all rows that meet f lie, both included. There is no upper bound if
// bounded is false.
func (f Filter) Bounds() (low, high string, bounded bool) { return f.n.bounds() }

func (n *node) bounds() (low, high string, bounded bool) {
	if n == nil {
		return "", "", false
	}
	if n.left == nil {
		if n.name != RowKey || n.value.kind != KindString {
			return "", "", false
		}
		switch n.op {
		case EQ:
			return n.value.s, n.value.s, true
		case GT, GE:
			return n.value.s, "", false
		case LT, LE:
			return "", n.value.s, true
		}
		return "", "", false
	}
	low, high, bounded = n.left.bounds()
	low2, high2, bounded2 := n.right.bounds()
	if n.or {
		if Compare(low2, low) < 0 {
			low = low2
		}
		if Compare(high2, high) > 0 {
			high = high2
		}
		return low, high, bounded && bounded2
	}
	if Compare(low2, low) > 0 {
		low = low2
	}
	if bounded2 && (!bounded || Compare(high2, high) < 0) {
		high = high2
	}
	return low, high, bounded || bounded2
}

// Names calls yield with the name of each comparison, from left to right, until it returns false.
func (f Filter) Names(yield func(string) bool) {
	if f.n != nil {
		f.n.names(yield)
	}
}

func (n *node) names(yield func(string) bool) bool {
	if n.left == nil {
		return yield(n.name)
	}
	return n.left.names(yield) && n.right.names(yield)
}

// Validate returns an [ErrInvalidArgument] if f has no text: names must be identifiers, values strings or booleans.
func (f Filter) Validate() error {
	if f.n == nil {
		return nil
	}
	return f.n.validate(1)
}

// maxDepth is how deep expressions may be nested.
const maxDepth = 200

func (n *node) validate(depth int) error {
	if depth > maxDepth {
		return Invalid(NoOp, "the filter is nested more than %d deep", maxDepth)
	}
	if n.left != nil {
		if err := n.left.validate(depth + 1); err != nil {
			return err
		}
		return n.right.validate(depth + 1)
	}
	if !identifier(n.name) {
		return Invalid(NoOp, "the filter compares %q, which is not the name of a property", n.name)
	}
	if n.name == timestamp {
		return Invalid(NoOp, "filters cannot compare Timestamp")
	}
	if n.op == 0 || int(n.op) >= len(comparisonNames) {
		return Invalid(NoOp, "the filter has %v for an operator", n.op)
	}
	if k := n.value.kind; k != KindString && k != KindBool {
		return Invalid(NoOp, "the filter compares %s with %v: only strings and booleans can be compared", n.name, n.value)
	}
	if err := n.value.Validate(); err != nil {
		return Invalid(NoOp, "the filter compares %s with a bad value: %w", n.name, err)
	}
	return nil
}

// String returns the text of the filter.
func (f Filter) String() string {
	var b strings.Builder
	if f.n != nil {
		f.n.write(&b)
	}
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	if n.left != nil {
		b.WriteByte('(')
		n.left.write(b)
		if n.or {
			b.WriteString(") or (")
		} else {
			b.WriteString(") and (")
		}
		n.right.write(b)
		b.WriteByte(')')
		return
	}
	b.WriteString(n.name)
	b.WriteByte(' ')
	b.WriteString(n.op.String())
	b.WriteByte(' ')
	if s, ok := n.value.Text(); ok {
		b.WriteByte('\'')
		b.WriteString(strings.ReplaceAll(s, "'", "''"))
		b.WriteByte('\'')
		return
	}
	if v, _ := n.value.Bool(); v {
		b.WriteString("true")
	} else {
		b.WriteString("false")
	}
}
