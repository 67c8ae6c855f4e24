package clone

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// comparison decides whether one value is a copy of another, by a traversal that has nothing in common with the one
// under test. It pairs the addresses of all variables that it meets in both: the copy is right if the pairing is one to
// one, so that whatever refers to one variable in the original refers to one in the copy, and if no variable of the one
// is a variable of the other.
type comparison struct {
	there, back map[uintptr]uintptr
	seen        map[walked]bool
	cells       [2][]cell // variables of original and copy
	path        []string
}

type walked struct {
	addr uintptr
	typ  reflect.Type
	n    int
}

type cell struct {
	addr, size uintptr
	path       string
}

// compareStates reports the first difference between states and their copies, nil if there is none.
func compareStates(a, b []any) (err error) {
	c := comparison{there: map[uintptr]uintptr{}, back: map[uintptr]uintptr{}, seen: map[walked]bool{}}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("at %s: %v", strings.Join(c.path, ""), r)
		}
	}()
	if len(a) != len(b) {
		panic("not as many values")
	}
	for i := range a {
		c.at(fmt.Sprint("#", i), func() { c.compare(reflect.ValueOf(a[i]), reflect.ValueOf(b[i])) })
	}
	c.disjoint()
	return nil
}

func (c *comparison) at(step string, do func()) {
	c.path = append(c.path, step)
	do()
	c.path = c.path[:len(c.path)-1]
}

func check(ok bool, format string, args ...any) {
	if !ok {
		panic(fmt.Sprintf(format, args...))
	}
}

// pair notes that the variable at address x corresponds to the one at y.
func (c *comparison) pair(x, y, size uintptr) {
	if size == 0 {
		return
	}
	if z, ok := c.there[x]; ok {
		check(z == y, "an alias has become a second copy")
	}
	if z, ok := c.back[y]; ok {
		check(z == x, "two variables have become one")
	}
	c.there[x], c.back[y] = y, x
	path := strings.Join(c.path, "")
	c.cells[0] = append(c.cells[0], cell{x, size, path})
	c.cells[1] = append(c.cells[1], cell{y, size, path})
}

// disjoint checks that no variable of the copy lies in one of the original.
func (c *comparison) disjoint() {
	bytes := map[uintptr]string{}
	for _, k := range c.cells[0] {
		for i := range k.size {
			bytes[k.addr+i] = k.path
		}
	}
	for _, k := range c.cells[1] {
		for i := range k.size {
			p, shared := bytes[k.addr+i]
			check(!shared, "%s of the original is %s of the copy", p, k.path)
		}
	}
}

func shared(t reflect.Type) bool {
	return t.Implements(errorType) || t == reflect.TypeFor[plainFunc]() || t.Implements(reflect.TypeFor[reflect.Type]()) ||
		t.Kind() == reflect.Pointer && t.Elem().String() == "time.Location"
}

// compare checks that y is a copy of x.
func (c *comparison) compare(x, y reflect.Value) {
	check(x.IsValid() == y.IsValid(), "one is nil")
	if !x.IsValid() {
		return
	}
	t := x.Type()
	check(t == y.Type(), "types %s and %s", t, y.Type())
	if x.CanAddr() && t.Kind() != reflect.Struct && t.Kind() != reflect.Array {
		c.pair(x.UnsafeAddr(), y.UnsafeAddr(), t.Size())
	}
	switch t.Kind() {
	case reflect.Bool:
		check(x.Bool() == y.Bool(), "%v, %v", x, y)
	case reflect.String:
		check(x.String() == y.String(), "%v, %v", x, y)
	case reflect.Struct:
		for i := range t.NumField() {
			c.at("."+t.Field(i).Name, func() { c.field(t, i, x.Field(i), y.Field(i)) })
		}
	case reflect.Array:
		for i := range x.Len() {
			c.at(fmt.Sprintf("[%d]", i), func() { c.compare(x.Index(i), y.Index(i)) })
		}
	case reflect.Interface:
		if shared(t) || !x.IsNil() && shared(x.Elem().Type()) {
			check(x.Elem() == y.Elem() || x.Elem().Equal(y.Elem()), "not shared")
			return
		}
		c.compare(x.Elem(), y.Elem())
	case reflect.Pointer:
		c.pointer(x, y)
	case reflect.Slice:
		c.slice(x, y)
	case reflect.Map:
		c.mapping(x, y)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		check(x.Pointer() == y.Pointer(), "not the same")
	default:
		check(x.Equal(y), "%v, %v", x, y)
	}
}

