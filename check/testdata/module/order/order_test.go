package order_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

type done struct{ who int }

const clients = 3

// race fails unless the clients finish in their order; with the bug fixed they wait for each other.
func race(t *check.T) {
	for i := range clients {
		t.Go("client", func(c *ravel.Context) {
			c.Yield()
			c.Send(t.Self(), done{i})
		})
	}
	for i := range clients {
		d := check.Expect[done](t)
		t.Assert(d.who == i, "client %d finished as number %d", d.who, i)
	}
}

func TestOrder(t *testing.T) { check.Test(t, race) }

func TestTable(t *testing.T) {
	for _, name := range []string{"two words", "it's (odd)+", "a/b"} {
		t.Run(name, func(t *testing.T) { check.Test(t, race) })
	}
}

func FuzzOrder(f *testing.F) {
	check.Fuzz(f, func(t *check.T) {
		a, b := t.Int(16), t.Int(16)
		t.Assert(a != 11 || b != 7 && !t.Bool(), "found %d, %d", a, b)
	})
}

func BenchmarkOrder(b *testing.B) {
	check.Bench(b, func(t *check.T) {
		t.Go("client", func(c *ravel.Context) { c.Yield() })
	})
}

func BenchmarkBug(b *testing.B) { check.Bench(b, race) }
