package table

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// SyntaxError says where and why a text is not a filter. [ParseFilter] returns it as the cause of an
// [ErrInvalidArgument].
type SyntaxError struct {
	Text   string
	Offset int // in bytes
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("filter %q at offset %d: %s", e.Text, e.Offset, e.Reason)
}

// ParseFilter reads the text of a filter; its grammar is at [Filter]. Words are separated by spaces; a comparison may not
// be in parentheses of its own.
func ParseFilter(text string) (Filter, error) {
	p := parser{text: text}
	if p.space(); p.at == len(text) {
		return Filter{}, nil
	}
	n := p.expression(1)
	p.space()
	if p.err == nil && p.at < len(text) {
		p.fail("expected the end: put the parts of and, and of or, into parentheses")
	}
	f := Filter{n}
	if p.err == nil {
		if err := f.Validate(); err != nil {
			return Filter{}, err
		}
		return f, nil
	}
	return Filter{}, Invalid(NoOp, "%w", p.err)
}

// ParseAtomic reads the text of a filter that is for one partition, beyond doubt: PartitionKey eq 'x', or
// (PartitionKey eq 'x') and (...). The partition must be the left one of the two.
func ParseAtomic(text string) (AtomicQuery, error) { return parseAtomic(text, 0) }

func parseAtomic(text string, bugs bug.Set) (AtomicQuery, error) {
	f, err := ParseFilter(text)
	if err != nil {
		return AtomicQuery{}, err
	}
	if partition, ok := f.n.partition(); ok {
		return AtomicQuery{Partition: partition}, nil
	}
	if n := f.n; n != nil && n.left != nil && (!n.or || bugs.Has(bug.DefectE)) {
		if partition, ok := n.left.partition(); ok {
			return AtomicQuery{partition, Filter{n.right}}, nil
		}
	}
	return AtomicQuery{}, Invalid(NoOp, "filter %q is not for one partition: begin with (PartitionKey eq 'x') and", text)
}

// partition returns x if n is PartitionKey eq 'x'.
func (n *node) partition() (string, bool) {
	if n == nil || n.left != nil || n.name != PartitionKey || n.op != EQ {
		return "", false
	}
	return n.value.Text()
}

// parser reads a text from left to right. It keeps the first error.
type parser struct {
	text string
	at   int
	err  *SyntaxError
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &SyntaxError{p.text, p.at, fmt.Sprintf(format, args...)}
	}
}

func (p *parser) space() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

// expression returns nil after an error.
func (p *parser) expression(depth int) *node {
	p.space()
	if depth > maxDepth {
		p.fail("nested more than %d deep", maxDepth)
	}
	if p.err != nil {
		return nil
	}
	if !strings.HasPrefix(p.text[p.at:], "(") {
		return p.comparison()
	}
	left := p.parenthesized(depth)
	p.space()
	start := p.at
	conjunction := p.word()
	if conjunction != "and" && conjunction != "or" {
		p.at = start
		p.fail("expected and or or")
	}
	p.space()
	right := p.parenthesized(depth)
	if p.err != nil {
		return nil
	}
	return &node{left: left, right: right, or: conjunction == "or"}
}

func (p *parser) parenthesized(depth int) *node {
	p.take('(')
	n := p.expression(depth + 1)
	p.space()
	p.take(')')
	return n
}

func (p *parser) take(c byte) {
	if p.err != nil {
		return
	}
	if p.at == len(p.text) || p.text[p.at] != c {
		p.fail("expected %q", c)
		return
	}
	p.at++
}

// word returns the letters, digits and underscores that come next.
func (p *parser) word() string {
	start := p.at
	for p.at < len(p.text) && nameByte(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *parser) comparison() *node {
	start := p.at
	name := p.word()
	if !identifier(name) {
		p.at = start
		p.fail("expected the name of a property or a parenthesis")
		return nil
	}
	p.space()
	start = p.at
	var op Comparison
	word := p.word()
	for c := EQ; c <= GE; c++ {
		if word == c.String() {
			op = c
		}
	}
	if op == 0 {
		p.at = start
		p.fail("expected eq, ne, lt, le, gt or ge")
		return nil
	}
	if p.at == len(p.text) || p.text[p.at] != ' ' {
		p.fail("expected a space and a literal")
		return nil
	}
	p.space()
	return &node{name: name, op: op, value: p.literal()}
}

func (p *parser) literal() Value {
	start := p.at
	if !strings.HasPrefix(p.text[p.at:], "'") {
		switch p.word() {
		case "true":
			return Bool(true)
		case "false":
			return Bool(false)
		}
		p.at = start
		p.fail("expected a string in single quotes, true or false")
		return Value{}
	}
	var b strings.Builder
	for {
		p.at++ // past a quote
		end := strings.IndexByte(p.text[p.at:], '\'')
		if end < 0 {
			p.at = start
			p.fail("the string has no end")
			return Value{}
		}
		b.WriteString(p.text[p.at : p.at+end])
		p.at += end + 1
		if !strings.HasPrefix(p.text[p.at:], "'") {
			break
		}
		b.WriteByte('\'')
	}
	if s := b.String(); utf8.ValidString(s) {
		return Text(s)
	}
	p.at = start
	p.fail("the string is not UTF-8")
	return Value{}
}
