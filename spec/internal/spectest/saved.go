package spectest

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// teller is a machine that tells the events of a list, one in a step. Unlike a plain function it can be copied, and with
// it the states of the execution, monitors included.
type teller struct{ events []any }

type next struct{}

var tellerMachine = ravel.Define[teller]("Teller", ravel.Start("Telling",
	ravel.Entry((*teller).start),
	ravel.On((*teller).next)))

func (l *teller) start(c *ravel.Context) { c.Send(c.Self(), next{}) }

func (l *teller) next(c *ravel.Context, _ next) {
	if len(l.events) == 0 {
		return
	}
	c.Notify(l.events[0])
	l.events = l.events[1:]
	c.Send(c.Self(), next{})
}

// Saved tells events to a monitor, by one machine for each list, in every order that the lists leave open. Nothing may
// fail, and every state of the execution has to be one that a search can digest, save and go back to.
func Saved(t *testing.T, monitor func() ravel.Monitor, lists ...[]any) {
	t.Helper()
	for _, strategy := range []string{"dfs", "states"} {
		r, err := check.Explore(t.Name(), check.Config{Strategy: strategy, Schedules: 200_000}, func(t *check.T) {
			t.Monitor(monitor())
			for _, l := range lists {
				t.Create(tellerMachine.New(&teller{l}))
			}
		})
		switch {
		case err != nil:
			t.Fatal(err)
		case r.Failure != nil:
			t.Fatalf("%s: %v\n%v", strategy, r.Failure.Err, r.Failure.Trace)
		case !r.Exhausted || len(r.Notes) > 0:
			t.Fatalf("%s: exhausted %v, notes %q", strategy, r.Exhausted, r.Notes)
		}
		t.Logf("%s: %d executions, %d states", strategy, r.Executions, r.States)
	}
}
