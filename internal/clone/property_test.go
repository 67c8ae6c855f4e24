package clone

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"unsafe"

	"github.com/ravelgo/ravel/internal/digest"
)

func rounds(t testing.TB, n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// verify checks everything that is promised of the copy of a state, which it spoils.
func verify(t testing.TB, src, dst []any) {
	t.Helper()
	if err := compareStates(src, dst); err != nil {
		t.Fatal(err)
	}
	before := digestOf(src)
	if got := digestOf(dst); got != before {
		t.Fatal("the copy has another digest")
	}
	var r digest.Reach
	for i, v := range src {
		if s := r.Add("original", v); s != nil {
			t.Fatal(i, s)
		}
	}
	for i, v := range dst {
		if s := r.Add("copy", v); s != nil {
			t.Fatal(i, s)
		}
	}
	spoil(dst)
	if digestOf(src) != before {
		t.Fatal("a change of the copy changes the original")
	}
}

func digestOf(state []any) digest.Digest {
	var e digest.Env
	return e.Value(state)
}

// spoil changes every variable that a state reaches.
func spoil(state []any) {
	seen := map[walked]bool{}
	for _, v := range state {
		spoilValue(reflect.ValueOf(v), seen)
	}
}

func spoilValue(v reflect.Value, seen map[walked]bool) {
	if !v.IsValid() || shared(v.Type()) {
		return
	}
	if v.CanAddr() {
		w := walked{addr: v.UnsafeAddr(), typ: v.Type()}
		if seen[w] {
			return
		}
		seen[w] = true
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	switch k := v.Kind(); {
	case k == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("ravel") != "-" && v.Type().PkgPath() != "strings" {
				spoilValue(v.Field(i), seen)
			}
		}
	case k == reflect.Array:
		for i := range v.Len() {
			spoilValue(v.Index(i), seen)
		}
	case k == reflect.Pointer, k == reflect.Interface:
		if !v.IsNil() {
			spoilValue(v.Elem(), seen)
		}
	case k == reflect.Slice:
		if v.Cap() > 0 {
			v = v.Slice(0, v.Cap())
		}
		for i := range v.Len() {
			spoilValue(v.Index(i), seen)
		}
	case k == reflect.Map:
		w := walked{addr: v.Pointer(), typ: v.Type(), n: -1}
		if v.IsNil() || seen[w] {
			return
		}
		seen[w] = true
		keys := v.MapKeys()
		for _, key := range keys {
			spoilValue(key, seen)
			spoilValue(v.MapIndex(key), seen)
		}
		if v.CanSet() {
			v.Clear()
		}
	case !v.CanSet():
	case v.CanInt():
		v.SetInt(v.Int() + 1)
	case k == reflect.String:
		v.SetString(v.String() + "!")
	case k == reflect.Bool:
		v.SetBool(!v.Bool())
	case v.CanFloat():
		v.SetFloat(v.Float() + 1)
	}
}

func TestCopiesAreIsomorphic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var e Env
	fast := 0
	for i := range rounds(t, 4000) {
		src := randomState(r)
		dst := make([]any, len(src))
		e.skip = 0
		if i%4 == 0 {
			e = Env{} // one that knows nothing of the types
		}
		if err := e.Clone(dst, src); err != nil {
			t.Fatal(err)
		}
		if e.skip == 0 && !e.late {
			fast++
		}
		again := make([]any, len(src))
		if err := e.Clone(again, dst); err != nil {
			t.Fatal(err)
		}
		verify(t, dst, again)
		verify(t, src, dst2(t, &e, src))
	}
	if fast == 0 {
		t.Error("no state was copied in one pass: the test does not cover that")
	}
}

func dst2(t *testing.T, e *Env, src []any) []any {
	dst := make([]any, len(src))
	if err := e.Clone(dst, src); err != nil {
		t.Fatal(err)
	}
	return dst
}

// TestMutants: copiers with a mistake are found out.
func TestMutants(t *testing.T) {
	clone := func(src []any) []any { return dst2(t, new(Env), src) }
	for name, mutant := range map[string]func(src []any) []any{
		"shares everything": func(src []any) []any { return append([]any{}, src...) },
		"shallow": func(src []any) []any {
			return append([]any{shallowCopy(src[0].(*thing))}, clone(src)[1:]...)
		},
		"no identity between roots": func(src []any) []any {
			var dst []any
			for _, v := range src {
				dst = append(dst, clone([]any{v})...)
			}
			return dst
		},
		"no look-out for overlaps": func(src []any) []any {
			var e Env
			e.rules = published.Load()
			e.begin()
			dst := make([]any, len(src))
			e.copyRoots(dst, src)
			return dst
		},
		"keys are shared": func(src []any) []any {
			dst := clone(src)
			from, to := src[0].(*thing), dst[0].(*thing)
			for k, v := range from.marks {
				clear(to.marks)
				to.marks[k] = v
			}
			return dst
		},
		"an alias is duplicated": func(src []any) []any {
			dst := clone(src)
			if x := dst[0].(*thing); x.next != nil {
				x.next = shallowCopy(x.next)
			}
			return dst
		},
		"capacity is lost": func(src []any) []any {
			dst := clone(src)
			x := dst[0].(*thing)
			x.nums = x.nums[:len(x.nums):len(x.nums)]
			return dst
		},
		"one value is wrong": func(src []any) []any {
			dst := clone(src)
			dst[0].(*thing).lots[7].n++
			return dst
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for range 1000 {
				src := randomState(r)
				if compareStates(src, mutant(src)) != nil {
					return
				}
			}
			t.Error("the mistake is not found")
		})
	}
}

func shallowCopy(x *thing) *thing {
	c := new(thing)
	reflect.ValueOf(c).Elem().Set(reflect.ValueOf(x).Elem())
	return c
}

func FuzzClone(f *testing.F) {
	f.Add([]byte("\x03\x00\x01\x02\x0f\x02\x01\x03\x05\x08\x09"))
	f.Add([]byte("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	f.Fuzz(func(t *testing.T, data []byte) {
		src := buildState(data[:min(len(data), 400)])
		dst := make([]any, len(src))
		var e Env
		for range 3 {
			if err := e.Clone(dst, src); err != nil {
				t.Fatal(err)
			}
			verify(t, src, dst)
		}
	})
}
