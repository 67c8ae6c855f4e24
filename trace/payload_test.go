package trace_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"

	"github.com/ravelgo/ravel"
)

type (
	named    string
	level    int
	node     struct{ Next *node }
	embedded struct {
		level
		N int
	}
	hidden struct {
		id   *int
		when time.Time
		err  error
		lvl  level
		fn   func()
		ch   chan int
		any  any
	}
	fragile struct{ p *int }
	skipped struct {
		Key string
		Log *node `ravel:"-"`
	}
	item struct{ A, B int }
)

func (l level) String() string   { return fmt.Sprintf("level-%d", int(l)) }
func (f fragile) String() string { return fmt.Sprint(*f.p) }

func TestPayload(t *testing.T) {
	seven := 7
	loop := &node{}
	loop.Next = loop
	when := time.Date(2000, 1, 1, 0, 0, 5, 0, time.UTC)
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, ""},
		{struct{}{}, ""},
		{&struct{}{}, ""},
		{(*item)(nil), "nil"},
		{7, "7"},
		{-2.5, "-2.5"},
		{true, "true"},
		{named("X"), "X"},
		{named("two words"), `"two words"`},
		{named("12"), `"12"`},
		{named(`say "x"`), "`say \"x\"`"},
		{named("say \"x\" `y`"), "\"say \\\"x\\\" `y`\""},
		{named(`say "x\n"`), `"say \"x\\n\""`},
		{named("nil"), `"nil"`},
		{named(""), `""`},
		{level(3), "level-3"},
		{&item{1, 2}, "{A: 1, B: 2}"},
		{[]item{{1, 2}}, "[{A: 1, B: 2}]"},
		{[]byte("hello"), `"hello"`},
		{[]byte{0, 255}, "[00 ff]"},
		{map[string]int{"b": 1, "a": 2}, "{a: 2, b: 1}"},
		{embedded{1, 2}, "{level: level-1, N: 2}"},
		{hidden{}, "{id: nil, when: \"0001-01-01 00:00:00\", err: nil, lvl: level-0, fn: nil, ch: nil, any: nil}"},
		{hidden{&seven, when, errors.New("no disk"), 2, func() {}, make(chan int), item{1, 2}},
			`{id: 7, when: "2000-01-01 00:00:05", err: "no disk", lvl: level-2, fn: func, ch: chan, any: item{A: 1, B: 2}}`},
		{struct{ V any }{named("x")}, "{V: named(x)}"},
		{struct{ V any }{&item{}}, "{V: item{A: 0, B: 0}}"},
		{struct{ V any }{[]int{1}}, "{V: [1]}"},
		{fragile{}, "{p: nil}"},
		{fragile{&seven}, `"7"`},
		{skipped{"a", loop}, "{Key: a}"},
		{loop, "{Next: {Next: {Next: {Next: ...}}}}"},
		{3 * time.Second, "3s"},
		{1 + 2i, "(1+2i)"},
		{make([]int, 30), "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ... 10 more]"},
	} {
		if got := trace.Payload(c.v); got != c.want {
			t.Errorf("%T %v: %s, want %s", c.v, reflect.TypeOf(c.v), got, c.want)
		}
	}
}

// IDs in fields that are not exported are shown by name.
func TestPayloadOfIDs(t *testing.T) {
	e := engine.New()
	defer e.Close()
	type event struct {
		to  ravel.ID
		set map[ravel.ID]bool
	}
	got := ""
	s := strategy.NewRandom()
	s.Start(strategy.Execution{Seed: 1})
	e.Run(engine.Config{MaxSteps: 10, Threshold: 10}, s, engine.Program{Body: func(c *ravel.Context) {
		a := c.Go("worker", func(*ravel.Context) {})
		b := c.Go("worker", func(*ravel.Context) {})
		got = trace.Payload(event{a, map[ravel.ID]bool{b: true, a: false}})
	}})
	if want := "{to: worker, set: {worker#2: true, worker: false}}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A payload is one bounded line, the same one at each call, whatever the value.
func TestPayloadOfAnything(t *testing.T) {
	type anything struct {
		A []string
		B map[string]*item
		C map[int][]byte
		D *[3]complex128
		E struct{ F, G float64 }
	}
	check := func(v anything) bool {
		s := trace.Payload(&v)
		return s == trace.Payload(v) && !strings.ContainsAny(s, "\n\r\x1b") && len(s) < 3000
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
	if s := trace.Payload(struct{ S []string }{[]string{strings.Repeat("x", 5000), "y"}}); len(s) > 1100 {
		t.Errorf("%d bytes", len(s))
	}
}

func TestShorten(t *testing.T) {
	const s = `{Key: "a, {b", Path: ["x]", y], Meta: {Owner: {Name: "Ann \"A\" B"}, Size: 12345678}}`
	for _, c := range []struct {
		n    int
		want string
	}{
		{100, s},
		{70, `{Key: "a, {b", Path: ["x]", y], Meta: {Owner: {...}, Size: 12345678}}`},
		{50, `{Key: "a, {b", Path: [...], Meta: {...}}`},
		{30, `{Key: "a, {b", ...}`},
		{16, `{Key: "a, {b...}`},
	} {
		if got := trace.Shorten(s, c.n); got != c.want {
			t.Errorf("%d: %s, want %s", c.n, got, c.want)
		}
	}
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"(`rows of \"p\", {and [more`)", 20, "(`rows of \"p\", ...`)"},
		{`("one, two, three, four")`, 20, `("one, two, thr...")`},
		{"{A: `x\\`, B: [1, 2, 3]}", 22, "{A: `x\\`, B: [...]}"},
	} {
		if got := trace.Shorten(c.s, c.n); got != c.want {
			t.Errorf("%d: %s, want %s", c.n, got, c.want)
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 5000 {
		b := make([]byte, r.IntN(120))
		for i := range b {
			b[i] = "abc {}[]()\"`,\\:é"[r.IntN(16)]
		}
		n := 10 + r.IntN(60)
		s := strings.ToValidUTF8(string(b), "?")
		if got := trace.Shorten(s, n); trace.Width(got) > n {
			t.Fatalf("%q is shortened to %q, wider than %d", s, got, n)
		}
	}
}
