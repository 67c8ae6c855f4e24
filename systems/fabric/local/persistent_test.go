package local_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

// A persistent service goes on with what it had when all nodes were down, and when one has lost its disk, or a part of
// it.
func TestRestart(t *testing.T) {
	c := localtest.Start(t, services()...)
	cl := c.Client()
	c.Stable(kept, 3)
	want := ""
	next := func(x string) {
		t.Helper()
		until(t, cl, kept, "add "+x)
		want += "," + x
		if got := until(t, cl, kept, "list"); ","+got != want {
			t.Fatalf("it has %s, want %s", got, want[1:])
		}
	}
	for i := range 10 {
		next(fmt.Sprint("a", i))
	}
	// All at once.
	for name := range c.Dirs {
		c.Stop(name)
	}
	for name := range c.Dirs {
		c.Start(name)
	}
	c.Stable(kept, 3)
	next("b")
	// One after the other: each is built anew from what it has.
	for name := range c.Dirs {
		c.Stop(name)
		c.Stable(kept, 2)
		next("c" + name)
		c.Start(name)
		c.Stable(kept, 3)
		next("d" + name)
	}
	// A lost disk.
	lost := c.Stable(kept, 3).Primary
	c.Stop(lost)
	if err := os.RemoveAll(c.Dirs[lost]); err != nil {
		t.Fatal(err)
	}
	c.Start(lost)
	next("e")
	c.Stable(kept, 3)
	next("f")
	// A damaged log.
	bad := other(c.Stable(kept, 3))
	c.Stop(bad)
	c.Stable(kept, 2)
	log := filepath.Join(c.Dirs[bad], "replicas", "kept-0", "log")
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	b[20] ^= 1
	if err := os.WriteFile(log, b, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Start(bad)
	c.Stable(kept, 3)
	next("g")
	if st := c.Stable(kept, 3); st.Epoch.DataLoss != 1 {
		t.Errorf("data was lost: epoch %v", st.Epoch)
	}
}
