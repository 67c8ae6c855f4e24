package clone

import (
	"io"
	"os"
	"reflect"
	"testing"
)

type (
	handle  struct{ n int }
	frozen  struct{ p *int }
	adapter interface{ Adapt() }
	logger  struct{ out io.Writer }
)

func (*logger) Adapt() {}

func TestRegistrations(t *testing.T) {
	Handle(reflect.TypeFor[*handle]())
	Immutable(reflect.TypeFor[frozen]())
	Opaque(reflect.TypeFor[adapter]())
	Opaque(reflect.TypeFor[logger]())
	type state struct {
		a, b *handle
		any  any
		none *handle
		f    *frozen
		g    frozen
		ad   adapter
		l    logger
		m    map[*handle]int
	}
	h := &handle{1}
	s := &state{a: h, b: h, any: h, f: &frozen{new(int)}, g: frozen{new(int)}, ad: new(logger), l: logger{os.Stderr}, m: map[*handle]int{h: 1}}
	if c := cloneOne(t, s); c.a != h || c.f != s.f || c.g != s.g || c.ad != s.ad || c.l != s.l {
		t.Error("not shared")
	}
	other := &handle{2}
	e := Env{Handle: func(v any) any {
		if v.(*handle) != h {
			t.Error("another handle", v)
		}
		return other
	}}
	for _, e.skip = range []int{0, 1} {
		dst := make([]any, 2)
		if err := e.Clone(dst, []any{s, h}); err != nil {
			t.Fatal(err)
		}
		c := dst[0].(*state)
		if c.a != other || c.b != other || c.any != any(other) || c.none != nil || c.m[other] != 1 || dst[1] != any(other) {
			t.Error("handles are not mapped:", c)
		}
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
)

func (r *ring) CloneRavel() *ring {
	c := &ring{n: r.n + 1, ch: make(chan int, cap(r.ch))}
	c.next = c
	return c
}

func (v version) CloneRavel() version { return version{new(int)} }

func TestMethods(t *testing.T) {
	r := &ring{ch: make(chan int, 3)}
	type state struct {
		a, b *ring
		c    ring
		v    version
		list []version
		o    outer
	}
	s := &state{a: r, b: r, v: version{new(int)}, list: make([]version, 2)}
	s.o.p = new(int)
	for _, e := range []*Env{{}, {skip: 1}} {
		dst := make([]any, 2)
		if err := e.Clone(dst, []any{s, version{}}); err != nil {
			t.Fatal(err)
		}
		c := dst[0].(*state)
		if c.a != c.b || c.a == r || c.a.next != c.a || c.a.n != 1 || cap(c.a.ch) != 3 || c.c.n != 1 {
			t.Error("the ring is not copied by its method", c.a, c.b)
		}
		if c.v.p == nil || c.v.p == s.v.p || c.list[1].p == nil || c.o.p == nil || c.o.p == s.o.p || dst[1].(version).p == nil {
			t.Error("the version is not copied by its method")
		}
	}
	if err := Check(reflect.TypeFor[state]()); err != nil {
		t.Error(err)
	}
}
