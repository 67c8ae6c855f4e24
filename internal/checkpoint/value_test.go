package checkpoint

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unique"
	"unsafe"
	"weak"
)

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
		b int32
		c bool
		s string
		_ [0]func()
		d [3]byte
	}
	mixed struct {
		a bool
		b any
		_ int
		c [2]int16
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

// kinds returns pointers to variables of every kind of type.
func kinds() []any {
	n, s := 3, "text"
	arr := &[4]inner{{1, 2}, {3, 4}, {5, 6}, {7, 8}}
	loop := &tree{n: 1}
	loop.left, loop.right = loop, &tree{left: loop}
	self := mapOfItself{}
	self["me"], self["no"] = self, nil
	own := make(listOfOwn, 2)
	own[1] = own
	var box any
	box = &box
	var values []any
	add := func(v ...any) { values = append(values, v...) }
	add(v(true), v(int8(-1)), v(uint16(2)), v(int32(5)), v(3.5), v(float32(2)), v(complex(1, 2)), v(uintptr(7)), v("text"), v(""))
	add(v(inner{1, 2}), v(&inner{1, 2}), v((*inner)(nil)), v([0]*int{}), v([1]*int{&n}), v([3]string{"a"}), v([5]byte{1, 2}), v([19]int16{}))
	add(v([]int(nil)), v([]int{}), v([]int{1, 2}), v(make([]int, 1, 9)), v([]string{"a", "b"}), v([][]int{{1}, nil, {}}), v([]struct{}{{}, {}}))
	add(v([][2][2]int{{{1, 2}}}), v([]*[2]int{{1, 2}, nil}), v([][0]int{{}, {}}), v([]any{1, "a", nil, &n, []int{1}}), v(make([]byte, 1000)))
	add(v(map[string]int(nil)), v(map[string]int{}), v(map[string]int{"a": 1}), v(map[int]*int{1: &n, 2: &n, 3: nil}))
	add(v(map[[2]int][]string{{1, 2}: {"a"}}), v(map[any]any{1: 2, "a": []int{1}, inner{1, 2}: inner{}}), v(map[string]any{"a": &n, "b": 1.5}))
	add(v(map[int][40]int{1: {2}}), v(map[[40]int]*int{{1}: &n}), v(map[string]struct{}{"a": {}}), v(map[bool]int8{true: 1}))
	add(v(map[string]map[string]*int{"a": {"b": &n}, "c": nil}), v(map[mixed]inner{{a: true}: {1, 2}}), v(map[float64]string{2: "b"}))
	add(v(loop), v(self), v(own), v(box), v(embedded{inner{1, 2}, &tree{}}), v(oneWord{&inner{1, 2}}), v(padded{a: true, b: 5, c: true, s: "s"}))
	add(v(generic[*int]{&n, nil}), v(generic[inner]{v: inner{1, 2}}), v(arr), v([]any{arr, &arr[1], arr[1:3], &arr[2].b, arr[:0], arr[4:]}))
	add(v([]any{arr[1:2:2], arr[0:3:3], (*[2]inner)(arr[1:])}), v(&struct{}{}), v(&s), v([2]any{oneWord{&inner{}}, [1]*tree{{}}}))
	add(v(sync.Mutex{}), v(sync.RWMutex{}), v(sync.Once{}), v(sync.WaitGroup{}), new(atomic.Bool), new(atomic.Uint64), new(atomic.Value))
	add(v(struct{ s fmt.Stringer }{&thing{name: "t"}}), v(struct{ s fmt.Stringer }{}), v([]error{io.EOF, nil}), v(fmt.Stringer(&thing{})))
	add(v(time.Time{}), v(time.Unix(100, 5)), v(time.Now()), v(reflect.TypeFor[int]()), v([]reflect.Type{reflect.TypeFor[int](), nil}))
	add(v(struct{ c context.Context }{context.WithValue(context.TODO(), inner{}, &n)}), v(rand.New(rand.NewPCG(1, 2))), v((func())(nil)), v((chan int)(nil)))
	return values
}

// v makes a variable.
func v[T any](x T) any { return &x }

// TestKinds overwrites variables of every kind, and all that they refer to, and goes back.
func TestKinds(t *testing.T) {
	var s Saver
	for i, p := range kinds() {
		t.Run(fmt.Sprintf("%d %T", i, p), func(t *testing.T) {
			var img Image
			roots := []any{p}
			was := describe(roots)
			save(t, &s, &img, p)
			img.Restore()
			if diff := difference(was, describe(roots)); diff != "" {
				t.Fatal("without a change: ", diff)
			}
			for range 2 {
				spoil(reflect.ValueOf(p), map[variable]bool{})
				if difference(was, describe(roots)) == "" && changeable(p) {
					t.Error("the test changes nothing")
				}
				img.Restore()
				if diff := difference(was, describe(roots)); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

// changeable says whether spoil has anything to change in a variable of the table.
func changeable(p any) bool {
	switch p.(type) {
	case *[0]*int, *struct{ s fmt.Stringer }:
		return false
	}
	return true
}

type variable struct {
	at  uintptr
	typ reflect.Type
}

// spoil changes every variable that a pointer leads to: what they refer to first, then themselves.
func spoil(v reflect.Value, seen map[variable]bool) {
	if !v.IsValid() {
		return
	}
	if v.CanAddr() {
		k := variable{v.UnsafeAddr(), v.Type()}
		if seen[k] {
			return
		}
		seen[k] = true
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !outside(v.Type()) {
			spoil(v.Elem(), seen)
		}
	case reflect.Interface:
		if !v.Type().Implements(errorType) {
			spoil(v.Elem(), seen)
		}
	case reflect.Slice:
		if v.Cap() > 0 {
			for i, full := 0, v.Slice(0, v.Cap()); i < full.Len(); i++ {
				spoil(full.Index(i), seen)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			spoil(v.Index(i), seen)
		}
		return
	case reflect.Struct:
		if v.Type() == syncMapType {
			v.Addr().Interface().(*sync.Map).Store("new", 1)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "_" {
				spoil(v.Field(i), seen)
			}
		}
		return
	case reflect.Map:
		k := variable{v.Pointer(), v.Type()}
		if seen[k] {
			return
		}
		seen[k] = true
		for it := v.MapRange(); it.Next(); {
			spoil(it.Key(), seen)
			spoil(it.Value(), seen)
		}
		if !v.IsNil() {
			v.SetMapIndex(reflect.Zero(v.Type().Key()), reflect.Zero(v.Type().Elem()))
			for _, k := range v.MapKeys()[1:] {
				v.SetMapIndex(k, reflect.Value{})
			}
		}
	}
	switch {
	case !v.CanSet():
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	case v.CanInt():
		v.SetInt(v.Int() + 1)
	case v.CanUint():
		v.SetUint(v.Uint() + 1)
	case v.CanFloat():
		v.SetFloat(v.Float() + 1)
	case v.Kind() == reflect.String:
		v.SetString(strings.Clone(v.String() + "!"))
	case v.IsZero() && v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case v.IsZero() && v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case v.IsZero() && v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 3))
	case v.IsZero() && v.Kind() == reflect.Func:
		v.Set(reflect.MakeFunc(v.Type(), nil))
	case v.IsZero() && v.Kind() == reflect.Chan:
		v.Set(reflect.MakeChan(v.Type(), 1))
	case v.IsZero() && v.Kind() == reflect.Interface:
		if x := reflect.ValueOf(1); x.Type().Implements(v.Type()) {
			v.Set(x)
		}
	default:
		v.SetZero()
	}
}

func TestSyncTypes(t *testing.T) {
	type state struct {
		mu   sync.Mutex
		rw   sync.RWMutex
		once sync.Once
		wg   sync.WaitGroup
		cond *sync.Cond
		m    sync.Map
		ptr  atomic.Pointer[inner]
		val  atomic.Value
		in   *inner
		pool sync.Pool
		num  atomic.Int64
	}
	s := &state{in: &inner{1, 2}}
	s.cond = sync.NewCond(&s.mu)
	s.mu.Lock()
	s.wg.Add(1)
	s.ptr.Store(s.in)
	s.val.Store(s.in)
	s.m.Store("a", s.in)
	s.m.Store(s.in, 5)
	s.num.Store(6)
	var saver Saver
	var img Image
	save(t, &saver, &img, s)
	s.mu.Unlock()
	s.rw.Lock()
	s.once.Do(func() {})
	s.wg.Done()
	s.cond.L = &s.rw
	s.cond.Signal()
	s.ptr.Store(nil)
	s.val.Store(&inner{})
	s.m.Clear()
	s.m.Store("b", 1)
	s.in.a, s.in = 7, nil
	s.num.Add(1)
	s.pool.Put(new(int))
	img.Restore()
	if s.mu.TryLock() || !s.rw.TryLock() || s.cond.L != &s.mu {
		t.Error("locks are not as they were")
	}
	ran := false
	if s.once.Do(func() { ran = true }); !ran {
		t.Error("the sync.Once has been done")
	}
	s.wg.Done() // panics if the group does not wait for one
	if s.ptr.Load() != s.in || s.val.Load() != s.in || s.in == nil || *s.in != (inner{1, 2}) || s.num.Load() != 6 {
		t.Error("atomics are not as they were")
	}
	a, _ := s.m.Load("a")
	five, _ := s.m.Load(s.in)
	if _, ok := s.m.Load("b"); ok || a != s.in || five != 5 {
		t.Error("the sync.Map holds", a, five)
	}
}

// TestBuildersLeaveStringsAlone: a string that a builder gave out never changes, even if it is of a time that is taken
// back.
func TestBuildersLeaveStringsAlone(t *testing.T) {
	var sb strings.Builder
	sb.Grow(64)
	sb.WriteString("common ")
	var s Saver
	var img Image
	save(t, &s, &img, &sb)
	for _, word := range []string{"first", "other", "third"} {
		sb.WriteString(word)
		kept := sb.String()
		img.Restore()
		if sb.String() != "common " {
			t.Fatal("the builder holds", sb.String())
		}
		sb.WriteString("XXXXX")
		if kept != "common "+word {
			t.Fatal("a string has become", kept)
		}
		img.Restore()
	}
}

func TestNotFollowed(t *testing.T) {
	type state struct {
		err  error
		ptr  *machineError
		val  valueError
		when time.Time
		typ  reflect.Type
		f    plainFunc
		u    unique.Handle[string]
		w    weak.Pointer[inner]
		tag  map[string]int `ravel:"-"`
		num  int            `ravel:"-"`
		out  chan int       `ravel:"-"`
		_    int
		n    int
	}
	in := &inner{}
	e, p, x := &machineError{new(int)}, &machineError{new(int)}, new(int)
	was := state{err: e, ptr: p, val: valueError{x}, when: time.Now(), typ: reflect.TypeFor[int](), f: seven, u: unique.Make("x"),
		w: weak.Make(in), tag: map[string]int{}, num: 1, out: make(chan int), n: 1}
	s := was
	var saver Saver
	var img Image
	save(t, &saver, &img, &s)
	later := make(chan int)
	tag := map[string]int{"b": 1}
	s = state{tag: tag, num: 2, out: later, n: 2}
	*e.n, *p.n, *x = 1, 1, 1
	img.Restore()
	if s.err != was.err || s.ptr != p || s.val != was.val || s.when != was.when || s.typ != was.typ || s.f == nil || s.u != was.u || s.w != was.w || s.n != 1 {
		t.Error("a variable has not gone back:", s)
	}
	if *e.n != 1 || *p.n != 1 || *x != 1 {
		t.Error("an error has been written")
	}
	if reflect.ValueOf(s.tag).Pointer() != reflect.ValueOf(tag).Pointer() || s.num != 2 || s.out != later {
		t.Error("a field with a tag has been written")
	}
}

// TestBytesAreLeftAloneBetweenOthers: what is left alone may share a word with what is written.
func TestBytesAreLeftAloneBetweenOthers(t *testing.T) {
	type state struct {
		a uint8
		b uint8 `ravel:"-"`
		c uint8
		d [3]uint8
		e uint16 `ravel:"-"`
		f uint64
		g [2]struct {
			a int32
			b int32 `ravel:"-"`
		}
	}
	var s Saver
	var img Image
	list := make([]state, 3)
	save(t, &s, &img, list)
	for i := range list {
		x := &list[i]
		x.a, x.b, x.c, x.d, x.e, x.f = 1, 2, 3, [3]uint8{4, 5, 6}, 7, 8
		x.g[1].a, x.g[1].b = 9, 10
	}
	img.Restore()
	want := state{b: 2, e: 7}
	want.g[1].b = 10
	for _, x := range list {
		if x != want {
			t.Errorf("%+v", x)
		}
	}
}

func TestRootsAreSavedThoughTheyAreErrors(t *testing.T) {
	m := &machineError{new(int)}
	n := m.n
	var s Saver
	var img Image
	save(t, &s, &img, m)
	*m.n, m.n = 5, nil
	if img.Restore(); m.n != n || *n != 0 {
		t.Error("not saved")
	}
}

func TestLongList(t *testing.T) {
	var list *tree
	for i := range 200_000 {
		list = &tree{left: list, n: i}
	}
	var s Saver
	var img Image
	save(t, &s, &img, list)
	var nodes []*tree
	for x := list; x != nil; x = x.left {
		nodes = append(nodes, x)
	}
	for _, x := range nodes {
		*x = tree{}
	}
	img.Restore()
	for i, x := range nodes {
		if x.n != len(nodes)-1-i || x.left == nil && i+1 < len(nodes) || x.left != nil && x.left != nodes[i+1] {
			t.Fatal("wrong node", i)
		}
	}
}

// Boxes that share boxes: following each on its own would take 2^40 steps.
func TestSharedBoxes(t *testing.T) {
	type both struct{ a, b any }
	last := &inner{1, 2}
	var v any = last
	for range 40 {
		v = both{v, v}
	}
	var s Saver
	var img Image
	save(t, &s, &img, v)
	last.a = 5
	if img.Restore(); last.a != 1 {
		t.Error("what boxes refer to is not saved")
	}
}
