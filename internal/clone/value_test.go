package clone

import (
	"context"
	"fmt"
	"io"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unique"
	"weak"
)

func cloneOne[T any](t testing.TB, v T) T {
	t.Helper()
	var e Env
	dst := make([]any, 1)
	if err := e.Clone(dst, []any{v}); err != nil {
		t.Fatal(err)
	}
	if dst[0] == nil {
		var zero T
		return zero
	}
	return dst[0].(T)
}

type (
	tree struct {
		left, right *tree
		n           int
	}
	inner    struct{ a, b int }
	embedded struct {
		inner
		*tree
	}
	mapOfItself map[string]mapOfItself
	listOfOwn   []listOfOwn
	oneWord     struct{ p *inner }
	padded      struct {
		a bool
		_ *int
		b int32
		c bool
		s string
		_ [0]func()
	}
	generic[T any] struct {
		v  T
		at *T
	}
	machineError struct{ n *int } // a machine that happens to be an error
	valueError   struct{ n *int }
)

func (m *machineError) Error() string { return "machine" }
func (m valueError) Error() string    { return "value" }

// TestKinds copies one value of every kind.
func TestKinds(t *testing.T) {
	n := 3
	loop := &tree{n: 1}
	loop.left, loop.right = loop, &tree{left: loop}
	self := mapOfItself{}
	self["me"], self["no"] = self, nil
	own := make(listOfOwn, 2)
	own[1] = own
	var box any
	box = &box
	arr := [4]inner{{1, 2}, {3, 4}, {5, 6}, {7, 8}}
	for i, v := range []any{
		nil, true, int8(-1), uint16(2), 3.5, complex(1, 2), uintptr(7), "text", "",
		inner{1, 2}, &inner{1, 2}, (*inner)(nil), [0]*int{}, [1]*int{&n}, [3]string{"a"},
		[]int(nil), []int{}, []int{1, 2}, make([]int, 1, 9), []string{"a", "b"}, [][]int{{1}, nil, {}}, []struct{}{{}, {}},
		[][2][2]int{{{1, 2}}}, []*[2]int{{1, 2}, nil}, [][0]int{{}, {}}, []any{1, "a", nil, &n, []int{1}},
		map[string]int(nil), map[string]int{}, map[string]int{"a": 1}, map[int]*int{1: &n, 2: &n, 3: nil},
		map[[2]int][]string{{1, 2}: {"a"}}, map[any]any{1: 2, "a": []int{1}, inner{1, 2}: inner{}},
		map[int][40]int{1: {2}}, map[[40]int]*int{{1}: &n}, map[string]struct{}{"a": {}},
		map[string]map[string]*int{"a": {"b": &n}, "c": nil},
		loop, self, own, &box, embedded{inner{1, 2}, &tree{}}, oneWord{&inner{1, 2}}, &padded{a: true, b: 5, c: true, s: "s"},
		generic[*int]{&n, nil}, &generic[inner]{v: inner{1, 2}},
		&arr, []any{&arr, &arr[1], arr[1:3], &arr[2].b, arr[:0], arr[4:]},
		[]any{arr[1:2:2], arr[0:3:3], (*[2]inner)(arr[1:])}, &struct{ p *struct{} }{&struct{}{}},
		new(sync.Mutex), new(sync.RWMutex), new(sync.Once), new(sync.WaitGroup), new(atomic.Bool), new(atomic.Uint64),
		struct{ s fmt.Stringer }{&thing{name: "t"}}, struct{ s fmt.Stringer }{}, []error{io.EOF, nil},
		time.Time{}, time.Unix(100, 5), time.Now(), reflect.TypeFor[int](), []reflect.Type{reflect.TypeFor[int](), nil},
		context.Background(), struct{ c context.Context }{context.WithValue(context.TODO(), inner{}, &n)},
	} {
		t.Run(fmt.Sprintf("%d %T", i, v), func(t *testing.T) {
			src, dst := []any{v}, make([]any, 1)
			for _, e := range []*Env{{}, {skip: 1}} {
				if err := e.Clone(dst, src); err != nil {
					t.Fatal(err)
				}
				verify(t, src, dst)
			}
		})
	}
}

func TestRootsShareWhatTheyShared(t *testing.T) {
	in := &inner{}
	list := []int{1, 2, 3, 4}
	m := map[*inner]int{in: 1}
	dst := make([]any, 5)
	var e Env
	if err := e.Clone(dst, []any{oneWord{in}, m, list[1:], list[:2], &in.b}); err != nil {
		t.Fatal(err)
	}
	c := dst[0].(oneWord).p
	if c == in || dst[1].(map[*inner]int)[c] != 1 || dst[4].(*int) != &c.b {
		t.Error("the copies do not refer to one struct")
	}
	if dst[2].([]int)[0] = 9; dst[3].([]int)[1] != 9 || list[1] != 2 {
		t.Error("the copies are not one array")
	}
	if _, ok := dst[1].(map[*inner]int)[in]; ok {
		t.Error("the copy of the map has the key of the original")
	}
}

func TestUnderOneAddressAsTwoTypes(t *testing.T) {
	type first struct{ in inner }
	x := &first{inner{1, 2}}
	type state struct {
		whole *first
		part  *inner
		word  *int
	}
	for range 3 {
		c := cloneOne(t, &state{x, &x.in, &x.in.a})
		if c.part != &c.whole.in || c.word != &c.part.a || c.whole == x {
			t.Fatal("the parts are not in the whole")
		}
		d := cloneOne(t, &state{nil, &x.in, &x.in.a})
		if d.word != &d.part.a {
			t.Fatal("the word is not in its struct")
		}
	}
}

