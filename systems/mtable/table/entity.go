package table

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// ETag stands for one version of a row. Tables choose it, and never choose the same twice for a row. To callers it is
// opaque. The empty ETag means none.
type ETag string

// Properties are what a row holds besides its key.
type Properties map[string]Value

// Clone returns a copy, which is never nil.
func (p Properties) Clone() Properties {
	c := make(Properties, len(p))
	maps.Copy(c, p)
	return c
}

// Equal reports whether p and other have the same names with the same values.
func (p Properties) Equal(other Properties) bool { return maps.Equal(p, other) }

// String lists the properties in the order of their names.
func (p Properties) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(p)) {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s: %v", name, p[name])
	}
	b.WriteByte('}')
	return b.String()
}

// What a row may hold at most.
const (
	maxProperties   = 252
	maxNameUnits    = 255
	maxEntityWeight = 1 << 20 // bytes
)

// Names that filters use for what every row has.
const (
	PartitionKey = "PartitionKey"
	RowKey       = "RowKey"
	timestamp    = "Timestamp"
)

// Validate returns an error if p is nothing that every table can store: at most 252 properties, whose names are
// identifiers of at most 255 characters and not reserved, with legal values, together at most 1 MiB.
func (p Properties) Validate() error {
	if len(p) > maxProperties {
		return fmt.Errorf("%d properties, at most %d are allowed", len(p), maxProperties)
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if err := validName(name); err != nil {
			return fmt.Errorf("property %q: %w", name, err)
		}
		v := p[name]
		if err := v.Validate(); err != nil {
			return fmt.Errorf("property %q: %w", name, err)
		}
	}
	if weight := p.weight(); weight > maxEntityWeight {
		return fmt.Errorf("the properties have %d bytes, at most %d are allowed", weight, maxEntityWeight)
	}
	return nil
}

// weight is the number of bytes as Azure counts: 8, the name and a string in UTF-16, anything else as it is.
func (p Properties) weight() int {
	weight := 0
	for name, v := range p {
		weight += 8 + 2*len(name)
		switch v.kind {
		case KindString:
			weight += 4 + 2*units(v.s)
		case KindBinary, KindGUID:
			weight += 4 + len(v.s)
		default:
			weight += 8
		}
	}
	return weight
}

// validName returns an error if no property may have the name.
func validName(name string) error {
	switch {
	case name == PartitionKey || name == RowKey || name == timestamp:
		return errors.New("the name is reserved")
	case !identifier(name):
		return errors.New("a name has letters, digits and underscores, and does not begin with a digit")
	case len(name) > maxNameUnits:
		return fmt.Errorf("the name has %d characters, at most %d are allowed", len(name), maxNameUnits)
	}
	return nil
}

func identifier(s string) bool {
	for i := range len(s) {
		if !nameByte(s[i]) || i == 0 && '0' <= s[i] && s[i] <= '9' {
			return false
		}
	}
	return s != ""
}

func nameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// Entity is a row: in the result of a query with its ETag, in an operation without (it is ignored there).
type Entity struct {
	Key
	ETag       ETag
	Timestamp  time.Time // when the row was modified, by the table's clock; zero if the table has none
	Properties Properties
}

// Clone returns a copy that shares no memory with e.
func (e Entity) Clone() Entity {
	e.Properties = e.Properties.Clone()
	return e
}

// Equal reports whether e and other are the same version of a row: key, ETag and properties. Timestamps do not count.
func (e Entity) Equal(other Entity) bool {
	return e.Key == other.Key && e.ETag == other.ETag && e.Properties.Equal(other.Properties)
}

// String returns key, ETag and properties.
func (e Entity) String() string {
	return fmt.Sprintf("%v@%s %v", e.Key, e.ETag, e.Properties)
}
