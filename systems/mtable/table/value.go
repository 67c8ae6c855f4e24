package table

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// Kind is the type of a [Value].
type Kind uint8

// The kinds of values. The zero Kind is that of the zero Value, which is no value.
const (
	KindString Kind = iota + 1
	KindBool
	KindInt32
	KindInt64
	KindDouble
	KindTime
	KindGUID
	KindBinary
)

var kindNames = [...]string{"none", "string", "bool", "int32", "int64", "double", "time", "GUID", "binary"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Value is a typed value of a property. Values are immutable, and == tells whether two are the same, in kind and content.
type Value struct {
	kind Kind
	n    uint64
	s    string
}

// Text returns a string. It must be UTF-8 of at most 32,768 UTF-16 code units.
func Text(s string) Value { return Value{kind: KindString, s: s} }

// Bool returns a boolean.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.n = 1
	}
	return v
}

// Int32 returns a 32-bit integer.
func Int32(n int32) Value { return Value{kind: KindInt32, n: uint64(int64(n))} }

// Int64 returns a 64-bit integer.
func Int64(n int64) Value { return Value{kind: KindInt64, n: uint64(n)} }

// Double returns a floating-point number. It must be finite.
func Double(f float64) Value { return Value{kind: KindDouble, n: math.Float64bits(f)} }

// Time returns an instant. Its unit is 100 nanoseconds: what is finer is cut off, and so are time zone and monotonic
// reading. It must not be before 1601 or after 9999.
func Time(t time.Time) Value {
	return Value{kind: KindTime, n: uint64(t.Unix()*1e7 + int64(t.Nanosecond()/100))}
}

// GUID returns a 128-bit identifier, in the order of its text form.
func GUID(g [16]byte) Value { return Value{kind: KindGUID, s: string(g[:])} }

// Binary returns bytes, at most 65,536 of them. It copies b.
func Binary(b []byte) Value { return Value{kind: KindBinary, s: string(b)} }

// Kind returns the kind of v, 0 if v is the zero Value.
func (v Value) Kind() Kind { return v.kind }

// Text returns the string that v is, and whether it is one. The other methods are alike.
func (v Value) Text() (string, bool) { return v.of(KindString) }

// Bool returns the boolean that v is.
func (v Value) Bool() (value, ok bool) { return v.n == 1, v.kind == KindBool }

// Int32 returns the 32-bit integer that v is.
func (v Value) Int32() (int32, bool) {
	if v.kind != KindInt32 {
		return 0, false
	}
	return int32(v.n), true
}

// Int64 returns the 64-bit integer that v is.
func (v Value) Int64() (int64, bool) {
	if v.kind != KindInt64 {
		return 0, false
	}
	return int64(v.n), true
}

// Double returns the floating-point number that v is.
func (v Value) Double() (float64, bool) {
	if v.kind != KindDouble {
		return 0, false
	}
	return math.Float64frombits(v.n), true
}

// Time returns the instant that v is, in UTC.
func (v Value) Time() (time.Time, bool) {
	if v.kind != KindTime {
		return time.Time{}, false
	}
	ticks := int64(v.n)
	return time.Unix(ticks/1e7, ticks%1e7*100).UTC(), true
}

// GUID returns the identifier that v is.
func (v Value) GUID() (g [16]byte, ok bool) {
	s, ok := v.of(KindGUID)
	copy(g[:], s)
	return g, ok
}

// Binary returns a copy of the bytes that v is.
func (v Value) Binary() ([]byte, bool) {
	s, ok := v.of(KindBinary)
	if !ok {
		return nil, false
	}
	return []byte(s), true
}

func (v Value) of(k Kind) (string, bool) {
	if v.kind != k {
		return "", false
	}
	return v.s, true
}

// String returns kind and content, for people: bool(true).
func (v Value) String() string {
	content := ""
	switch v.kind {
	case KindString:
		return strconv.Quote(v.s)
	case KindBool:
		content = strconv.FormatBool(v.n == 1)
	case KindInt32, KindInt64:
		content = strconv.FormatInt(int64(v.n), 10)
	case KindDouble:
		content = strconv.FormatFloat(math.Float64frombits(v.n), 'g', -1, 64)
	case KindTime:
		t, _ := v.Time()
		content = t.Format(time.RFC3339Nano)
	case KindGUID, KindBinary:
		content = hex.EncodeToString([]byte(v.s))
	}
	return fmt.Sprintf("%v(%s)", v.kind, content)
}

const (
	maxTextUnits   = 32 << 10
	maxBinaryBytes = 64 << 10
)

var (
	firstTime = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)
)

// Validate returns an error if v is no value that every table can store.
func (v Value) Validate() error {
	switch v.kind {
	case KindString:
		if !utf8.ValidString(v.s) {
			return fmt.Errorf("string is not UTF-8: store bytes with Binary")
		}
		if n := units(v.s); n > maxTextUnits {
			return fmt.Errorf("string of %d UTF-16 code units, at most %d are allowed", n, maxTextUnits)
		}
	case KindDouble:
		if f, _ := v.Double(); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("double is %v, it must be finite", f)
		}
	case KindTime:
		if t, _ := v.Time(); t.Before(firstTime) || t.After(lastTime) {
			return fmt.Errorf("time is %v, it must be between the years 1601 and 9999", t)
		}
	case KindBinary:
		if n := len(v.s); n > maxBinaryBytes {
			return fmt.Errorf("%d bytes, at most %d are allowed", n, maxBinaryBytes)
		}
	case KindBool, KindInt32, KindInt64, KindGUID:
	default:
		return fmt.Errorf("no value: use a constructor such as Text or Bool")
	}
	return nil
}
