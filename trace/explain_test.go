package trace_test

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/trace"
)

// In the traces of real programs, each event follows directly from the one that the kind of it says.
func TestWhatEventsFollowFrom(t *testing.T) {
	found := map[trace.EventKind]int{}
	for _, p := range programs {
		tr := record(t, p)
		checkOrder(t, tr)
		o := trace.NewOrder(tr)
		for i := range tr.Events {
			ev := &tr.Events[i]
			cause := func(is func(c *trace.Event) bool) {
				t.Helper()
				for _, j := range ev.After {
					if is(&tr.Events[j]) {
						found[ev.Kind]++
						if !o.Before(j, i) || o.Before(i, j) {
							t.Errorf("%s: event %d is not before %d", p.name, j, i)
						}
						return
					}
				}
				t.Errorf("%s: event %d (%s of %s) follows from %v, none of which is its cause", p.name, i, ev.Kind, ev.Who, ev.After)
			}
			switch ev.Kind {
			case trace.Took:
				cause(func(c *trace.Event) bool {
					return (c.Kind == trace.Sent && c.Who == ev.Peer && c.Peer == ev.Who || c.Kind == trace.Fired && c.Who == ev.Who) &&
						c.Step == ev.Sent && c.Type == ev.Type && c.Value == ev.Value
				})
			case trace.Dropped:
				cause(func(c *trace.Event) bool { return c.Kind == trace.Sent && c.Peer == ev.Who && c.Type == ev.Type })
			case trace.Began:
				if i > 0 {
					cause(func(c *trace.Event) bool {
						return (c.Kind == trace.Created || c.Kind == trace.Restarted) && c.Peer == ev.Who
					})
				}
			case trace.Restarted:
				cause(func(c *trace.Event) bool { return c.Who == ev.Peer })
			case trace.Crashed, trace.Heard:
				cause(func(c *trace.Event) bool { return c.Who == ev.Peer })
			case trace.Fired:
				cause(func(c *trace.Event) bool { return c.Kind == trace.TimerArmed && c.Who == ev.Who && c.Type == ev.Type })
			case trace.Wrote, trace.Resumed, trace.Moved, trace.Failed:
			default:
				if len(ev.After) > 0 {
					t.Errorf("%s: event %d (%s) follows from %v", p.name, i, ev.Kind, ev.After)
				}
			}
		}
	}
	for _, k := range []trace.EventKind{trace.Took, trace.Dropped, trace.Began, trace.Restarted, trace.Crashed, trace.Heard, trace.Fired} {
		if found[k] == 0 {
			t.Errorf("no program has an event of kind %s", k)
		}
	}
}

func TestActionsHaveStacks(t *testing.T) {
	seen := map[trace.EventKind]int{}
	for _, p := range programs {
		for i, ev := range record(t, p).Events {
			switch ev.Kind {
			case trace.Sent, trace.Created, trace.Crashed, trace.Restarted, trace.Chose, trace.TimerArmed, trace.TimerStopped, trace.Offered,
				trace.Wrote, trace.Logged:
				if seen[ev.Kind]++; len(ev.Stack) == 0 || ev.Stack[0] != ev.Place || !strings.HasSuffix(ev.Place.File, "programs_test.go") {
					t.Errorf("%s: event %d (%s) at %v has the stack %v", p.name, i, ev.Kind, ev.Place, ev.Stack)
				}
			case trace.Failed:
				if ev.Type != "deadlock" && ev.Type != "livelock" && len(ev.Stack) == 0 {
					t.Errorf("%s: the failure (%s) has no stack", p.name, ev.Type)
				}
				seen[ev.Kind]++
			}
		}
	}
	if len(seen) < 9 {
		t.Errorf("few kinds of actions: %v", seen)
	}
}

// A program whose values are as bad as they can be.
type (
	Nasty struct {
		HTML, Bidi, Broken, Control string
		Huge                        string
		Cycle                       *Nasty
		ByNumber                    map[float64]string
		Any                         any
	}
	nasty struct {
		last  Nasty
		seen  []*Nasty
		loop  *spinner
		index map[any]*Nasty
	}
	spinner struct{ self *spinner }
)

