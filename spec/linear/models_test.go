package linear_test

import (
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec/internal/spectest"
	"github.com/ravelgo/ravel/spec/linear"
)

var (
	table   linear.Map[string, string, int]
	counter linear.Counter[string]
	queue   linear.Queue[string, int]
	journal linear.Log[string, int]
)

// events is a history.
type events []any

const meets = " cannot be linearized. In an order that explains all other operations it meets the state "

// What histories mean, event by event, of every object and every operation. An empty text means that there is nothing
// wrong with it.
func TestHistories(t *testing.T) {
	r, m, n, q, l := linear.Register[string, int]{Initial: 7}, table, counter, queue, journal
	type row struct {
		name    string
		monitor func() ravel.Monitor
		events  events
		want    string
	}
	for _, h := range []row{
		{"register, initial value", r.Monitor, events{r.Read("a"), r.Got("a", 7)}, ""},
		{"register, concurrent, old", r.Monitor, events{r.Write("a", 1), r.Read("b"), r.Got("b", 7), r.Done("a")}, ""},
		{"register, concurrent, new", r.Monitor, events{r.Write("a", 1), r.Read("b"), r.Got("b", 1), r.Done("a")}, ""},
		{"register, new and then old", r.Monitor, events{r.Write("a", 1), r.Read("b"), r.Got("b", 1), r.Read("c"), r.Got("c", 7)},
			"c: read() -> 7" + meets + "1"},
		{"register, swapped", r.Monitor, events{r.CompareAndSwap("a", 7, 8), r.Swapped("a", true), r.Read("a"), r.Got("a", 8)}, ""},
		{"register, not swapped", r.Monitor, events{r.CompareAndSwap("a", 1, 8), r.Swapped("a", false), r.Read("a"), r.Got("a", 7)}, ""},
		{"register, both swap", r.Monitor,
			events{r.CompareAndSwap("a", 7, 8), r.CompareAndSwap("b", 7, 9), r.Swapped("a", true), r.Swapped("b", true)},
			"b: cas(7, 9) -> ok" + meets + "8"},
		{"register, nobody swaps", r.Monitor, events{r.CompareAndSwap("a", 7, 8), r.Swapped("a", false)}, "a: cas(7, 8) -> not swapped" + meets + "7"},

		{"lost, took effect", r.Monitor, events{r.Write("a", 1), r.Lost("a"), r.Read("a"), r.Got("a", 1)}, ""},
		{"lost, no effect", r.Monitor, events{r.Write("a", 1), r.Lost("a"), r.Read("a"), r.Got("a", 7)}, ""},
		{"lost, late effect", r.Monitor, events{r.Write("a", 1), r.Lost("a"), r.Write("a", 2), r.Done("a"), r.Read("a"), r.Got("a", 1)}, ""},
		{"lost, undone", r.Monitor, events{r.Write("a", 1), r.Lost("a"), r.Read("b"), r.Got("b", 1), r.Read("b"), r.Got("b", 7)}, "b: read() -> 7" + meets + "1"},
		{"pending, took effect", r.Monitor, events{r.Write("a", 1), r.Read("b"), r.Got("b", 1)}, ""},
		{"failed, no effect", r.Monitor, events{r.Write("a", 1), r.Failed("a"), r.Read("a"), r.Got("a", 7)}, ""},
		{"failed after it was seen", r.Monitor, events{r.Write("a", 1), r.Read("b"), r.Got("b", 1), r.Failed("a")},
			"a: write(1) has failed, but has had an effect: what others got cannot be linearized without it"},
		{"failed, but seen", r.Monitor, events{r.Write("a", 1), r.Failed("a"), r.Read("a"), r.Got("a", 1)}, "a: read() -> 1" + meets + "7"},

		{"map", m.Monitor, events{m.Write("a", "x", 1), m.Done("a"), m.Read("a", "y"), m.Got("a", 0, false), m.Read("a", "x"), m.Got("a", 1, true)}, ""},
		{"map, swap of nothing", m.Monitor, events{m.CompareAndSwap("a", "x", 0, 1), m.Swapped("a", true)}, "a: cas(x, 0, 1) -> ok" + meets + "nothing"},
		{"map, deleted", m.Monitor, events{m.Write("a", "x", 1), m.Done("a"), m.Delete("a", "x"), m.Done("a"), m.Read("a", "x"), m.Got("a", 0, false)}, ""},
		{"map, not deleted", m.Monitor, events{m.Write("a", "x", 1), m.Done("a"), m.Delete("a", "x"), m.Done("a"), m.Read("a", "x"), m.Got("a", 1, true)},
			"a: read(x) -> 1" + meets + "nothing"},
		{"map, lost and failed", m.Monitor, events{m.Write("a", "x", 1), m.Lost("a"), m.Write("a", "x", 2), m.Failed("a"), m.Read("a", "x"), m.Got("a", 2, true)},
			"a: read(x) -> 2" + meets + "nothing"},

		{"counter", n.Monitor, events{n.Add("a", 2), n.AddAndGet("b", 3), n.Got("b", 3), n.Done("a"), n.Read("a"), n.Got("a", 5)}, ""},
		{"counter, lost update", n.Monitor, events{n.AddAndGet("a", 1), n.AddAndGet("b", 1), n.Got("a", 1), n.Got("b", 1)}, "b: add(1) -> 1" + meets + "1"},
		{"counter, lost and failed", n.Monitor, events{n.Add("a", 2), n.Lost("a"), n.Add("a", 4), n.Failed("a"), n.Read("b"), n.Got("b", 4)}, "b: read() -> 4" + meets + "0"},

		{"queue", q.Monitor, events{q.Enqueue("a", 1), q.Enqueue("b", 2), q.Done("a"), q.Done("b"), q.Dequeue("a"), q.Got("a", 2, true), q.Dequeue("a"), q.Got("a", 1, true), q.Dequeue("a"), q.Got("a", 0, false)}, ""},
		{"queue, overtaken", q.Monitor, events{q.Enqueue("a", 1), q.Done("a"), q.Enqueue("a", 2), q.Done("a"), q.Dequeue("b"), q.Got("b", 2, true)}, "b: dequeue() -> 2" + meets + "[1 2]"},
		{"queue, taken twice", q.Monitor, events{q.Enqueue("a", 1), q.Done("a"), q.Dequeue("a"), q.Dequeue("b"), q.Got("a", 1, true), q.Got("b", 1, true)}, "b: dequeue() -> 1" + meets + "[]"},
		{"queue, lost and failed", q.Monitor, events{q.Enqueue("a", 1), q.Lost("a"), q.Enqueue("a", 2), q.Failed("a"), q.Dequeue("b"), q.Got("b", 2, true)}, "b: dequeue() -> 2" + meets + "[]"},

		{"log", l.Monitor, events{l.Append("a", 5), l.Append("b", 6), l.Appended("a", 1), l.Appended("b", 0), l.Read("a", 0), l.Got("a", 6, true), l.Read("a", 2), l.Got("a", 0, false), l.Read("a", -1), l.Got("a", 0, false)}, ""},
		{"log, one index for two", l.Monitor, events{l.Append("a", 5), l.Append("b", 6), l.Appended("a", 0), l.Appended("b", 0)}, "b: append(6) -> index 0" + meets + "[5]"},
		{"log, a hole", l.Monitor, events{l.Append("a", 5), l.Appended("a", 0), l.Read("b", 0), l.Got("b", 0, false)}, "b: read(0) -> nothing" + meets + "[5]"},
		{"log, lost and failed", l.Monitor, events{l.Append("a", 5), l.Lost("a"), l.Append("a", 6), l.Failed("a"), l.Read("b", 0), l.Got("b", 6, true)}, "b: read(0) -> 6" + meets + "[]"},

		{"two at once", r.Monitor, events{r.Read("a"), r.Read("a")}, "a invokes read() while its operation read() is not over: " +
			"a client does one operation at a time; tell what became of the one before, Lost if nobody knows"},
		{"return of nothing", r.Monitor, events{r.Done("a")}, "a gets ok, but it has not invoked an operation"},
		{"failure of nothing", r.Monitor, events{r.Failed("a")}, "the operation of a has no effect, but it has not invoked an operation"},
		{"loss of nothing", r.Monitor, events{r.Read("a"), r.Lost("a"), r.Lost("a")}, "a will not hear of its operation, but it has not invoked an operation"},
	} {
		t.Run(h.name, func(t *testing.T) {
			body := func(t *check.T) {
				t.Monitor(h.monitor())
				for _, e := range h.events {
					t.Notify(e)
				}
			}
			if h.want == "" {
				spectest.Correct(t, body)
			} else {
				spectest.Mutant(t, body, h.want)
			}
		})
	}
}