func TestNaNKeys(t *testing.T) {
	c := cloneOne(t, map[float64]*int{math.NaN(): new(int), math.NaN(): nil, 1: nil})
	if len(c) != 3 {
		t.Error(c)
	}
}

func TestLongList(t *testing.T) {
	var list *tree
	for i := range 200_000 {
		list = &tree{left: list, n: i}
	}
	for _, e := range []*Env{{}, {skip: 1}} {
		dst := make([]any, 1)
		if err := e.Clone(dst, []any{list}); err != nil {
			t.Fatal(err)
		}
		n := 0
		for a, b := list, dst[0].(*tree); a != nil; a, b = a.left, b.left {
			if a.n != b.n || a == b {
				t.Fatal("wrong node")
			}
			n++
		}
		if n != 200_000 {
			t.Error(n)
		}
	}
}

// Boxes that share boxes: following each on its own would take 2^40 steps.
func TestSharedBoxes(t *testing.T) {
	type both struct{ a, b any }
	var v any = &inner{}
	for range 40 {
		v = both{v, v}
	}
	for _, e := range []*Env{{}, {skip: 1}} {
		dst := make([]any, 1)
		if err := e.Clone(dst, []any{v}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestValuesWithoutReferencesStayInTheirBoxes(t *testing.T) {
	src := []any{inner{1, 2}, "text", time.Now(), struct{ a, b string }{"a", "b"}}
	dst := make([]any, len(src))
	var e Env
	if n := testing.AllocsPerRun(10, func() { e.Clone(dst, src) }); n != 0 {
		t.Error(n, "allocations")
	}
}

func TestSyncTypes(t *testing.T) {
	type state struct {
		mu    sync.Mutex
		rw    sync.RWMutex
		cond  *sync.Cond
		m     sync.Map
		ptr   atomic.Pointer[inner]
		val   atomic.Value
		in    *inner
		pool  sync.Pool
		text  strings.Builder
		tag   sync.Pool `ravel:"-"`
		guard *strings.Builder
	}
	s := &state{in: &inner{1, 2}, tag: sync.Pool{New: func() any { return 1 }}}
	s.mu.Lock()
	s.rw.RLock()
	s.cond = sync.NewCond(&s.mu)
	s.ptr.Store(s.in)
	s.val.Store(s.in)
	s.m.Store("a", s.in)
	s.m.Store(s.in, 5)
	s.text.WriteString("some text")
	s.guard = &s.text
	s.pool.Put(1)
	s.tag.Put(1)
	c := cloneOne(t, s)
	if c.mu.TryLock() || c.rw.TryLock() || !c.rw.TryRLock() {
		t.Error("locks are not as they were")
	}
	if c.cond.L != &c.mu || c.ptr.Load() != c.in || c.val.Load() != c.in || c.in == s.in {
		t.Error("references lead elsewhere")
	}
	if v, _ := c.m.Load("a"); v != c.in {
		t.Error("the sync.Map holds", v)
	}
	if v, _ := c.m.Load(c.in); v != 5 {
		t.Error("the key of the sync.Map is lost")
	}
	if c.pool.Get() != nil || c.tag.Get() != 1 {
		t.Error("the pools are not new ones")
	}
	if c.text.WriteString(" more"); c.guard != &c.text || c.text.String() != "some text more" || s.text.String() != "some text" {
		t.Error("the builder:", c.text.String())
	}
	c.cond.Signal()
}

func TestShared(t *testing.T) {
	type state struct {
		err  error
		ptr  *machineError
		val  valueError
		loc  *time.Location
		when time.Time
		typ  reflect.Type
		any  any
		f    plainFunc
		u    unique.Handle[string]
		w    weak.Pointer[inner]
		tag  map[string]int `ravel:"-"`
		out  chan int       `ravel:"-"`
	}
	loc := time.FixedZone("zone", 3600)
	in := &inner{}
	s := &state{
		err: &machineError{}, ptr: &machineError{}, val: valueError{new(int)}, loc: loc, when: time.Now().In(loc),
		typ: reflect.TypeFor[int](), any: &machineError{}, f: seven, u: unique.Make("x"), w: weak.Make(in),
		tag: map[string]int{}, out: make(chan int),
	}
	c := cloneOne(t, s)
	if c.err != s.err || c.ptr != s.ptr || c.val != s.val || c.loc != loc || c.when != s.when || c.typ != s.typ || c.any != s.any {
		t.Error("not shared")
	}
	if c.tag["a"] = 1; len(s.tag) != 1 || c.out != s.out || c.f() != 7 || c.u != s.u || c.w.Value() != in {
		t.Error("not shared")
	}
	runtime.KeepAlive(in)
}

func TestRootsAreCopiedThoughTheyAreErrors(t *testing.T) {
	m := &machineError{new(int)}
	if c := cloneOne(t, m); c == m || c.n == m.n {
		t.Error("shared")
	}
	type fatal struct {
		error
		n *int
	}
	f := &fatal{io.EOF, new(int)}
	if c := cloneOne(t, f); c == f || c.n == f.n || c.error != io.EOF {
		t.Error("shared")
	}
}
