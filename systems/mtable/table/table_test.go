package table_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	. "github.com/ravelgo/ravel/systems/mtable/table"
)

// Compare is the order of UTF-16 code units.
func FuzzCompare(f *testing.F) {
	f.Add("\uffee", "\U00010000")
	f.Add("a", "a ")
	f.Add("\ue000x", "\U0010ffffy")
	f.Fuzz(func(t *testing.T, a, b string) {
		if Text(a).Validate() != nil || Text(b).Validate() != nil {
			t.Skip("not UTF-8")
		}
		want := slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		if got := Compare(a, b); got != want {
			t.Fatalf("%q and %q compare as %d, want %d", a, b, got, want)
		}
	})
}

// Next is above the key, and below all others that are.
func TestNext(t *testing.T) {
	k := Key{"p", "r"}
	for _, above := range []Key{{"p", "r "}, {"p", "r!"}, {"p", "s"}, {"p ", ""}} {
		if k.Next().Compare(above) > 0 || k.Compare(k.Next()) >= 0 {
			t.Errorf("%v comes after %v", k.Next(), above)
		}
	}
	if (Key{}).Next() != (Key{"", " "}) {
		t.Errorf("after the first key comes %v", Key{}.Next())
	}
	if err := (Query{From: Key{"p", strings.Repeat("x", 512)}.Next()}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	e := Failed(ErrPreconditionFailed, 3)
	if got, want := e.Error(), "table: operation 3: row has another ETag (412)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !errors.Is(e, ErrPreconditionFailed) || errors.Is(e, ErrNotFound) || Outcome(e).Op != 3 {
		t.Error("a failed operation is not what it is")
	}
	timeout := Wrap(ErrIndeterminate, context.DeadlineExceeded, "send %d bytes", 5)
	if got, want := timeout.Error(), "table: outcome is unknown: send 5 bytes: context deadline exceeded"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !errors.Is(timeout, ErrIndeterminate) || !errors.Is(timeout, context.DeadlineExceeded) || Outcome(timeout) != nil {
		t.Error("an unknown outcome is not what it is")
	}
	if internal := Wrap(ErrInternal, e, "x"); errors.Is(internal, ErrPreconditionFailed) || Outcome(internal) != nil {
		t.Error("an internal error passes for the outcome of a batch")
	}
	if Outcome(nil) != nil {
		t.Error("no error is an outcome")
	}
}

func TestValues(t *testing.T) {
	now := time.Date(2020, 1, 2, 3, 4, 5, 678901299, time.FixedZone("x", 3600))
	if got, ok := Time(now).Time(); !ok || !got.Equal(now.Truncate(100)) || got.Location() != time.UTC {
		t.Errorf("%v became %v", now, got)
	}
	if got, ok := Time(time.Date(1601, 1, 1, 0, 0, 0, 900, time.UTC)).Time(); !ok || got.Nanosecond() != 900 || got.Year() != 1601 {
		t.Errorf("long ago became %v", got)
	}
	if Int32(1) == Int64(1) || Text("") == Binary(nil) || Text("a") != Text(string([]byte{'a'})) {
		t.Error("values of different kinds are equal, or those of one kind are not")
	}
	var none Value
	for i, ok := range []bool{second(none.Text()), second(none.Bool()), second(none.Int32()), second(none.Int64()),
		second(none.Double()), second(none.Time()), second(none.GUID()), second(none.Binary()), second(Text("1").Int32())} {
		if ok {
			t.Errorf("%d: a value is of a kind that it is not of", i)
		}
	}
	if got, want := (Properties{"b": Bool(true), "a": Int32(1), "c": Text("x")}).String(), `{a: int32(1), b: bool(true), c: "x"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func second[T any](_ T, ok bool) bool { return ok }
