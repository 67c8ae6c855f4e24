package digest

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

type (
	payload struct {
		Key     string
		entries []int
	}
	member struct {
		name   string
		log    []int
		table  map[string]*list
		last   *payload
		inbox  []any
		wake   chan int
		cached atomic.Pointer[list]
		store  sync.Map
		box    struct{ deep [12]*list }
		any    any
		when   time.Time
		err    error
		typ    reflect.Type
		f      func()
		skip   *list `ravel:"-"`
	}
	fixed    struct{ conf *list }
	special2 struct{ conf *list }
	secret   struct{ conf *list }
	empty    struct{}
	failure  struct{ at *list }
)

func (*failure) Error() string { return "failure" }

func init() {
	Immutable(reflect.TypeFor[fixed]())
	Opaque(reflect.TypeFor[secret]())
	Special(reflect.TypeFor[special2](), func(unsafe.Pointer, *Hasher) {})
}

func TestReachFinds(t *testing.T) {
	node := &list{val: 1}
	array := make([]int, 10)
	lists := []list{{}, {}}
	m := map[string]*list{}
	wake := make(chan int)
	held := func(l *list) *member {
		w := &member{}
		w.cached.Store(l)
		return w
	}
	stored := &member{}
	stored.store.Store("k", node)
	deep := &member{}
	deep.box.deep[10] = node
	for _, c := range []struct {
		name       string
		a, b       any
		pathA      string
		pathB, typ string
	}{
		{"one object", node, node, "list", "list", "digest.list"},
		{"a map", &member{table: m}, &member{table: m}, "member.table", "member.table", "map[string]*digest.list"},
		{"a slice", &member{log: array}, &payload{entries: array}, "member.log", "payload.entries", "[]int"},
		{"overlapping slices", &member{log: array[:5:5]}, &payload{entries: array[4:]}, "member.log", "payload.entries", "[]int"},
		{"a slice that contains the other", &member{log: array[3:4:4]}, &payload{entries: array}, "member.log", "payload.entries", "[]int"},
		{"spare capacity", &member{log: array[:2]}, &payload{entries: array[5:]}, "member.log", "payload.entries", "[]int"},
		{"an element", &lists, &list{next: &lists[1]}, "([]digest.list)", "list.next", "digest.list"},
		{"a field", &lists[1], &struct{ p *int }{&lists[1].val}, "list", "(struct { p *int }).p", "int"},
		{"through a map", &member{table: map[string]*list{"x": node}}, node, `member.table["x"]`, "list", "digest.list"},
		{"through payloads", &member{inbox: []any{1, &payload{entries: array}}}, payload{entries: array},
			"member.inbox[1].(*digest.payload).entries", "payload.entries", "[]int"},
		{"a channel", &member{wake: wake}, &member{wake: wake}, "member.wake", "member.wake", "chan int"},
		{"an atomic pointer", held(node), held(node), "member.cached", "member.cached", "digest.list"},
		{"a sync.Map", stored, node, "member.store.(*digest.list)", "list", "digest.list"},
		{"an array", deep, node, "member.box.deep[10]", "list", "digest.list"},
		{"a boxed value", &member{any: payload{entries: array}}, array, "member.any.(digest.payload).entries", "([]int)", "[]int"},
		{"a list", &list{next: &list{next: node}}, &member{any: node}, "list.next.next", "member.any.(*digest.list)", "digest.list"},
		{"a map key", map[*list]bool{node: true}, node, "(map[*digest.list]bool)[*digest.list]", "list", "digest.list"},
		{"a slice of immutables", []fixed{{node}}, []fixed{{node}}, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "a slice of immutables" {
				s := []fixed{{node}}
				c.a, c.b, c.pathA, c.pathB, c.typ = s, s, "([]digest.fixed)", "([]digest.fixed)", "[]digest.fixed"
			}
			var r Reach
			for i := range 10 {
				if s := r.Add(fmt.Sprint("bystander", i), &member{table: map[string]*list{"a": {}}}); s != nil {
					t.Fatal(s)
				}
			}
			if s := r.Add("A", c.a); s != nil {
				t.Fatal(s)
			}
			s := r.Add("B", c.b)
			if s == nil {
				t.Fatal("not found")
			}
			want := Shared{"A", c.pathA, "B", c.pathB, s.Type}
			if *s != want || s.Type.String() != c.typ {
				t.Errorf("got  %v\nwant %v %s", s, &want, c.typ)
			}
		})
	}
}

