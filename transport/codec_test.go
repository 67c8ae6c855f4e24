package transport_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/transport"
)

type write struct {
	Key   string
	Value []byte
}

// wrong checks that an error says something.
func wrong(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

func TestRegister(t *testing.T) {
	var r transport.Registry
	if err := transport.Register(&r, "write", transport.JSON[write](1)); err != nil {
		t.Fatal(err)
	}
	neither := transport.Codec[int]{Version: 1}
	wrong(t, transport.Register(&r, "write", transport.JSON[int](1)), `"write"`, "transport_test.write")
	wrong(t, transport.Register(&r, "again", transport.JSON[write](1)), "registered as", `"write"`)
	wrong(t, transport.Register(&r, "", transport.JSON[int](1)), "name")
	wrong(t, transport.Register(&r, strings.Repeat("x", 201), transport.JSON[int](1)), "201 bytes")
	wrong(t, transport.Register[int](&r, "int"), "no codec", "transport.JSON[int](1)")
	wrong(t, transport.Register(&r, "int", transport.JSON[int](0)), "version 0")
	wrong(t, transport.Register(&r, "int", transport.JSON[int](2), transport.JSON[int](2)), "two codecs of version 2")
	wrong(t, transport.Register(&r, "int", neither), "neither writes nor reads")
	// What was refused has left nothing behind.
	transport.MustRegister(&r, "int", transport.JSON[int](1))
	transport.MustRegister(&r, "pointer", transport.JSON[*write](1)) // is another type
}

func TestCodec(t *testing.T) {
	var r transport.Registry
	transport.MustRegister(&r, "write", transport.JSON[write](1))
	for _, want := range []write{{}, {"k\x00é", []byte{0, 255}}} {
		m, err := r.Encode(want, r.Reads())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Decode(m); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v came as %+v, %v", want, got, err)
		}
	}
	for _, data := range []string{"", "{", `{"Key":1}`, `{"Kex":"a"}`, "{}{}", "{} x"} {
		_, err := r.Decode(transport.Message{Type: "write", Version: 1, Data: []byte(data)})
		wrong(t, err, "write, version 1", fmt.Sprintf("%d bytes", len(data)))
	}
	_, err := r.Encode(struct{}{}, r.Reads())
	wrong(t, err, "struct {}", "transport.Register")
	_, err = r.Encode(nil, r.Reads())
	wrong(t, err, "not registered")
	_, err = r.Decode(transport.Message{Type: "unknown", Version: 1})
	wrong(t, err, "unknown", "not registered")
	_, err = r.Decode(transport.Message{Type: "write", Version: 2})
	wrong(t, err, "writes version 2", "reads 1")
}

// TestNegotiation has a sender with three versions, of which it writes two.
func TestNegotiation(t *testing.T) {
	var r transport.Registry
	only := func(v int) transport.Codec[write] {
		return transport.Codec[write]{Version: v, Encode: func(write) ([]byte, error) { return []byte{byte(v)}, nil }}
	}
	reading := transport.JSON[write](3)
	reading.Encode = nil
	transport.MustRegister(&r, "write", only(1), only(4), reading)
	if got := r.Reads(); !reflect.DeepEqual(got, transport.Versions{"write": {3}}) {
		t.Errorf("reads %v", got)
	}
	for _, c := range []struct {
		reads []int
		want  int
	}{{[]int{1}, 1}, {[]int{1, 2, 3}, 1}, {[]int{1, 4}, 4}, {[]int{4, 5}, 4}, {[]int{2, 3, 5}, 0}, {[]int{}, 0}} {
		m, err := r.Encode(write{}, transport.Versions{"write": c.reads})
		var skew *transport.SkewError
		switch {
		case c.want == 0 && (!errors.As(err, &skew) || skew.Unknown):
			t.Errorf("a receiver of %v: %v", c.reads, err)
		case c.want == 0:
			wrong(t, err, "sender writes version 1, 4")
		case m.Version != c.want || err != nil:
			t.Errorf("a receiver of %v gets version %d, %v", c.reads, m.Version, err)
		}
	}
	_, err := r.Encode(write{}, nil)
	wrong(t, err, "does not know it")
}

func TestAddress(t *testing.T) {
	for _, s := range []string{"accounts", "bank-1/accounts", "n/a/b", "n/a b"} {
		if a, err := transport.ParseAddress(s); err != nil || a.String() != s {
			t.Errorf("%q is %+v, %v", s, a, err)
		}
	}
	for _, s := range []string{"", "n/", "/a", "a.b/c", "ä/c", strings.Repeat("n", 201) + "/a"} {
		if a, err := transport.ParseAddress(s); err == nil {
			t.Errorf("%q is %+v", s, a)
		}
	}
}

func Example() {
	type Deposit struct{ Account, Cents int }
	var events transport.Registry
	transport.MustRegister(&events, "bank.Deposit", transport.JSON[Deposit](1))

	m, _ := events.Encode(Deposit{Account: 7, Cents: 100}, events.Reads())
	fmt.Printf("%s, version %d: %s\n", m.Type, m.Version, m.Data)
	event, _ := events.Decode(m)
	fmt.Printf("%+v\n", event)
	// Output:
	// bank.Deposit, version 1: {"Account":7,"Cents":100}
	// {Account:7 Cents:100}
}
