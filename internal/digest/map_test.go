package digest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// inAnyOrder checks that a map built in different orders, with different
// histories of growth, has one digest.
func inAnyOrder[K comparable, V any](t *testing.T, name string, m map[K]V) {
	t.Helper()
	want := digestOf(t, m)
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	for range 20 {
		rand.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		c := make(map[K]V, rand.IntN(200))
		for _, k := range keys {
			c[k] = m[k]
		}
		if got := digestOf(t, c); got != want {
			t.Fatalf("%s: %v, then %v", name, want, got)
		}
	}
}

func TestMapOrderDoesNotCount(t *testing.T) {
	flat := map[string]int{}
	pointers := map[int]*list{}
	keyed := map[*list]string{}
	mixed := map[any]any{}
	nested := map[string]map[string][]int{}
	shared := &list{val: 99}
	for i := range 50 {
		flat[fmt.Sprint(i)] = i
		pointers[i] = &list{i % 3, shared}
		keyed[&list{i % 7, shared}] = fmt.Sprint(i % 5)
		mixed[i] = &list{val: i}
		mixed[fmt.Sprint(i)] = flat
		nested[fmt.Sprint(i)] = map[string][]int{"a": {i}, "b": {i, i}}
	}
	inAnyOrder(t, "flat", flat)
	inAnyOrder(t, "pointers", pointers)
	inAnyOrder(t, "pointer keys", keyed)
	inAnyOrder(t, "mixed", mixed)
	inAnyOrder(t, "nested", nested)
	inAnyOrder(t, "floats", map[float64]*list{1: shared, 2: nil, math.Inf(1): shared})
}

func TestMapEntriesCount(t *testing.T) {
	distinct := map[Digest]string{}
	for name, m := range map[string]any{
		"ab":      map[string]string{"a": "b"},
		"ba":      map[string]string{"b": "a"},
		"aa bb":   map[string]string{"a": "a", "b": "b"},
		"ab ba":   map[string]string{"a": "b", "b": "a"},
		"empty":   map[string]string{},
		"nothing": map[string]string{"": ""},
	} {
		d := digestOf(t, m)
		if other, ok := distinct[d]; ok {
			t.Errorf("%q and %q have one digest", name, other)
		}
		distinct[d] = name
	}
}

func TestMapKeyIdentity(t *testing.T) {
	type cluster struct {
		nodes []*list
		alive map[*list]bool
	}
	build := func(alive int) cluster {
		c := cluster{alive: map[*list]bool{}}
		for i := range 3 {
			c.nodes = append(c.nodes, &list{})
			c.alive[c.nodes[i]] = i == alive
		}
		return c
	}
	for range 10 {
		if digestOf(t, build(1)) != digestOf(t, build(1)) {
			t.Fatal("not deterministic")
		}
	}
	if digestOf(t, build(1)) == digestOf(t, build(2)) {
		t.Error("which of the equal nodes a key points to does not count")
	}
}

// TestMapTies: entries that only their addresses tell apart must not make
// digests depend on the order of iteration.
func TestMapTies(t *testing.T) {
	type world struct {
		m1, m2 map[*list]int
		order  []*list
	}
	build := func() world {
		a, b := &list{}, &list{}
		return world{map[*list]int{a: 0, b: 0}, map[*list]int{a: 5, b: 6}, []*list{b, a}}
	}
	want := digestOf(t, build())
	for range 50 {
		if digestOf(t, build()) != want {
			t.Fatal("not deterministic")
		}
	}
	nan := func() map[float64]int { return map[float64]int{math.NaN(): 1, math.NaN(): 2, 3: 3} }
	if digestOf(t, nan()) != digestOf(t, nan()) {
		t.Error("NaN keys")
	}
}

func TestSyncMap(t *testing.T) {
	build := func(n int) *sync.Map {
		var m sync.Map
		for i := range n {
			m.Store(fmt.Sprint(i), &list{val: i})
		}
		return &m
	}
	if digestOf(t, build(9)) != digestOf(t, build(9)) {
		t.Error("a sync.Map is not digested by its entries")
	}
	if digestOf(t, build(9)) == digestOf(t, build(8)) {
		t.Error("an entry of a sync.Map does not count")
	}
}

// TestCopiedEntries: the way for other runtimes gives the same digests.
func TestCopiedEntries(t *testing.T) {
	if !iterReadable {
		t.Error("this version of Go is not known: maps are digested slowly")
	}
	v := sample()
	want := digestOf(t, v)
	defer func(old bool) { iterReadable = old }(iterReadable)
	iterReadable = false
	if got := digestOf(t, v); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}
