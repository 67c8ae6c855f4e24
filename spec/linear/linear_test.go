package linear_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec/internal/spectest"
	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/trace"
)

var update = flag.Bool("update", false, "rewrite the golden files")

type (
	put struct {
		from  ravel.ID
		value int
	}
	done   struct{}
	get    struct{ from ravel.ID }
	got    struct{ value int }
	copied struct{ value int }
)

var register = linear.Register[string, int]{}

// store is a register that is written at a primary and copied to a backup. One client writes, one reads.
func store(bug string) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(register.Monitor())
		backup := t.Go("backup", func(c *ravel.Context) { replica(c, ravel.ID{}, bug) })
		primary := t.Go("primary", func(c *ravel.Context) { replica(c, backup, bug) })
		t.Go("writer", func(c *ravel.Context) {
			for v := 1; v <= 2; v++ {
				c.Notify(register.Write("writer", v))
				c.Send(primary, put{c.Self(), v})
				if bug == "crashes" {
					return
				}
				ravel.Receive[done](c)
				c.Notify(register.Done("writer"))
			}
		})
		t.Go("reader", func(c *ravel.Context) {
			from := primary
			for range 2 {
				c.Notify(register.Read("reader"))
				c.Send(from, get{c.Self()})
				c.Notify(register.Got("reader", ravel.Receive[got](c).value))
				if bug == "reads the backup" {
					from = backup
				}
			}
		})
	}
}

// replica is a primary if it has a backup.
func replica(c *ravel.Context, backup ravel.ID, bug string) {
	now := 0
	for {
		switch e := ravel.Next(c).(type) {
		case put:
			now = e.value
			if bug == "forgets" && now == 2 {
				now = 1
			}
			c.Send(e.from, done{})
			if bug == "reads the backup" {
				c.Send(backup, copied{now})
			}
		case copied:
			now = e.value
		case get:
			c.Send(e.from, got{now})
		}
	}
}

func TestRegister(t *testing.T) {
	t.Run("correct", func(t *testing.T) { spectest.CorrectStates(t, store("")) })
	t.Run("the writer crashes", func(t *testing.T) { spectest.CorrectStates(t, store("crashes")) })
	for bug, want := range map[string]string{
		"reads the backup": "reader: read() -> 0 cannot be linearized. In an order that explains all other operations it meets the state 2",
		"forgets":          "reader: read() -> 1 cannot be linearized. In an order that explains all other operations it meets the state 2",
	} {
		t.Run(bug, func(t *testing.T) {
			f := spectest.Mutant(t, store(bug), want)
			text := f.Trace.Text(trace.TextOptions{})
			for line := range strings.Lines(text) {
				if len([]rune(line)) > 81 {
					t.Errorf("wider than 80 columns: %s", line)
				}
			}
			var history strings.Builder
			for _, e := range f.Trace.Events {
				if e.Kind == trace.Logged {
					history.WriteString(e.Value + "\n")
				}
			}
			golden := "testdata/" + strings.ReplaceAll(bug, " ", "-") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(history.String()), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Error(err)
			}
			if history.String() != string(want) {
				t.Errorf("%s differs, got:\n%s", golden, history.String())
			}
		})
	}
}