// String would never come back.
func (s *spinner) String() string {
	for {
	}
}

const markup = `</script><script>alert("x")</script><img src=x onerror=alert(1)>`

func newNasty(n int) *Nasty {
	v := &Nasty{
		HTML: markup, Bidi: "\u202eevil\u202c\u2066", Broken: "a\xff\xfe\xc3(", Control: "\x00\x1b[31m\r\n\u2028\u0085\x7f",
		Huge: strings.Repeat("<&\"'\xf0", 1<<18), ByNumber: map[float64]string{math.NaN(): "a", math.Inf(1): "b", float64(n): markup},
	}
	v.Cycle = v
	v.Any = []any{v, map[string]any{"self": v}}
	return v
}

var nastyMachine = ravel.Define[nasty](`Nasty<b>`,
	ravel.Start("<i>", ravel.On(func(m *nasty, c *ravel.Context, v *Nasty) {
		m.last, m.seen = *v, append(m.seen, v)
		m.loop = &spinner{}
		m.loop.self = m.loop
		m.index = map[any]*Nasty{math.NaN(): v, markup: v, [2]string{"\xff", "\u202e"}: v}
		c.Logf("%s%s%s", v.HTML, v.Control, v.Broken)
		if len(m.seen) == 20 {
			c.Logf("%s", v.Huge)
			c.Assert(false, "%s", v.Huge)
		}
	})),
)

func hostile(c *ravel.Context) {
	m := c.Create(nastyMachine.New(&nasty{}))
	for n := range 20 {
		c.Send(m, newNasty(n))
	}
}

// Whatever the program's values are, a trace is small, valid and the same when it is read back.
func TestHostileValues(t *testing.T) {
	tr := record(t, program{"hostile", engine.Config{MaxSteps: 200, Threshold: 100}, hostile, "assertion"})
	changes := 0
	for _, ev := range tr.Events {
		said := ev.Kind == trace.Logged || ev.Kind == trace.Failed // which is kept as it is
		for _, s := range []string{ev.Value, ev.From, ev.To, ev.Type} {
			if len(s) > 2000 && !said {
				t.Errorf("%s: %d bytes: %.100q", ev.Kind, len(s), s)
			}
			if ev.Kind == trace.Changed && (!utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b\r\n\u202e\u2028")) {
				t.Errorf("%s of %s: %.200q", ev.Kind, ev.Type, s)
			}
		}
		if ev.Kind == trace.Changed {
			changes++
		}
	}
	if changes < 40 {
		t.Errorf("only %d changes", changes)
	}
	text := encode(t, tr)
	if said := 3 * len(newNasty(0).Huge) * 3; len(text) > said+4000*len(tr.Events) {
		t.Errorf("%d bytes, for %d events", len(text), len(tr.Events))
	}
	back, err := trace.ReadJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := trace.ReadJSON(strings.NewReader(encode(t, back))); err != nil || !reflect.DeepEqual(again, back) {
		t.Errorf("it is another trace when it is read back again (%v)", err)
	}
	if len(back.Events) != len(tr.Events) || !reflect.DeepEqual(back.Events[1], tr.Events[1]) {
		t.Errorf("%d events, then %d", len(tr.Events), len(back.Events))
	}
	if short := tr.Text(trace.TextOptions{}); len(short) > 150_000 {
		t.Errorf("the report has %d bytes", len(short))
	}
	checkText(t, tr, trace.TextOptions{Width: 100})
	checkText(t, tr, trace.TextOptions{Fields: true, Limit: -1})
	if all := tr.Text(trace.TextOptions{Fields: true, Limit: -1}); !strings.Contains(all, "last.Bidi") || len(all) > 2_000_000 {
		t.Errorf("the text has %d bytes, or no fields", len(all))
	}
}
