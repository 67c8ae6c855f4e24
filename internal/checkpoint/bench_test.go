package checkpoint

import (
	"fmt"
	"testing"
)

// server is a machine of ten words, with a small map and a slice of pointers.
type server struct {
	id, term, index, commit int
	leader                  bool
	name                    string
	log                     []*record
	votes                   map[int]bool
}

type record struct {
	term, index int
	next        *record
}

type lists struct {
	a, b []int
	s    string
}

func newServer(i, entries int) *server {
	s := &server{id: i, name: fmt.Sprint("server-", i), votes: map[int]bool{1: true, 2: false, 3: true}}
	for k := range entries {
		s.log = append(s.log, &record{term: k, index: i})
	}
	return s
}

// benchState is a state, and a change to it that Restore takes back.
type benchState struct {
	name   string
	roots  []any
	change func(i int)
}

func benchStates() []benchState {
	flat := &[8]int{1, 2, 3}
	two := &lists{make([]int, 8), make([]int, 8), "text"}
	small := map[string]int{"a": 1, "b": 2, "c": 3, "d": 4}
	var servers []any
	for i := range 5 {
		servers = append(servers, newServer(i, 4))
	}
	first := servers[0].(*server)
	list := &record{}
	for range 1000 {
		list = &record{next: list}
	}
	large := map[int]*record{}
	for i := range 1000 {
		large[i] = &record{index: i}
	}
	bytes := &struct{ b []byte }{make([]byte, 1<<16)}
	return []benchState{
		{"flat64", []any{flat}, func(i int) { flat[i%8]++ }},
		{"lists", []any{two}, func(i int) { two.a[i%8]++; two.b = two.b[:i%8]; two.s = "other" }},
		{"map4", []any{small}, func(int) { small["a"]++ }},
		{"servers", servers, func(i int) { first.term++; first.log[i%4].term++; first.log = first.log[:3] }},
		{"list1000", []any{list}, func(int) { list.index++; list.next = nil }},
		{"map1000", []any{large}, func(i int) { delete(large, i%1000) }},
		{"bytes64K", []any{bytes}, func(i int) { bytes.b[i%len(bytes.b)]++ }},
	}
}

func BenchmarkSave(b *testing.B) {
	for _, st := range benchStates() {
		b.Run(st.name, func(b *testing.B) {
			var s Saver
			var img Image
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Save(&img, st.roots...); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(img.Size()), "B/image")
		})
	}
}

// BenchmarkRestore writes back a state that has not changed.
func BenchmarkRestore(b *testing.B) { benchRestore(b, false) }

// BenchmarkRestoreChanged writes back a state of which a part has changed. The change is part of the time.
func BenchmarkRestoreChanged(b *testing.B) { benchRestore(b, true) }

func benchRestore(b *testing.B, change bool) {
	for _, st := range benchStates() {
		b.Run(st.name, func(b *testing.B) {
			var s Saver
			var img Image
			if err := s.Save(&img, st.roots...); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if change {
					st.change(i)
					i++
				}
				img.Restore()
			}
		})
	}
}
