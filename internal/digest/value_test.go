package digest

import (
	"context"
	"errors"
	"io"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

type color uint8

type inner struct {
	X int32
	y int16
}

// everything has a field for each way of being absorbed; clone and mutants
// below know it by reflection, so a new field is tested as soon as it exists.
type everything struct {
	B    bool
	I8   int8
	I64  int64
	col  color
	U16  uint16
	F32  float32
	f64  float64
	C    complex64
	C2   complex128
	Str  string
	by   []byte
	Ints []int
	strs []string
	Arr  [3]int16
	big  [20]string
	In   inner
	ins  []inner
	Ptr  *inner
	pp   **int
	M    map[string]int
	Mp   map[int]*inner
	Mk   map[inner][]string
	Any  any
	Err  error
	When time.Time
	Ato  atomic.Int64
	atob atomic.Bool
	Rec  *everything
}

func sample() *everything {
	n := 7
	p := &n
	e := &everything{
		B: true, I8: -3, I64: 1 << 40, col: 2, U16: 9, F32: 1.5, f64: -2.25, C: 1 + 2i, C2: 3 - 1i,
		Str: "hello, world", by: []byte{1, 2, 3}, Ints: []int{4, 5, 6}, strs: []string{"a", "bc"},
		Arr: [3]int16{1, 2, 3}, In: inner{1, 2}, ins: []inner{{3, 4}, {5, 6}}, Ptr: &inner{7, 8}, pp: &p,
		M:   map[string]int{"x": 1, "y": 2, "z": 3},
		Mp:  map[int]*inner{1: {1, 1}, 2: {2, 2}},
		Mk:  map[inner][]string{{1, 2}: {"p"}, {3, 4}: {"q", "r"}},
		Any: inner{9, 9}, Err: errors.New("broken"), When: time.Unix(1000, 5).UTC(),
	}
	e.Ato.Store(11)
	e.big[13] = "thirteen"
	e.Rec = &everything{Str: "nested"}
	return e
}

func digestOf(t testing.TB, v any) Digest {
	t.Helper()
	var e Env
	d := e.Value(v)
	if e.Err != nil {
		t.Fatalf("%T: %v", v, e.Err)
	}
	return d
}

func TestEqualStructureEqualDigest(t *testing.T) {
	if digestOf(t, sample()) != digestOf(t, sample()) {
		t.Error("the same structure in other memory has another digest")
	}
	var e Env
	a := e.Value(sample())
	e.Value(map[*int]any{new(int): sample()})
	if e.Value(sample()) != a {
		t.Error("the digest depends on what the Env digested before")
	}
}

// mutants changes one thing at a time in v, calls f, and changes it back.
func mutants(path string, v reflect.Value, f func(path string)) {
	set := func(name string, to reflect.Value) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		v.Set(to.Convert(v.Type()))
		f(path + name)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Bool:
		set("", reflect.ValueOf(!v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		set("+1", reflect.ValueOf(v.Int()+1))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		set("+1", reflect.ValueOf(v.Uint()+1))
	case reflect.Float32, reflect.Float64:
		set("*2+1", reflect.ValueOf(v.Float()*2+1))
	case reflect.Complex64, reflect.Complex128:
		set("+1", reflect.ValueOf(v.Complex()+1))
		set("+i", reflect.ValueOf(v.Complex()+1i))
	case reflect.String:
		set("+x", reflect.ValueOf(v.String()+"x"))
	case reflect.Pointer:
		if !v.IsNil() {
			mutants(path+"*", v.Elem(), f)
			set("=nil", reflect.Zero(v.Type()))
		} else {
			set("=new", reflect.New(v.Type().Elem()))
		}
	case reflect.Array:
		for i := range v.Len() {
			mutants(path+"[]", v.Index(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			mutants(path+"[]", v.Index(i), f)
		}
		set("+elem", reflect.Append(v, reflect.Zero(v.Type().Elem())))
		if v.Len() > 0 {
			set("[1:]", v.Slice(1, v.Len()))
			set("=nil", reflect.Zero(v.Type()))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			old := v.MapIndex(k)
			n := reflect.New(old.Type()).Elem()
			n.Set(old)
			mutants(path+"[k]", n, func(p string) { v.SetMapIndex(k, n); f(p); v.SetMapIndex(k, old) })
			v.SetMapIndex(k, reflect.Value{})
			f(path + "-key")
			v.SetMapIndex(k, old)
		}
	case reflect.Interface:
		if !v.IsNil() {
			set("=nil", reflect.Zero(v.Type()))
		}
	case reflect.Struct:
		if v.Type() == timeType {
			set("+1ns", reflect.ValueOf(v.Interface().(time.Time).Add(1)))
			return
		}
		for i := range v.NumField() {
			g := v.Field(i)
			if n := v.Type().Field(i).Name; n != "_" && g.CanAddr() {
				mutants(path+"."+n, reflect.NewAt(g.Type(), g.Addr().UnsafePointer()).Elem(), f)
			}
		}
	}
}

func TestEveryMutationChangesTheDigest(t *testing.T) {
	v := sample()
	var e Env
	original := e.Value(v)
	seen := map[Digest]string{original: "original"}
	n := 0
	mutants("", reflect.ValueOf(v).Elem(), func(path string) {
		n++
		d := e.Value(v)
		if other, ok := seen[d]; ok && d == original {
			t.Errorf("%s: same digest as %s", path, other)
		}
		seen[d] = path
	})
	if e.Value(v) != original {
		t.Error("the mutations were not undone")
	}
	if n < 140 {
		t.Errorf("only %d mutations", n)
	}
}

type (
	list struct {
		val  int
		next *list
	}
	two       struct{ a, b *inner }
	tree      struct{ kids []tree }
	withItems struct {
		items []inner
		cur   *inner
	}
	twoSlices struct{ a, b []int }
	tagged    struct {
		a int
		b int    `ravel:"-"`
		c func() `ravel:"-"`
	}
	padded struct {
		a uint8
		b uint64
		c uint16
		d uint32
		e uint8
	}
	blank struct {
		a int32
		_ int32
		b int64
	}
	guarded struct {
		mu sync.Mutex
		n  int
	}
	event1 struct{ n int }
	event2 struct{ n int }
)

func ring(vals ...int) *list {
	first := &list{val: vals[0]}
	last := first
	for _, v := range vals[1:] {
		last.next = &list{val: v}
		last = last.next
	}
	last.next = first
	return first
}

func TestEqualAndDifferent(t *testing.T) {
	shared := &inner{1, 2}
	items := []inner{{}, {}}
	ints := []int{1, 2, 3, 4}
	nan2 := math.Float64frombits(math.Float64bits(math.NaN()) ^ 1)
	loop := map[string]any{}
	loop["self"] = loop
	loop2 := map[string]any{}
	loop2["self"] = loop2
	selfish := []any{nil}
	selfish[0] = selfish
	var mondays atomic.Pointer[inner]
	mondays.Store(&inner{1, 2})
	var tuesdays atomic.Pointer[inner]
	tuesdays.Store(&inner{1, 3})
	var nilPtr *inner
	zone := time.FixedZone("X", 3600)
	at := time.Unix(77, 0)
	for _, c := range []struct {
		name  string
		a, b  any
		equal bool
	}{
		{"types count", event1{1}, event2{1}, false},
		{"pointer and value", event1{1}, &event1{1}, false},
		{"nil", nil, nilPtr, false},
		{"int sizes", int32(1), int64(1), false},
		{"NaNs", math.NaN(), nan2, true},
		{"strings split otherwise", [2]string{"ab", "c"}, [2]string{"a", "bc"}, false},
		{"slices split otherwise", [][]int{{1, 2}, {3}}, [][]int{{1}, {2, 3}}, false},
		{"element order", []int{1, 2}, []int{2, 1}, false},
		{"nil and empty slice", []int(nil), []int{}, false},
		{"nil and empty map", map[int]int(nil), map[int]int{}, false},
		{"capacity", make([]int, 2, 5), make([]int, 2, 9), true},
		{"zero words", make([]uint64, 3), make([]uint64, 4), false},
		{"copy and alias", two{shared, shared}, two{&inner{1, 2}, &inner{1, 2}}, false},
		{"two aliases", two{shared, shared}, func() any { p := &inner{1, 2}; return two{p, p} }(), true},
		{"rings", ring(1, 2, 3), ring(1, 2, 3), true},
		{"ring order", ring(1, 2, 3), ring(1, 3, 2), false},
		{"ring lengths", ring(1, 1), ring(1, 1, 1), false},
		{"ring and its start", ring(1, 2), ring(1, 2).next, false},
		{"self-containing maps", loop, loop2, true},
		{"self-containing slice", selfish, []any{selfish}, false},
		{"tree shapes", tree{[]tree{{}, {[]tree{{}}}}}, tree{[]tree{{[]tree{{}}}, {}}}, false},
		{"pointer into a slice", withItems{items, &items[0]}, withItems{items, &items[1]}, false},
		{"pointer into a slice or beside it", withItems{items, &items[1]}, withItems{items, &inner{}}, false},
		{"overlap of slices", twoSlices{ints[:2], ints[1:3]}, twoSlices{[]int{1, 2}, []int{2, 3}}, false},
		{"adjacent slices", twoSlices{ints[:2:2], ints[2:]}, twoSlices{[]int{1, 2}, []int{3, 4}}, true},
		{"tagged fields", tagged{a: 1, b: 2, c: func() {}}, tagged{a: 1, b: 3}, true},
		{"atomic pointers follow", &mondays, &tuesdays, false},
		{"any holds", struct{ v any }{1}, struct{ v any }{int8(1)}, false},
		{"errors", io.EOF, errors.New("EOF"), true},
		{"error texts", errors.New("a"), errors.New("b"), false},
		{"contexts", context.Background(), context.TODO(), false},
		{"reflect types", reflect.TypeFor[int](), reflect.TypeFor[uint](), false},
		{"locations", time.UTC, zone, false},
		{"zone of a time", at.UTC(), at.In(zone), false},
		{"monotonic time", at.UTC(), at.Add(1).Add(-1).UTC(), true},
		{"boxed pointer aliasing", []any{shared, shared}, []any{shared, &inner{1, 2}}, false},
		{"map of pointers, aliased", map[int]*inner{1: shared, 2: shared}, map[int]*inner{1: shared, 2: {1, 2}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := digestOf(t, c.a) == digestOf(t, c.b); got != c.equal {
				t.Errorf("equal digests = %v, want %v", got, c.equal)
			}
		})
	}
}

func TestPaddingAndBlankFieldsDoNotCount(t *testing.T) {
	fill := func(v reflect.Value, with byte) {
		for i := range v.Type().Size() {
			*(*byte)(unsafe.Add(v.Addr().UnsafePointer(), i)) = with
		}
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[padded](), reflect.TypeFor[blank]()} {
		a, b := reflect.New(typ), reflect.New(typ)
		fill(b.Elem(), 0xff)
		for i := range typ.NumField() {
			if f := typ.Field(i); f.Name != "_" {
				dst := reflect.NewAt(f.Type, b.Elem().Field(i).Addr().UnsafePointer()).Elem()
				dst.SetZero()
			}
		}
		if digestOf(t, a.Interface()) != digestOf(t, b.Interface()) {
			t.Errorf("%v: bytes that belong to no field count", typ)
		}
	}
}

func TestTimeIsRelative(t *testing.T) {
	type lease struct{ until time.Time }
	var e Env
	e.Now = time.Unix(100, 7)
	a := e.Value(lease{e.Now.Add(time.Second)})
	zero := e.Value(lease{})
	e.Now = time.Unix(999, 9e8)
	if e.Value(lease{e.Now.Add(time.Second)}) != a {
		t.Error("the same distance from Now has another digest")
	}
	if e.Value(lease{e.Now.Add(2 * time.Second)}) == a {
		t.Error("another distance has the same digest")
	}
	if e.Value(lease{}) != zero {
		t.Error("the zero time depends on Now")
	}
	if e.Value(lease{e.Now}) == zero {
		t.Error("Now is digested like the zero time")
	}
}

func TestHashIsOrderSensitive(t *testing.T) {
	var e Env
	hash := func(vs ...any) Digest {
		h := NewHasher(1)
		for _, v := range vs {
			e.Hash(&h, v)
		}
		return h.Sum()
	}
	if hash(1, 2) == hash(2, 1) || hash(nil) == hash() || hash(sample()) != hash(sample()) {
		t.Error("Hash does not keep order")
	}
}