// field follows the pointer in an atomic.Pointer.
func (c *comparison) field(t reflect.Type, i int, x, y reflect.Value) {
	if t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer[") && t.Field(i).Name == "v" {
		to := t.Field(0).Type.Elem()
		x, y = reflect.NewAt(to, unsafe.Pointer(x.UnsafeAddr())).Elem(), reflect.NewAt(to, unsafe.Pointer(y.UnsafeAddr())).Elem()
	}
	if t.Field(i).Tag.Get("ravel") == "-" && t.Field(i).Type.Kind() == reflect.Pointer {
		check(x.Pointer() == y.Pointer(), "not shared")
		return
	}
	c.compare(x, y)
}

func (c *comparison) first(x reflect.Value, n int) bool {
	w := walked{x.Pointer(), x.Type(), n}
	if c.seen[w] {
		return false
	}
	c.seen[w] = true
	return true
}

func (c *comparison) pointer(x, y reflect.Value) {
	check(x.IsNil() == y.IsNil(), "one is nil")
	if x.IsNil() {
		return
	}
	if shared(x.Type()) {
		check(x.Pointer() == y.Pointer(), "not shared")
		return
	}
	if size := x.Type().Elem().Size(); size > 0 {
		c.same(x.Pointer(), y.Pointer())
	}
	if c.first(x, 0) {
		c.at("*", func() { c.compare(x.Elem(), y.Elem()) })
	}
}

// same checks two addresses against what is known of them.
func (c *comparison) same(x, y uintptr) {
	check(x != y, "original and copy share memory")
	if z, ok := c.there[x]; ok {
		check(z == y, "an alias leads elsewhere")
	}
	if z, ok := c.back[y]; ok {
		check(z == x, "an alias has appeared")
	}
}

func (c *comparison) slice(x, y reflect.Value) {
	check(x.IsNil() == y.IsNil(), "one is nil")
	check(x.Len() == y.Len() && x.Cap() == y.Cap(), "length %d and %d, capacity %d and %d", x.Len(), y.Len(), x.Cap(), y.Cap())
	if x.Cap() == 0 || x.Type().Elem().Size() == 0 {
		return
	}
	c.same(x.Pointer(), y.Pointer())
	if c.first(x, x.Cap()) {
		x, y = x.Slice(0, x.Cap()), y.Slice(0, y.Cap())
		for i := range x.Len() {
			c.at(fmt.Sprintf("[%d]", i), func() { c.compare(x.Index(i), y.Index(i)) })
		}
	}
}

func (c *comparison) mapping(x, y reflect.Value) {
	check(x.IsNil() == y.IsNil(), "one is nil")
	check(x.Len() == y.Len(), "length %d and %d", x.Len(), y.Len())
	if x.IsNil() {
		return
	}
	c.pair(x.Pointer(), y.Pointer(), 1)
	if !c.first(x, -1) {
		return
	}
	keys := map[string]reflect.Value{}
	for _, k := range y.MapKeys() {
		keys[keyName(k)] = k
	}
	check(len(keys) == y.Len(), "the test cannot tell the keys apart")
	for _, k := range x.MapKeys() {
		name := keyName(k)
		c.at("["+name+"]", func() {
			other, ok := keys[name]
			check(ok, "no such key in the copy")
			c.compare(k, other)
			v := y.MapIndex(other)
			check(v.IsValid(), "the copy does not find its key")
			c.compare(x.MapIndex(k), v)
		})
	}
}

// keyName names a key by what it holds: things by their number.
func keyName(k reflect.Value) string {
	switch k.Kind() {
	case reflect.Interface:
		return k.Elem().Type().String() + keyName(k.Elem())
	case reflect.Pointer:
		return fmt.Sprint("thing ", k.Elem().FieldByName("id").Int())
	case reflect.Struct:
		s := ""
		for i := range k.NumField() {
			s += keyName(k.Field(i)) + ";"
		}
		return s
	}
	return fmt.Sprintf("%#v", k)
}
