package checkpoint

import (
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
)

type (
	handle  struct{ n int }
	frozen  struct{ p *int }
	adapter interface{ Adapt() }
	logger  struct{ out io.Writer }
	counter int
)

func (*logger) Adapt() {}

func TestRegistrations(t *testing.T) {
	type state struct {
		a, b *handle
		any  any
		f    *frozen
		g    frozen
		ad   adapter
		l    logger
		c    counter
		m    map[*handle]int
		e    map[string]logger
	}
	h, x := &handle{1}, new(int)
	s := &state{a: h, any: h, f: &frozen{x}, g: frozen{x}, ad: new(logger), l: logger{os.Stderr}, c: 1,
		m: map[*handle]int{h: 1}, e: map[string]logger{"a": {os.Stderr}}}
	was := *s
	var saver Saver
	var img Image
	if err := saver.Save(&img, s); err == nil {
		t.Fatal("the file of the logger is not refused before the registration")
	}
	Opaque(reflect.TypeFor[*handle]())
	Immutable(reflect.TypeFor[frozen]())
	Opaque(reflect.TypeFor[adapter]())
	Opaque(reflect.TypeFor[logger]())
	Opaque(reflect.TypeFor[counter]())
	save(t, &saver, &img, s)
	h.n, *x = 2, 3
	clear(s.m)
	clear(s.e)
	*s = state{b: h, l: logger{os.Stdout}, c: 2, m: map[*handle]int{}}
	img.Restore()
	if s.a != h || s.b != nil || s.any != any(h) || s.f != was.f || s.g != was.g || s.ad != was.ad || s.m[h] != 1 {
		t.Error("a reference has not gone back:", s)
	}
	if h.n != 2 || *x != 3 {
		t.Error("what is registered has been written")
	}
	if s.l.out != os.Stdout || s.c != 2 {
		t.Error("an opaque variable has been written")
	}
	if s.e["a"].out != os.Stderr {
		t.Error("an entry of a map is not whole")
	}
}

type (
	ring struct { // refers to itself, and has a channel
		next *ring
		ch   chan int
		n    int
	}
	version struct{ p *int }
	outer   struct{ version }
	pairOf  struct {
		a int
		v version
	}
)

func (r *ring) CloneRavel() *ring {
	c := &ring{n: r.n, ch: make(chan int, cap(r.ch))}
	c.next = c
	for range len(r.ch) {
		x := <-r.ch
		r.ch <- x
		c.ch <- x
	}
	return c
}

func (v version) CloneRavel() version {
	c := version{new(int)}
	if v.p != nil {
		*c.p = *v.p
	}
	return c
}

func TestMethods(t *testing.T) {
	type state struct {
		a, b *ring
		c    ring
		v    version
		list []version
		arr  [2]pairOf
		o    outer
		any  any
		str  interface{ CloneRavel() version }
		m    map[string]pairOf
	}
	seven := func() version { n := 7; return version{&n} }
	r := &ring{ch: make(chan int, 3)}
	r.ch <- 5
	s := &state{a: r, b: r, c: ring{n: 2}, v: seven(), list: []version{seven(), seven()}, arr: [2]pairOf{1: {1, seven()}}, o: outer{seven()},
		any: ring{n: 9, ch: make(chan int, 1)}, str: seven(), m: map[string]pairOf{"a": {1, seven()}}}
	var saver Saver
	var img Image
	save(t, &saver, &img, s)
	for range 3 {
		<-s.a.ch
		s.a.n, s.c.n = 8, 8
		for _, v := range []version{s.v, s.list[0], s.list[1], s.arr[1].v, s.o.version, s.m["a"].v, s.str.(version)} {
			*v.p = 100
		}
		s.b, s.any = nil, nil
		delete(s.m, "a")
		img.Restore()
		if s.a != r || s.b != r || len(r.ch) != 1 || cap(r.ch) != 3 || r.n != 0 || s.c.n != 2 {
			t.Error("the ring has not gone back by its method", r, s.c)
		}
		for i, v := range []version{s.v, s.list[0], s.list[1], s.arr[1].v, s.o.version, s.m["a"].v, s.str.(version)} {
			if v.p == nil || *v.p != 7 {
				t.Error("version", i, "has not gone back by its method")
			}
		}
		if x, ok := s.any.(ring); !ok || x.n != 9 || cap(x.ch) != 1 || s.m["a"].a != 1 {
			t.Error("the interface holds", s.any)
		}
	}
	if err := Check(reflect.TypeFor[state]()); err != nil {
		t.Error(err)
	}
}

// TestClonesInOverlappingLists: an interface that is reached several times gets its clone last.
func TestClonesInOverlappingLists(t *testing.T) {
	n := 7
	list := make([]any, 3)
	list[1] = version{&n}
	var s Saver
	var img Image
	save(t, &s, &img, &list[1], list[:2:2], list, list[1:])
	for range 2 {
		*list[1].(version).p = 100
		img.Restore()
		if *list[1].(version).p != 7 {
			t.Fatal("not cloned")
		}
	}
}

type panics struct{ n int }

func (p panics) CloneRavel() panics { panic("no way") }

func TestMethodsThatPanic(t *testing.T) {
	var s Saver
	var img Image
	for _, root := range []any{&panics{}, &[]any{panics{}}, map[int]panics{1: {}}} {
		if err := s.Save(&img, root); err == nil || !strings.Contains(err.Error(), "(checkpoint.panics): its method CloneRavel panics: no way") {
			t.Error(err)
		}
	}
}
