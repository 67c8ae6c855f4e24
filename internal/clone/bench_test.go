package clone

import (
	"fmt"
	"maps"
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

func newServer(i, entries int) *server {
	s := &server{id: i, name: fmt.Sprint("server-", i), votes: map[int]bool{1: true, 2: false, 3: true}}
	for k := range entries {
		s.log = append(s.log, &record{term: k, index: i})
	}
	return s
}

type flat struct{ words [10]int64 }

type message struct {
	from, term int
	entries    []record
}

func benchStates() map[string][]any {
	var servers, mapless, flats, events []any
	for i := range 5 {
		servers = append(servers, newServer(i, 4))
		m := newServer(i, 4)
		m.votes = nil
		mapless = append(mapless, m)
		flats = append(flats, &flat{})
		events = append(events, &message{from: i, entries: make([]record, 2)}, message{from: i}, i+1000)
	}
	list := &record{}
	for range 1000 {
		list = &record{next: list}
	}
	return map[string][]any{
		"flat":     flats,
		"pointers": mapless,
		"servers":  servers,
		"events":   events,
		"list1000": {list},
		"bytes64K": {&struct{ b []byte }{make([]byte, 1<<16)}},
		"map1000":  {bigMap(1000)},
		"nested":   {map[string]map[string]*record{"a": {"b": {}, "c": {}}, "d": {"b": {}, "c": {}}}},
		"ptrkeys":  {map[*record]int{{}: 1, {}: 2, {}: 3, {}: 4}},
		"overlap":  {overlapping()},
	}
}

func overlapping() any {
	all := make([]record, 20)
	return &struct {
		a, b []record
		c    *record
	}{all[:10], all[5:15], &all[3]}
}

func bigMap(n int) any {
	m := map[int]*record{}
	for i := range n {
		m[i] = &record{index: i}
	}
	return m
}

func BenchmarkClone(b *testing.B) {
	states := benchStates()
	for _, name := range []string{"flat", "pointers", "servers", "events", "list1000", "bytes64K", "map1000", "nested", "ptrkeys", "overlap"} {
		src := states[name]
		b.Run(name, func(b *testing.B) {
			var e Env
			dst := make([]any, len(src))
			b.ReportAllocs()
			for b.Loop() {
				if err := e.Clone(dst, src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkByHand is what a programmer would write for the servers: the copies, no identity.
func BenchmarkByHand(b *testing.B) {
	src := benchStates()["servers"]
	dst := make([]any, len(src))
	b.ReportAllocs()
	for b.Loop() {
		for i, v := range src {
			s := *v.(*server)
			s.log = make([]*record, len(s.log))
			for k, r := range v.(*server).log {
				c := *r
				s.log[k] = &c
			}
			s.votes = maps.Clone(s.votes)
			dst[i] = &s
		}
	}
}
