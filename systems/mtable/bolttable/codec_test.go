package bolttable

import (
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

var update = flag.Bool("update", false, "rewrite testdata")

// sample has a property of every kind.
var sample = record{version: 300, time: time.Date(2016, 2, 22, 1, 2, 3, 456789100, time.UTC), properties: table.Properties{
	"text":   table.Text("it's \u00e9"),
	"empty":  table.Text(""),
	"yes":    table.Bool(true),
	"no":     table.Bool(false),
	"int32":  table.Int32(-2),
	"int64":  table.Int64(1 << 40),
	"double": table.Double(0.5),
	"time":   table.Time(time.Date(1601, 1, 1, 0, 0, 0, 100, time.UTC)),
	"guid":   table.GUID([16]byte{1, 2, 3, 15: 16}),
	"binary": table.Binary([]byte{0, 255}),
}}

// The format of rows that are on disk already does not change.
func TestGolden(t *testing.T) {
	const file = "testdata/row.hex"
	got := hex.EncodeToString(sample.encode()) + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("encoded as %s, want %s", got, want)
	}
	stored, err := hex.DecodeString(string(want[:len(want)-1]))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := decode(stored); err != nil || !reflect.DeepEqual(r, sample) {
		t.Errorf("decoded as %v, %v", r, err)
	}
}

// No row that has lost or gained a byte is taken for one.
func TestDamagedRows(t *testing.T) {
	b := sample.encode()
	for i := range b {
		if _, err := decode(b[:i]); !errors.Is(err, errCorrupt) {
			t.Errorf("of %d bytes: %v", i, err)
		}
	}
	if _, err := decode(append(b, 0)); !errors.Is(err, errCorrupt) {
		t.Errorf("a byte too many: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(sample.encode())
	f.Add(record{properties: table.Properties{}}.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decode(b)
		if err != nil {
			if !errors.Is(err, errCorrupt) {
				t.Fatal(err)
			}
			return
		}
		if again := r.encode(); string(again) != string(b) {
			t.Fatalf("%x was decoded and encoded as %x", b, again)
		}
	})
}

// FuzzKeys: keys come back, and their order is that of the bytes.
func FuzzKeys(f *testing.F) {
	f.Add("p", "r", "p", "r ")
	f.Add("", "", "\uffee", "\U00010000")
	f.Add("a", "\ue000", "a", "\U0010ffff")
	f.Fuzz(func(t *testing.T, p1, r1, p2, r2 string) {
		a, b := table.Key{Partition: p1, Row: r1}, table.Key{Partition: p2, Row: r2}
		if a.Validate() != nil || b.Validate() != nil {
			t.Skip("not legal keys")
		}
		x, y := encodeKey(a), encodeKey(b)
		if back, err := decodeKey(x); err != nil || back != a {
			t.Fatalf("%v came back as %v, %v", a, back, err)
		}
		bytes := 0
		switch {
		case string(x) < string(y):
			bytes = -1
		case string(x) > string(y):
			bytes = 1
		}
		if c := a.Compare(b); c != bytes {
			t.Fatalf("%v and %v compare as %d, their bytes as %d", a, b, c, bytes)
		}
	})
}
