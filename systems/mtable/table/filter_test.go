package table_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	. "github.com/ravelgo/ravel/systems/mtable/table"
)

func TestParseFilter(t *testing.T) {
	a := Compared("a", EQ, Text("it's"))
	b := Compared("b", NE, Bool(true))
	for text, want := range map[string]Filter{
		"":                                {},
		"  ":                              {},
		"a eq 'it''s'":                    a,
		"b ne true":                       b,
		"  a  eq  'it''s'  ":              a,
		"(a eq 'it''s') and (b ne true)":  And(a, b),
		"( a eq 'it''s' )or( b ne true )": Or(a, b),
		"((b ne true) or (b ne true)) and (a eq 'it''s')": And(Or(b, b), a),
		"RowKey ge ''":       Compared(RowKey, GE, Text("")),
		"_x1 lt ''''":        Compared("_x1", LT, Text("'")),
		"a eq 'é\U0001f600'": Compared("a", EQ, Text("é\U0001f600")),
	} {
		got, err := ParseFilter(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
			continue
		}
		if again, err := ParseFilter(got.String()); err != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("%q is written as %q, which is read as %v, %v", text, got, again, err)
		}
	}
}

func TestParseFilterErrors(t *testing.T) {
	for text, offset := range map[string]int{
		"a":                           1,
		"a eq":                        4,
		"a eq ":                       5,
		"a eq 1":                      5,
		"a is 'x'":                    2,
		"a eq 'x":                     5,
		"a eq 'x''":                   5,
		"a eq 'x' b":                  9,
		"a eq true and b eq true":     10,
		"(a eq true)":                 11,
		"(a eq true) xor (b eq true)": 12,
		"(a eq true) and b eq true":   16,
		"(a eq true) and (b eq true":  26,
		"(a eq true and (b eq true)":  11,
		"not (a eq true)":             4,
		"1a eq true":                  0,
		"'a' eq true":                 0,
		"a eq True":                   5,
		"a eq '\xff'":                 5,
		"a eq'x'":                     4,
		strings.Repeat("(", 300):      200,
	} {
		_, err := ParseFilter(text)
		var syntax *SyntaxError
		if !errors.Is(err, ErrInvalidArgument) || !errors.As(err, &syntax) {
			t.Errorf("%q: %v", text, err)
		} else if syntax.Offset != offset {
			t.Errorf("%q: %v, want offset %d", text, err, offset)
		}
	}
	if _, err := ParseFilter("Timestamp eq 'x'"); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("Timestamp: %v", err)
	}
}

// A filter is for one partition only if nothing else can meet it. DefectE takes the word of its left half.
func TestParseAtomic(t *testing.T) {
	happy := Compared("isHappy", EQ, Bool(true))
	for text, want := range map[string]AtomicQuery{
		"PartitionKey eq 'p'":                            {"p", Filter{}},
		"(PartitionKey eq 'p') and (isHappy eq true)":    {"p", happy},
		"(PartitionKey eq '') and (PartitionKey eq 'q')": {"", Compared(PartitionKey, EQ, Text("q"))},
	} {
		if got, err := ParseAtomic(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "isHappy eq true", "PartitionKey ne 'p'", "PartitionKey eq true",
		"(isHappy eq true) and (PartitionKey eq 'p')", "((PartitionKey eq 'p') and (a eq true)) and (b eq true)", "x"} {
		if q, err := ParseAtomic(text); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%q: %v, %v", text, q, err)
		}
	}
	const either = "(PartitionKey eq 'p') or (isHappy eq true)"
	if q, err := ParseAtomic(either); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("%q is taken for a query of one partition: %v, %v", either, q, err)
	}
	if q, err := ParseAtomicWith(either, bug.DefectE); err != nil || q.Partition != "p" {
		t.Errorf("with the defect: %v, %v", q, err)
	}
}

