//go:build unix

package local_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local"
	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

// Processes are killed: that of the primary, that of a secondary, that of the manager. Both kinds of service have all
// that was acknowledged.
func TestKills(t *testing.T) {
	t.Parallel()
	c := localtest.StartProcesses(t, localtest.Lease)
	cl := c.Client()
	both := []service.PartitionID{counting, kept}
	want := ""
	next := func(x string) {
		t.Helper()
		for _, p := range both {
			until(t, cl, p, "add "+x)
			if got := until(t, cl, p, "list"); got != strings.TrimPrefix(want+","+x, ",") {
				t.Fatalf("%v has %s, want %s and %s", p, got, want, x)
			}
		}
		want += "," + x
	}
	stable := func(members int) (st local.PartitionStatus) {
		t.Helper()
		for _, p := range both {
			st = c.Stable(p, members)
		}
		return st
	}
	stable(3)
	next("a")
	for i, victim := range []func() string{
		func() string { return c.Stable(kept, 3).Primary },
		func() string { return other(c.Stable(kept, 3)) },
		func() string { return c.Status().Manager },
	} {
		name := victim()
		c.Kill(name)
		next(fmt.Sprint("b", i)) // as soon as it can be
		stable(2)
		if i == 1 {
			if err := os.RemoveAll(c.Dirs[name]); err != nil {
				t.Fatal(err)
			}
		}
		c.Start(name)
		stable(3)
		next(fmt.Sprint("c", i))
	}
	if st := stable(3); st.Epoch.DataLoss != 1 {
		t.Errorf("data was lost: epoch %v", st.Epoch)
	}
}

// The power fails: all processes at once. What was persistent is there.
func TestPowerFailure(t *testing.T) {
	t.Parallel()
	c := localtest.StartProcesses(t, localtest.Lease)
	cl := c.Client()
	c.Stable(kept, 3)
	want := ""
	for round := range 3 {
		for i := range 5 {
			x := fmt.Sprintf("x%d.%d", round, i)
			until(t, cl, kept, "add "+x)
			want += "," + x
		}
		for _, name := range c.Running() {
			c.Kill(name)
		}
		for name := range c.Dirs {
			c.Start(name)
		}
		if got := until(t, cl, kept, "list"); ","+got != want {
			t.Fatalf("it has %s, want %s", got, want)
		}
	}
	if st := c.Stable(kept, 3); st.Epoch.DataLoss != 1 {
		t.Errorf("data was lost: epoch %v", st.Epoch)
	}
}

// The process of the primary is stopped for longer than its lease, with requests before it, and goes on. It
// acknowledges nothing of them that the others do not have, and answers no question from what it had.
func TestPause(t *testing.T) {
	t.Parallel()
	c := localtest.StartProcesses(t, localtest.Lease)
	for round, p := range []service.PartitionID{counting, kept} {
		st := c.Stable(p, 3)
		old, rest := st.Primary, []string{}
		for _, m := range st.Members {
			if m != old {
				rest = append(rest, m)
			}
		}
		toOld := c.Client(old)
		until(t, toOld, p, "add a") // it knows where the primary is
		c.Pause(old)
		type outcome struct {
			req, answer string
			err         error
		}
		outcomes := make(chan outcome, 20)
		ctx, cancel := context.WithTimeout(context.Background(), localtest.Patience)
		for i := range cap(outcomes) {
			go func() {
				o := outcome{req: "list"}
				if i%2 == 0 {
					o.req = fmt.Sprintf("add old%d.%d", round, i)
				}
				var b []byte
				b, o.err = toOld.Call(ctx, p, []byte(o.req))
				o.answer = string(b)
				outcomes <- o
			}()
		}
		next := c.Stable(p, 2, rest...)
		toNew := c.Client(rest...)
		until(t, toNew, p, "add b")
		c.Resume(old)
		for range cap(outcomes) {
			if o := <-outcomes; o.err == nil && !strings.Contains(until(t, toNew, p, "list"), strings.TrimPrefix(o.req, "add ")) {
				t.Errorf("the old primary answers %q to %q", o.answer, o.req)
			} else if o.err == nil && o.req == "list" && !strings.Contains(o.answer, "b") {
				t.Errorf("the old primary answers from an old state: %q", o.answer)
			}
		}
		cancel()
		c.Stable(p, 3)
		if got := until(t, c.Client(), p, "list"); !strings.HasPrefix(got, "a,b") {
			t.Errorf("%v has %s; the next primary was %s", p, got, next.Primary)
		}
	}
}
