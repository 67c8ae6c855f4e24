package values_test

import (
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

type (
	plain          struct{ n int }
	pair[K, V any] struct {
		key K
		val V
	}
	boxed struct{ p *int }
)

func TestRoot(t *testing.T) {
	for want, v := range map[string]any{
		"plain":                        plain{},
		"int":                          new(**int),
		"([]int)":                      []int{},
		"(map[string]int)":             &map[string]int{},
		"pair[int,string]":             pair[int, string]{},
		"pair[values_test.plain,bool]": pair[plain, bool]{},
	} {
		if got := values.Root(reflect.TypeOf(v)); got != want {
			t.Errorf("%T: %s, want %s", v, got, want)
		}
	}
}

func TestSteps(t *testing.T) {
	n := 1
	long := strings.Repeat("x", 100)
	for _, test := range []struct {
		want string
		key  any
	}{
		{`["a\n"]`, "a\n"},
		{"[7]", 7},
		{"[{7}]", plain{7}},
		{"[*int]", &n},
		{`["` + long[:36] + `...]`, long},
	} {
		if got := values.Key(reflect.ValueOf(test.key)); got != test.want {
			t.Errorf("%v: %s, want %s", test.key, got, test.want)
		}
	}
	held := []any{nil, "a"}
	for i, want := range []string{"[nil]", `["a"]`} {
		if got := values.Key(reflect.ValueOf(held).Index(i)); got != want {
			t.Errorf("%v in an interface: %s, want %s", held[i], got, want)
		}
	}
	if got := values.Index(12); got != "[12]" {
		t.Error(got)
	}
}

func TestDirect(t *testing.T) {
	for _, v := range []any{new(int), map[int]int{}, make(chan int), func() {}, unsafe.Pointer(nil), boxed{}, [1]*int{}} {
		if !values.Direct(reflect.TypeOf(v)) {
			t.Errorf("%T is not a word of its own", v)
		}
	}
	for _, v := range []any{0, "", []int{}, plain{}, [2]*int{}, pair[*int, *int]{}} {
		if values.Direct(reflect.TypeOf(v)) {
			t.Errorf("%T is a word of its own", v)
		}
	}
	if values.Direct(reflect.TypeFor[any]()) {
		t.Error("an interface is held by another one")
	}
}

// The addresses that an iterator has are those of the present entry.
func TestMapIter(t *testing.T) {
	offset, known := values.MapIter()
	if !known {
		t.Fatal("the iterator of this version of Go is not known")
	}
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	it := reflect.ValueOf(m).MapRange()
	n := 0
	for ; it.Next(); n++ {
		at := (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(it), offset))
		k, v := *(*string)(at[0]), *(*int)(at[1])
		if k != it.Key().String() || v != int(it.Value().Int()) || m[k] != v {
			t.Errorf("%s: %d, want %v: %v", k, v, it.Key(), it.Value())
		}
	}
	if n != len(m) {
		t.Errorf("%d entries", n)
	}
}