// Matches, beyond what tabletest compares: what is not there, and what is of another type.
func TestMatches(t *testing.T) {
	e := Entity{Key: Key{"p", "r"}, Properties: Properties{"s": Text("b"), "t": Bool(true), "n": Int32(1)}}
	for text, want := range map[string]bool{
		"":                           true,
		"none eq 'x'":                false,
		"none ne 'x'":                false,
		"none lt 'x'":                false,
		"s eq true":                  false,
		"s ne true":                  true,
		"s ge true":                  false,
		"n ne 'x'":                   true,
		"n le 'x'":                   false,
		"s gt 'a'":                   true,
		"s gt 'b'":                   false,
		"s ge 'b'":                   true,
		"s lt '\ue000'":              true,
		"t gt false":                 true,
		"t le false":                 false,
		"PartitionKey eq 'p'":        true,
		"RowKey lt 'r'":              false,
		"RowKey ne true":             true,
		"(s eq 'x') or (t eq true)":  true,
		"(s eq 'x') and (t eq true)": false,
	} {
		f, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Matches(e); got != want {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestKeysAndBounds(t *testing.T) {
	for text, want := range map[string]struct {
		keys, low, high string
		bounded         bool
	}{
		"":                                          {},
		"a eq true":                                 {},
		"RowKey eq 'x'":                             {"RowKey eq 'x'", "x", "x", true},
		"RowKey ne 'x'":                             {keys: "RowKey ne 'x'"},
		"(RowKey eq 'x') and (a eq true)":           {"RowKey eq 'x'", "x", "x", true},
		"(RowKey eq 'x') or (a eq true)":            {},
		"(RowKey eq 'x') or (RowKey eq 'b')":        {"(RowKey eq 'x') or (RowKey eq 'b')", "b", "x", true},
		"(RowKey ge 'b') and (RowKey lt 'x')":       {"(RowKey ge 'b') and (RowKey lt 'x')", "b", "x", true},
		"(RowKey le 'b') and (RowKey le 'x')":       {"(RowKey le 'b') and (RowKey le 'x')", "", "b", true},
		"(PartitionKey eq 'p') and (RowKey gt 'x')": {"(PartitionKey eq 'p') and (RowKey gt 'x')", "x", "", false},
		"RowKey eq true":                            {keys: "RowKey eq true"},
	} {
		f, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		low, high, bounded := f.Bounds()
		if got := strings.TrimSuffix(strings.TrimPrefix(f.Keys().String(), "("), ")"); got != strings.TrimSuffix(strings.TrimPrefix(want.keys, "("), ")") ||
			low != want.low || high != want.high && want.bounded || bounded != want.bounded {
			t.Errorf("%q: keys %q, from %q to %q (%v)", text, f.Keys(), low, high, bounded)
		}
	}
}

// FuzzParseFilter: what is read can be written and read again; a filter that a row meets has keys and bounds that it meets.
func FuzzParseFilter(f *testing.F) {
	for _, s := range []string{"", "a eq 'it''s'", "(a ne true) or ((RowKey ge 'b') and (RowKey lt 'c'))", "a eq", "((",
		"PartitionKey eq ''", "a eq '\xff'", "a  eq  false ", "Timestamp eq 'x'"} {
		f.Add(s, "p", "b", "it's", true)
	}
	f.Fuzz(func(t *testing.T, text, partition, row, value string, yes bool) {
		filter, err := ParseFilter(text)
		if err != nil {
			if !errors.Is(err, ErrInvalidArgument) {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParseFilter(filter.String()); err != nil || !reflect.DeepEqual(again, filter) {
			t.Fatalf("%q is written as %q, and read as %v, %v", text, filter, again, err)
		}
		e := Entity{Key: Key{partition, row}, Properties: Properties{"a": Text(value), "b": Bool(yes)}}
		if !filter.Matches(e) {
			return
		}
		if !filter.Keys().Matches(Entity{Key: e.Key}) {
			t.Fatalf("%q matches %v, its keys %q do not", text, e, filter.Keys())
		}
		low, high, bounded := filter.Bounds()
		if Compare(row, low) < 0 || bounded && Compare(row, high) > 0 {
			t.Fatalf("%q matches %v, which is not between %q and %q", text, e, low, high)
		}
	})
}

func TestNames(t *testing.T) {
	f, err := ParseFilter("((a eq true) or (b eq true)) and (c eq true)")
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Collect(f.Names); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("names %v", got)
	}
	for name := range f.Names {
		if name != "a" {
			t.Error("a loop that was left goes on")
		}
		break
	}
}
