package local_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
	"github.com/ravelgo/ravel/systems/fabric/local/command"
	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

func TestMain(m *testing.M) {
	localtest.Main(m, command.Program{Name: "node", Description: "A node of a test.", Services: services})
}

// services are those of the tests.
func services() []local.Service {
	return []local.Service{
		{Name: "counter", New: newCounter},
		{Name: "kept", New: newDurable},
	}
}

var (
	counting = service.PartitionID{Service: "counter"}
	kept     = service.PartitionID{Service: "kept"}
)

// until calls until there is an answer. It may be called by any goroutine of a test.
func until(t *testing.T, c service.Caller, p service.PartitionID, req string) (answer string) {
	t.Helper()
	localtest.Eventually(t, req, func() bool {
		b, err := c.Call(t.Context(), p, []byte(req))
		answer = string(b)
		return err == nil
	})
	return answer
}

// other returns a member that is not the primary.
func other(st local.PartitionStatus) string {
	for _, m := range st.Members {
		if m != st.Primary {
			return m
		}
	}
	return ""
}

// The primary's node stops, comes back with nothing, and is cut off.
func TestFailover(t *testing.T) {
	c := localtest.Start(t, services()...)
	cl := c.Client()
	st := c.Stable(counting, 3)
	for i := range 5 {
		if got := until(t, cl, counting, fmt.Sprint("add x", i)); got != strconv.Itoa(i) {
			t.Errorf("x%d has place %s", i, got)
		}
	}
	c.Stop(st.Primary)
	c.Stable(counting, 2)
	until(t, cl, counting, "add y")
	c.Start(st.Primary)
	cut := c.Stable(counting, 3).Primary
	c.Isolate(cut, true)
	next := c.Stable(counting, 2)
	if got := until(t, c.Client(next.Primary), counting, "add z"); got != "6" {
		t.Errorf("z has place %s", got)
	}
	// The one that was cut off has nothing to say any more.
	if answer, err := c.Client(cut).Call(t.Context(), counting, []byte("list")); err == nil {
		t.Errorf("the node that is cut off answers %s", answer)
	}
	c.Isolate(cut, false)
	c.Stable(counting, 3)
	if got := until(t, cl, counting, "list"); got != "x0,x1,x2,x3,x4,y,z" {
		t.Errorf("it has %s", got)
	}
}

// A swap moves the primary, and nothing is lost or refused for ever.
func TestSwap(t *testing.T) {
	c := localtest.Start(t, services()...)
	cl := c.Client()
	want := ""
	for i := range 4 {
		for _, p := range []service.PartitionID{counting, kept} {
			until(t, cl, p, fmt.Sprint("add x", i))
			to := other(c.Stable(p, 3))
			if err := cl.Swap(t.Context(), p, to); err != nil {
				t.Fatal(err)
			}
			localtest.Eventually(t, "the primary moves", func() bool { return c.Stable(p, 3).Primary == to })
		}
		want += fmt.Sprint(",x", i)
	}
	for _, p := range []service.PartitionID{counting, kept} {
		if got := until(t, cl, p, "list"); ","+got != want {
			t.Errorf("%v has %s", p, got)
		}
		if e := c.Stable(p, 3).Epoch; e != (service.Epoch{DataLoss: 1, Conf: 5}) {
			t.Errorf("%v: epoch %v after 4 swaps", p, e)
		}
	}
}

// A replica that panics is replaced, and the process goes on.
func TestPanic(t *testing.T) {
	c := localtest.Start(t, services()...)
	cl := c.Client()
	for _, p := range []service.PartitionID{counting, kept} {
		c.Stable(p, 3)
		until(t, cl, p, "add a")
		before := c.Stable(p, 3)
		if answer, err := cl.Call(t.Context(), p, []byte("panic")); err == nil {
			t.Errorf("%v answers %s", p, answer)
		}
		localtest.Eventually(t, "another epoch", func() bool { return c.Stable(p, 3).Epoch != before.Epoch })
		if got := until(t, cl, p, "list"); got != "a" {
			t.Errorf("%v has %s", p, got)
		}
	}
}

// When nodes have stopped nothing goes on that they have started.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	c := localtest.Start(t, services()...)
	cl := c.Client()
	c.Stable(counting, 3)
	until(t, cl, counting, "add a")
	for name := range c.Dirs {
		c.Stop(name)
	}
	cl.Close()
	localtest.Eventually(t, "all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}
