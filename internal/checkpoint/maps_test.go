package checkpoint

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestMaps changes maps of all sizes in all ways.
func TestMaps(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var s Saver
	for _, size := range []int{0, 1, 7, 8, 9, 100, 1000, 5000} {
		m := map[string]*int{}
		for range size {
			m[name(r)] = new(int)
		}
		other := map[[3]int8]inner{}
		for range size {
			other[[3]int8{int8(r.Uint32()), int8(r.Uint32())}] = inner{1, 2}
		}
		var img Image
		roots := []any{m, other}
		save(t, &s, &img, roots...)
		was := describe(roots)
		for what, change := range map[string]func(){
			"nothing": func() {},
			"values": func() {
				for k := range other {
					other[k] = inner{}
				}
			},
			"some values": func() {
				for k := range m {
					if m[k] = nil; r.IntN(3) == 0 {
						break
					}
				}
			},
			"deleted": func() {
				for k := range m {
					if delete(m, k); r.IntN(20) == 0 {
						break
					}
				}
			},
			"entered": func() {
				for range 1 + 2*size {
					m[name(r)] = nil
				}
			},
			"another for one": func() {
				for k := range m {
					delete(m, k)
					m["new"] = nil
					break
				}
			},
			"the same key anew": func() {
				for k := range m {
					delete(m, k)
					m[strings.Clone(k)] = nil
					break
				}
			},
			"cleared": func() { clear(m); clear(other) },
			"cleared and filled": func() {
				clear(m)
				for range size {
					m[name(r)] = nil
				}
			},
		} {
			change()
			img.Restore()
			if diff := difference(was, describe(roots)); diff != "" {
				t.Fatalf("%d entries, %s: %s", size, what, diff)
			}
		}
	}
}

func name(r *rand.Rand) string {
	return "a long name, and number "[:10+r.IntN(10)] + string(rune('a'+r.IntN(26))) + string(rune(r.IntN(5000)+300))
}

func TestKeysThatDoNotEqualThemselves(t *testing.T) {
	negative := math.Copysign(0, -1)
	m := map[any]*int{math.NaN(): new(int), negative: new(int), "a": nil, inner{}: nil}
	f := map[float64]int{math.NaN(): 1, math.Float64frombits(math.Float64bits(math.NaN()) + 1): 2, negative: 3}
	f[math.NaN()] = 4
	var s Saver
	var img Image
	save(t, &s, &img, m, f)
	was := describe([]any{m, f})
	for what, change := range map[string]func(){
		"nothing":          func() {},
		"one more NaN":     func() { m[math.NaN()], f[math.NaN()] = nil, 4 },
		"cleared":          func() { clear(m); clear(f) },
		"a value":          func() { f[0]++; m["a"] = new(int) },
		"the other zero":   func() { delete(f, 0); f[0] = 3; delete(m, negative); m[0.0] = nil },
		"as many, not NaN": func() { clear(f); f[1], f[2], f[3], f[4] = 1, 2, 3, 4 },
	} {
		change()
		img.Restore()
		if diff := difference(was, describe([]any{m, f})); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	zeros := 0
	for k := range f {
		if k == 0 && math.Signbit(k) {
			zeros++
		}
	}
	if zeros != 1 || len(f) != 4 {
		t.Error("the negative zero is lost:", f)
	}
}

// TestEntriesAreSavedWhole: an entry that is entered again has all its fields, those with tags too.
func TestEntriesAreSavedWhole(t *testing.T) {
	type key struct {
		a int
		b *int `ravel:"-"`
	}
	type val struct {
		n   int
		out chan int `ravel:"-"`
	}
	x, y, ch := new(int), new(int), make(chan int)
	m := map[key]val{{1, x}: {1, ch}, {1, y}: {2, nil}}
	var s Saver
	var img Image
	save(t, &s, &img, m)
	clear(m)
	m[key{1, x}] = val{}
	img.Restore()
	if len(m) != 2 || m[key{1, x}] != (val{1, ch}) || m[key{1, y}] != (val{2, nil}) {
		t.Error(m)
	}
}

// TestWithoutTheRuntimesIterator: entries can also be copied out of a map one by one.
func TestWithoutTheRuntimesIterator(t *testing.T) {
	defer func(was bool) { iterReadable = was }(iterReadable)
	if !iterReadable {
		t.Error("the place of key and value in the runtime's iterator is not known for this version of Go")
	}
	iterReadable = false
	TestMaps(t)
	TestKeysThatDoNotEqualThemselves(t)
}
