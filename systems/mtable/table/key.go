package table

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Key identifies a row. Both parts may be empty, so the zero Key is legal, and it is the first one.
type Key struct {
	Partition, Row string
}

// maxKeyUnits is the longest part of a key, in UTF-16 code units.
const maxKeyUnits = 512

// Compare orders keys by partition, then by row.
func (k Key) Compare(other Key) int {
	return cmp.Or(Compare(k.Partition, other.Partition), Compare(k.Row, other.Row))
}

// Next returns the smallest key after k: no legal character comes before the space. It is meant as a bound, and is one
// character too long to be a row's key if k's row is as long as it may be.
func (k Key) Next() Key { return Key{k.Partition, k.Row + " "} }

// String returns partition and row, quoted.
func (k Key) String() string { return fmt.Sprintf("(%q, %q)", k.Partition, k.Row) }

// Validate returns an error if a part of k is not legal: UTF-8 of at most 512 UTF-16 code units, without control
// characters and without any of / \ # ?. Such keys are legal in every table.
func (k Key) Validate() error {
	if err := validKeyPart(k.Partition); err != nil {
		return fmt.Errorf("partition key %q: %w", k.Partition, err)
	}
	if err := validKeyPart(k.Row); err != nil {
		return fmt.Errorf("row key %q: %w", k.Row, err)
	}
	return nil
}

func validKeyPart(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("not UTF-8")
	}
	for _, r := range s {
		if r < 0x20 || 0x7f <= r && r < 0xa0 || strings.ContainsRune(`/\#?`, r) {
			return fmt.Errorf("character %q is not allowed in keys", r)
		}
	}
	if n := units(s); n > maxKeyUnits {
		return fmt.Errorf("%d UTF-16 code units, at most %d are allowed", n, maxKeyUnits)
	}
	return nil
}

// units returns the length of s in UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// Compare orders strings of UTF-8 as Azure Tables does, by UTF-16 code units. That is the order of their bytes, except
// that the characters beyond U+FFFF come before those from U+E000 to U+FFFF.
func Compare(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return cmp.Compare(SortByte(a[i]), SortByte(b[i]))
		}
	}
	return cmp.Compare(len(a), len(b))
}

// SortByte maps the bytes of UTF-8 so that strings of mapped bytes compare, byte by byte, as [Compare] does: the first
// bytes of the characters from U+E000 to U+FFFF (EE and EF) go behind those of the characters beyond (F0 to F4).
func SortByte(b byte) byte {
	if b == 0xee || b == 0xef {
		return b + 10
	}
	return b
}
