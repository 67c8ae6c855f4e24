package ravel_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// A generic machine: its definition is a function of the type parameters, called once per instantiation.

type cell[V comparable] struct {
	value   V
	readers []ravel.ID
}

type put[V comparable] struct{ value V }

type get[V comparable] struct{ from ravel.ID }

type got[V comparable] struct{ value V }

func (s *cell[V]) put(c *ravel.Context, e put[V]) {
	s.value = e.value
	for _, r := range s.readers {
		c.Send(r, got[V]{s.value})
	}
	s.readers = nil
}

// get answers at once when there is a value, else when the first one comes.
func (s *cell[V]) get(c *ravel.Context, e get[V]) {
	var none V
	if s.value == none {
		s.readers = append(s.readers, e.from)
		return
	}
	c.Send(e.from, got[V]{s.value})
}

func defineCell[V comparable](name string) *ravel.Definition[cell[V]] {
	return ravel.Define[cell[V]](name, ravel.Start("Serving",
		ravel.On((*cell[V]).put),
		ravel.On((*cell[V]).get)))
}

var (
	textCell   = defineCell[string]("TextCell")
	numberCell = defineCell[int]("NumberCell")
)

func TestGenericMachine(t *testing.T) {
	both := func(t *check.T) {
		text, number := t.Create(textCell.New(&cell[string]{})), t.Create(numberCell.New(&cell[int]{}))
		t.Go("reader", func(c *ravel.Context) {
			c.Send(text, get[string]{c.Self()})
			c.Send(number, get[int]{c.Self()})
			n := ravel.Receive[got[int]](c) // of two instances of one generic type, each is a type of its own
			s := ravel.Receive[got[string]](c)
			c.Assert(n.value == 7 && s.value == "seven", "got %d and %q", n.value, s.value)
		})
		t.Send(text, put[string]{"seven"})
		t.Send(number, put[int]{7})
	}
	r, err := check.Explore("generic", check.Config{Strategy: "dfs", Schedules: 1_000_000}, both)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure != nil || !r.Exhausted {
		t.Fatalf("failure %v, exhausted %v: %s", r.Failure, r.Exhausted, r.Summary())
	}

	wrong := func(t *check.T) {
		text := t.Create(textCell.New(&cell[string]{}))
		t.Send(text, put[int]{7}) // put[int] is no put[string]
	}
	r, err = check.Explore("generic", check.Config{Schedules: 10}, wrong)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure == nil {
		t.Fatal("an event of another instance of a generic type was handled")
	}
}
