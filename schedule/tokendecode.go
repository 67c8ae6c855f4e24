package schedule

import (
	"encoding/binary"
	"fmt"
	"math"
)

// decodeToken reads what String wrote between the length and the checksum.
func decodeToken(body []byte) (*Token, error) {
	d := decoder{rest: body}
	t := &Token{}
	if b := d.bytes(8); b != nil {
		t.TestHash = binary.BigEndian.Uint64(b)
	}
	d.settings(&t.Settings)
	n := d.int()
	if n > MaxChoices {
		d.fail("it claims to hold %d choices, at most %d are saved", n, MaxChoices)
	}
	for n > 0 && d.err == nil {
		r := d.run(n)
		n -= r.zeros
		if r.dev.N > 0 {
			n--
		}
		t.runs = append(t.runs, r)
	}
	if d.err == nil && len(d.rest) > 0 {
		d.fail("%d bytes follow its last choice", len(d.rest))
	}
	if d.err == nil {
		if err := t.Settings.validate(); err != nil {
			d.fail("%v", err)
		}
	}
	if d.err != nil {
		return nil, d.err
	}
	return t, nil
}

// decoder reads bytes until the first problem, then zeros.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = &TokenError{ErrCorrupt, fmt.Sprintf(format, args...), adviceCopy}
	}
	d.rest = nil
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.rest) {
		d.fail("a field is longer than the token")
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) byte() byte {
	if b := d.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// int reads a varint in its shortest form.
func (d *decoder) int() int {
	v, w := binary.Uvarint(d.rest)
	if w <= 0 || v > math.MaxInt || w > 1 && d.rest[w-1] == 0 {
		d.fail("a number is not readable")
		return 0
	}
	d.rest = d.rest[w:]
	return int(v)
}

// sum adds numbers that are not negative.
func (d *decoder) sum(a, b int) int {
	if a > math.MaxInt-b {
		d.fail("a number is out of range")
		return 0
	}
	return a + b
}

func (d *decoder) settings(s *Settings) {
	s.MaxSteps, s.Threshold = d.int(), d.int()
	modes := d.byte()
	s.Clock, s.Lasso = Clock(modes&^lassoBit), modes&lassoBit != 0
	for n := d.int(); n > 0 && d.err == nil; n-- {
		name := d.bytes(d.int())
		s.Budgets = append(s.Budgets, Budget{string(name), d.int()})
	}
}

// run reads a run of at most left choices.
func (d *decoder) run(left int) run {
	r := run{zeros: d.int()}
	if r.zeros > left {
		d.fail("a run of %d zeros is longer than the schedule", r.zeros)
	}
	if r.zeros > 0 {
		r.check = d.byte()
	}
	if d.err != nil || r.zeros == left {
		return r
	}
	kv := d.int()
	c := Choice{Kind: Kind(kv % len(kindNames)), N: 2}
	v := kv / len(kindNames)
	switch {
	case v == bigValue:
		v = d.sum(v, d.int())
	case v > bigValue:
		d.fail("a value is not in its shortest form")
	}
	c.Value = d.sum(v, 1)
	if c.Kind != Bool {
		c.N = d.sum(d.sum(c.Value, 1), d.int())
	}
	if d.err != nil {
		return r
	}
	if err := c.validate(); err != nil {
		d.fail("%v", err)
		return r
	}
	r.dev = c
	return r
}
