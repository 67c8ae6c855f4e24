package check_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

type write struct {
	from ravel.ID
	v    int
}
type ack struct{ v int }

type counter struct{ v int }

var counterMachine = ravel.Define[counter]("Counter", ravel.Start("Serving",
	ravel.On(func(s *counter, c *ravel.Context, w write) {
		s.v = w.v
		c.Send(w.from, ack{s.v})
	})))

func lastWins(t *check.T) {
	s := t.Create(counterMachine.New(&counter{}))
	for i := 1; i <= 2; i++ {
		t.Go("client", func(c *ravel.Context) {
			c.Send(s, write{c.Self(), i})
			a := ravel.Receive[ack](c)
			c.Notify(a)
			c.Assert(a.v == i, "got %d, want %d", a.v, i)
			c.Send(t.Self(), a)
		})
	}
	a := check.Expect[ack](t)
	t.Assert(a.v == 1, "the second client was faster")
}

func TestFirst(t *testing.T) {
	r, err := check.Explore("first", check.Config{}, lastWins)
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure == nil {
		t.Fatal("no failure: ", r.Summary())
	}
	t.Log(r.Summary())
	t.Log(r.Failure.Text("TestFirst", ""))
	if !r.Failure.Reproduced {
		t.Error("not reproduced")
	}
}

func TestPasses(t *testing.T) {
	check.Test(t, func(t *check.T) {
		s := t.Create(counterMachine.New(&counter{}))
		t.Go("client", func(c *ravel.Context) {
			c.Send(s, write{c.Self(), 1})
			a := ravel.Receive[ack](c)
			c.Assert(a.v == 1, "got %d", a.v)
		})
		t.Wait()
		t.AtEnd(func() {})
	})
}
