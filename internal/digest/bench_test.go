package digest

import "testing"

type flat3 struct{ a, b, c int64 }

type mixed struct {
	name string
	log  []int
	term int
}

type node struct {
	val  int
	next *node
}

func BenchmarkWord(b *testing.B) {
	h := NewHasher(1)
	for i := 0; i < b.N; i++ {
		h.Word(uint64(i))
	}
	sink = h.Sum()
}

func BenchmarkBytes1K(b *testing.B) {
	h := NewHasher(1)
	buf := make([]byte, 1024)
	b.SetBytes(1024)
	for i := 0; i < b.N; i++ {
		h.Bytes(buf)
	}
	sink = h.Sum()
}

var sink Digest

func BenchmarkValue(b *testing.B) {
	list := &node{val: 1, next: &node{val: 2, next: &node{val: 3, next: &node{val: 4}}}}
	m := map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8}
	long := &node{}
	for i := range 1000 {
		long = &node{i, long}
	}
	nested := map[string][]int{"a": {1}, "b": {2}, "c": {3}, "d": {4}}
	for _, c := range []struct {
		name string
		v    any
	}{
		{"flat3", &flat3{1, 2, 3}},
		{"string+slice", &mixed{name: "server-1", log: []int{1, 2, 3, 4, 5, 6, 7, 8}, term: 3}},
		{"map8", m},
		{"list4", list},
		{"list1000", long},
		{"map of slices 4", nested},
		{"any", &struct{ v any }{flat3{1, 2, 3}}},
		{"everything", sample()},
	} {
		b.Run(c.name, func(b *testing.B) {
			var e Env
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				sink = e.Value(c.v)
			}
		})
	}
}

func BenchmarkReach(b *testing.B) {
	values := []any{sample(), sample(), sample(), sample()}
	owners := []string{"a", "b", "c", "d"}
	var r Reach
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		r.Reset()
		for k, v := range values {
			r.Add(owners[k], v)
		}
	}
}