func TestReachDoesNotFind(t *testing.T) {
	node := &list{}
	array := make([]int, 10)
	text := "shared text"
	err := errors.New("shared")
	zone := time.FixedZone("Z", 60)
	n := 0
	f := func() { n++ }
	for _, c := range []struct {
		name string
		a, b any
	}{
		{"equal values", sample(), sample()},
		{"strings", &text, &member{name: text}},
		{"disjoint slices", &member{log: array[:5:5]}, &payload{entries: array[5:]}},
		{"empty slices", &member{log: array[:0:0]}, &payload{entries: array[:0:0]}},
		{"errors", &member{err: err}, &member{err: err}},
		{"sentinel errors", &member{any: io.EOF}, &member{err: io.EOF}},
		{"errors with fields", &member{err: &failure{node}}, &member{any: &failure{node}}},
		{"locations", &member{when: time.Unix(1, 0).In(zone)}, &member{when: time.Unix(2, 0).In(zone)}},
		{"types", &member{typ: reflect.TypeFor[int]()}, &member{typ: reflect.TypeFor[int]()}},
		{"functions", &member{f: f}, &member{f: f}},
		{"skipped fields", &member{skip: node}, &member{skip: node}},
		{"zero size", new(empty), new(empty)},
		{"immutable", &member{any: fixed{node}}, &member{any: &fixed{node}}},
		{"pointers to an immutable", struct{ f *fixed }{&fixed{node}}, struct{ f *fixed }{&fixed{node}}},
		{"special", &member{any: special2{node}}, &member{any: special2{node}}},
		{"opaque", &member{any: &secret{node}}, struct{ s *secret }{&secret{node}}},
		{"nil", &member{}, nil},
		{"nil pointer", (*member)(nil), (*member)(nil)},
		{"boxed scalars", &member{any: 5}, &member{any: 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r Reach
			if s := r.Add("A", c.a); s != nil {
				t.Fatal(s)
			}
			if s := r.Add("B", c.b); s != nil {
				t.Error(s)
			}
		})
	}
}

func TestReachOwners(t *testing.T) {
	var r Reach
	array := make([]int, 10)
	self := ring(1, 2, 3)
	mine := &member{log: array, any: self, inbox: []any{self, array[2:4]}}
	for range 2 {
		for _, v := range []any{mine, mine, self, array[3:], &array[7]} {
			if s := r.Add("A", v); s != nil {
				t.Fatal("within one owner:", s)
			}
		}
		if r.Add("B", &payload{entries: array[9:]}) == nil || r.Add("B", self.next) == nil {
			t.Fatal("memory that one owner reaches twice is no longer found")
		}
		if s := r.Add("B", &payload{entries: make([]int, 3)}); s != nil {
			t.Fatal(s)
		}
		r.Reset()
		if s := r.Add("B", mine); s != nil {
			t.Fatal("after Reset:", s)
		}
		r.Reset()
	}
}

func TestReachAllocatesNothing(t *testing.T) {
	var r Reach
	values := []any{sample(), sample(), ring(1, 2, 3)}
	owners := []string{"a", "b", "c"}
	run := func() {
		r.Reset()
		for i, v := range values {
			if s := r.Add(owners[i], v); s != nil {
				t.Fatal(s)
			}
		}
	}
	run()
	run()
	if n := testing.AllocsPerRun(50, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestReachRandomly compares with an array of marks.
func TestReachRandomly(t *testing.T) {
	const size = 64
	for seed := range uint32(2000) {
		x := seed*2654435761 + 1
		next := func(n int) int {
			x ^= x << 13
			x ^= x >> 17
			x ^= x << 5
			return int(x % uint32(n))
		}
		array := make([]byte, size)
		var marks [size]string
		var r Reach
		for range 8 {
			i, owner := next(size), string(rune('A'+next(3)))
			j := i + 1 + next(min(8, size-i))
			conflict := false
			for k := i; k < j; k++ {
				conflict = conflict || marks[k] != "" && marks[k] != owner
			}
			if got := r.Add(owner, array[i:j:j]); (got != nil) != conflict {
				t.Fatalf("seed %d: %v, want conflict %v", seed, got, conflict)
			}
			for k := i; k < j && !conflict; k++ {
				marks[k] = owner
			}
		}
	}
}
