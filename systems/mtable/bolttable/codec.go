package bolttable

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// record is a row as it is stored:
//
//	format    byte, 1
//	version   uvarint, the number in the ETag
//	time      varint, units of 100 nanoseconds since 1970
//	count     uvarint, of properties, which follow in ascending order of their names:
//	  name    uvarint, its length; bytes
//	  kind    byte, a table.Kind
//	  value   bool: a byte, 0 or 1; numbers and times: 8 bytes, little-endian; others: as the name
type record struct {
	version    uint64
	time       time.Time
	properties table.Properties
}

const format = 1

var errCorrupt = errors.New("row is damaged")

func (r record) encode() []byte {
	b := []byte{format}
	b = binary.AppendUvarint(b, r.version)
	b = binary.AppendVarint(b, ticks(r.time))
	b = binary.AppendUvarint(b, uint64(len(r.properties)))
	for _, name := range slices.Sorted(maps.Keys(r.properties)) {
		b = appendString(b, name)
		b = appendValue(b, r.properties[name])
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendValue(b []byte, v table.Value) []byte {
	b = append(b, byte(v.Kind()))
	number := func(n uint64) []byte { return binary.LittleEndian.AppendUint64(b, n) }
	switch v.Kind() {
	case table.KindBool:
		if yes, _ := v.Bool(); yes {
			return append(b, 1)
		}
		return append(b, 0)
	case table.KindInt32:
		n, _ := v.Int32()
		return number(uint64(int64(n)))
	case table.KindInt64:
		n, _ := v.Int64()
		return number(uint64(n))
	case table.KindDouble:
		f, _ := v.Double()
		return number(math.Float64bits(f))
	case table.KindTime:
		t, _ := v.Time()
		return number(uint64(ticks(t)))
	case table.KindGUID:
		g, _ := v.GUID()
		return appendString(b, string(g[:]))
	case table.KindBinary:
		bytes, _ := v.Binary()
		return appendString(b, string(bytes))
	}
	s, _ := v.Text()
	return appendString(b, s)
}

func ticks(t time.Time) int64 { return t.Unix()*1e7 + int64(t.Nanosecond()/100) }

func fromTicks(n int64) time.Time { return time.Unix(n/1e7, n%1e7*100).UTC() }

// decode reads a record. It accepts nothing that encode does not write.
func decode(b []byte) (record, error) {
	d := decoder{rest: b}
	if d.byte() != format {
		d.fail("unknown format")
	}
	r := record{version: d.uvarint(), time: fromTicks(d.varint())}
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail("%d properties in %d bytes", n, len(d.rest))
		n = 0
	}
	r.properties = make(table.Properties, n)
	last := ""
	for i := range n {
		name := d.string()
		if i > 0 && name <= last {
			d.fail("property %q after %q", name, last)
		}
		last = name
		r.properties[name] = d.value()
	}
	if len(d.rest) > 0 {
		d.fail("%d bytes too many", len(d.rest))
	}
	if d.err != nil {
		return record{}, fmt.Errorf("%w: %w", errCorrupt, d.err)
	}
	return r, nil
}

// decoder reads from the front of rest. It keeps the first error, and returns zeros after that.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
	d.rest = nil
}

// take returns the next n bytes, which belong to the caller's input.
func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.rest)) {
		d.fail("%d bytes are missing", n-uint64(len(d.rest)))
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	return uint64(d.varied(int64(v), n, len(binary.AppendUvarint(nil, v))))
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	return d.varied(v, n, len(binary.AppendVarint(nil, v)))
}

// varied takes a number of n bytes off, which must be the shortest form.
func (d *decoder) varied(v int64, n, shortest int) int64 {
	if n != shortest {
		d.fail("bad number")
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) string() string { return string(d.take(d.uvarint())) }

func (d *decoder) number() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) value() table.Value {
	switch kind := table.Kind(d.byte()); kind {
	case table.KindString:
		return table.Text(d.string())
	case table.KindBool:
		b := d.byte()
		if b > 1 {
			d.fail("boolean %d", b)
		}
		return table.Bool(b == 1)
	case table.KindInt32:
		n := int64(d.number())
		if n != int64(int32(n)) {
			d.fail("int32 %d", n)
		}
		return table.Int32(int32(n))
	case table.KindInt64:
		return table.Int64(int64(d.number()))
	case table.KindDouble:
		return table.Double(math.Float64frombits(d.number()))
	case table.KindTime:
		return table.Time(fromTicks(int64(d.number())))
	case table.KindGUID:
		s := d.string()
		if len(s) != 16 {
			d.fail("GUID of %d bytes", len(s))
		}
		var g [16]byte
		copy(g[:], s)
		return table.GUID(g)
	case table.KindBinary:
		return table.Binary([]byte(d.string()))
	default:
		d.fail("value of %v", kind)
	}
	return table.Value{}
}

// encodeKey returns bytes whose order is that of keys.
func encodeKey(k table.Key) []byte {
	b := make([]byte, 0, len(k.Partition)+1+len(k.Row))
	for i := range len(k.Partition) {
		b = append(b, table.SortByte(k.Partition[i]))
	}
	b = append(b, 0)
	for i := range len(k.Row) {
		b = append(b, table.SortByte(k.Row[i]))
	}
	return b
}

func decodeKey(b []byte) (table.Key, error) {
	raw := slices.Clone(b)
	split := -1
	for i, c := range raw {
		switch {
		case c == 0 && split < 0:
			split = i
		case c == table.SortByte(0xee):
			raw[i] = 0xee
		case c == table.SortByte(0xef):
			raw[i] = 0xef
		}
	}
	if split < 0 {
		return table.Key{}, fmt.Errorf("%w: key without end of partition", errCorrupt)
	}
	k := table.Key{Partition: string(raw[:split]), Row: string(raw[split+1:])}
	if err := k.Validate(); err != nil {
		return table.Key{}, fmt.Errorf("%w: %w", errCorrupt, err)
	}
	return k, nil
}