// A model of the caller's own: a stack, once as a pure function and once as a porcupine.Model by hand.
func TestOwnModels(t *testing.T) {
	pop := 0
	type spec = linear.Spec[string, int, int]
	byHand := porcupine.Model{
		Init: func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			s := state.(string)
			switch {
			case input.(int) != pop:
				return true, s + string(rune('0'+input.(int)))
			case s == "":
				return output == any(linear.Pending{}) || output == any(-1), s
			}
			top := int(s[len(s)-1] - '0')
			return output == any(linear.Pending{}) || output == any(top), s[:len(s)-1]
		},
	}
	function := linear.Sequential("", func(s string, input int) (string, int) {
		switch {
		case input != pop:
			return s + string(rune('0'+input)), 0
		case s == "":
			return s, -1
		}
		return s[:len(s)-1], int(s[len(s)-1] - '0')
	})
	for name, model := range map[string]porcupine.Model{"by hand": byHand, "function": function} {
		t.Run(name, func(t *testing.T) {
			s := spec{Model: model, Name: "Stack"}
			history := func(popped int) func(*check.T) {
				return func(t *check.T) {
					t.Monitor(s.Monitor())
					for _, e := range []any{s.Invoked("a", 1), s.Invoked("b", 2), s.Returned("a", 0), s.Invoked("a", pop), s.Returned("a", popped)} {
						t.Notify(e)
					}
				}
			}
			spectest.Correct(t, history(1))
			spectest.Correct(t, history(2))
			spectest.Mutant(t, history(-1), "a: 0 -> -1"+meets+"12")
		})
	}
}

// What is wrong with a model ends the execution, not the process.
func TestBadModels(t *testing.T) {
	type spec = linear.Spec[string, int, int]
	var none spec
	spectest.Mutant(t, func(t *check.T) { t.Monitor(none.Monitor()) },
		"linear.Spec has no Model with Init and Step: set the field Model, with linear.Sequential for instance")
	panics := spec{Model: linear.Sequential(0, func(s, input int) (int, int) { return s / input, 0 })}
	r, err := check.Explore(t.Name(), check.Config{Schedules: 1}, func(t *check.T) {
		t.Monitor(panics.Monitor())
		t.Notify(panics.Invoked("a", 0))
		t.Notify(panics.Returned("a", 0))
	})
	if err != nil || r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), "divide by zero") {
		t.Errorf("error %v, failure %+v, want the panic of the model", err, r.Failure)
	}
}
