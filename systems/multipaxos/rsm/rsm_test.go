package rsm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
)

// counter returns how many commands it has applied.
type counter struct{ n int }

func (c *counter) Apply(rsm.Command) string { c.n++; return fmt.Sprint(c.n) }

func TestExecutor(t *testing.T) {
	e := rsm.NewExecutor(&counter{})
	for _, step := range []struct {
		client string
		op     uint64
		want   string // "" for no response
	}{
		{"a", 1, "a/1=1"},
		{"a", 1, "a/1=1"}, // again
		{"b", 1, "b/1=2"},
		{"a", 2, "a/2=3"},
		{"a", 1, ""}, // forgotten
		{"a", 2, "a/2=3"},
		{"b", 3, "b/3=4"}, // a client may leave numbers out
	} {
		c := rsm.Command{Client: step.client, OpID: step.op, Op: "count"}
		before, done := e.Done(c)
		r, ok := e.Apply(c)
		if got := fmt.Sprint(r); ok != (step.want != "") || ok && got != step.want {
			t.Errorf("%v: %s, %v; want %q", c, got, ok, step.want)
		}
		if done && ok && before != r {
			t.Errorf("%v: Done says %v", c, before)
		}
	}
}

func TestCommands(t *testing.T) {
	for _, c := range []rsm.Command{{Client: "a", OpID: 1}, {Client: "b c", OpID: 1 << 63, Op: "x/y/\x00"}} {
		if got, err := rsm.Decode(c.Encode()); got != c || err != nil {
			t.Errorf("%q: %v, %v", c.Encode(), got, err)
		}
	}
	for text, want := range map[string]string{
		"":       "no command",
		"a/1":    "no command",
		"a/-1/x": "number is wrong",
		"a/b/x":  "number is wrong",
		"/1/x":   "must have a name",
		"a/0/x":  "numbered from 1",
	} {
		if _, err := rsm.Decode(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if err := (rsm.Command{Client: "a/b", OpID: 1}).Check(); err == nil {
		t.Error("a slash is taken")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("a/1/x")
	f.Add("a/01/")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := rsm.Decode(text)
		if err != nil {
			return
		}
		if again, err := rsm.Decode(c.Encode()); again != c || err != nil {
			t.Errorf("%q is %v, and then %v, %v", text, c, again, err)
		}
	})
}
