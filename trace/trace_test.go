package trace_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/trace"
)

func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range trace.EventKinds() {
		word := k.String()
		if word == "" || seen[word] {
			t.Errorf("kind %d: word %q is empty or not its own", k, word)
		}
		seen[word] = true
		if back, ok := trace.ParseEventKind(word); !ok || back != k {
			t.Errorf("%q is read as %v", word, back)
		}
	}
	var k trace.EventKind
	if err := k.UnmarshalText([]byte("nonsense")); err == nil {
		t.Error("nonsense is a kind")
	}
	if _, err := trace.EventKind(200).MarshalText(); err == nil {
		t.Error("kind 200 has a word")
	}
}

// The hand-written traces have every kind, and every operation of goroutines, so their golden files show how each one reads.
func TestEveryKindIsShown(t *testing.T) {
	seen, did, waited := map[trace.EventKind]bool{}, map[string]bool{}, map[string]bool{}
	for _, ev := range slices.Concat(handWritten(t)["kinds"].Events, handWritten(t)["kinds-goroutines"].Events) {
		seen[ev.Kind] = true
		did[ev.Type] = did[ev.Type] || ev.Kind == trace.Did
		waited[ev.Type] = waited[ev.Type] || ev.Kind == trace.Blocked
	}
	for k := gocontrol.None; !strings.HasPrefix(k.String(), "Kind("); k++ {
		if !did[k.String()] || !slices.Contains(trace.Operations(), k.String()) {
			t.Errorf("testdata/kinds-goroutines.jsonl does not show operation %q", k)
		}
	}
	for _, word := range []string{"Lock", "RLock", "send", "receive", "select", "sleep", "Cond.Wait", "WaitGroup.Wait"} {
		if !waited[word] {
			t.Errorf("testdata/kinds-goroutines.jsonl shows nobody who is blocked in operation %q", word)
		}
	}
	for _, k := range trace.EventKinds() {
		if !seen[k] {
			t.Errorf("testdata/kinds.jsonl and kinds-goroutines.jsonl have no event of kind %q", k)
		}
		text := (&trace.Trace{Events: []trace.Event{{Kind: k, Step: 1, Who: "M", Type: "x.T"}}}).Text(trace.TextOptions{})
		if strings.Contains(text, "event kind") {
			t.Errorf("%s is told as\n%s", k, text)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	all := handWritten(t)
	for _, p := range programs {
		all[p.name] = record(t, p)
	}
	all["empty"] = &trace.Trace{}
	all["plain error"] = trace.New(trace.Header{}, nil, errors.New("no failure of ours"))
	for name, tr := range all {
		text := encode(t, tr)
		back, err := trace.ReadJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(back, tr) {
			t.Errorf("%s: reads back as\n%+v, was\n%+v", name, back, tr)
		}
	}
}

func TestReadJSONErrors(t *testing.T) {
	const head = `{"ravel_trace":1,"seed":"1","execution":"2","clock":"ordered","later":[1]}` + "\n"
	const event = `{"event":"began","step":1,"later":true}` + "\n"
	for _, c := range []struct{ text, want string }{
		{head + event + `{"end":"none","events":1}`, ""},
		{"\r\n" + head + "\n\n" + `{"end":"deadlock","events":0,"failed":true}` + "\n\n", ""},
		{"", "line 1: the end of the trace is missing"},
		{"{}", `no "ravel_trace"`},
		{`{"ravel_trace":3}`, "newer"},
		{strings.Replace(head, ":1", ":2", 1) + event + `{"event":"took","step":2,"after":[0]}` + "\n" + `{"end":"none","events":2}`, ""},
		{head + `{"event":"took","step":1,"after":[0]}`, "earlier events"},
		{head + event + `{"event":"took","step":1,"after":[-1]}`, "earlier events"},
		{head + event + event + `{"event":"took","step":1,"after":[1,0]}`, "ascending"},
		{`{"ravel_trace":1,"seed":"1","execution":"2","clock":"water"}`, "not a clock"},
		{head + event, "line 3: the end of the trace is missing"},
		{head + `{"event":"sang"}`, `"sang" is not a kind of event`},
		{head + `{"event":"began","end":"none"}`, "either"},
		{head + `{"step":1}`, "either"},
		{head + event + `{"end":"none","events":2}`, "1 events were read, but the trace had 2"},
		{head + `{"end":"gloom","events":0}`, "not a kind of failure"},
		{head + `{"end":"none","events":0}` + "\n{}", "more behind the end"},
		{head + "[", "line 2"},
	} {
		_, err := trace.ReadJSON(strings.NewReader(c.text))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s\ngives %v, not %q", c.text, err, c.want)
		}
	}
	if _, err := trace.ReadJSON(strings.NewReader(head)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a trace without its end gives %v", err)
	}
	if _, err := trace.ReadJSON(strings.NewReader(`{"ravel_trace":9}`)); !errors.Is(err, trace.ErrNewer) {
		t.Errorf("a newer trace gives %v", err)
	}
}

func FuzzReadJSON(f *testing.F) {
	for _, tr := range handWritten(f) {
		f.Add([]byte(encode(f, tr)))
	}
	f.Add([]byte(encode(f, record(f, programs[3]))))
	f.Fuzz(func(t *testing.T, text []byte) {
		tr, err := trace.ReadJSON(bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := trace.ReadJSON(strings.NewReader(encode(t, tr)))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(again, tr) {
			t.Fatalf("reads back as\n%+v, was\n%+v", again, tr)
		}
		checkText(t, tr, trace.TextOptions{Width: 60, Limit: 10})
		checkText(t, tr, trace.TextOptions{ASCII: true, Places: true, Fields: true, Limit: -1})
		checkOrder(t, tr)
	})
}

// randomTrace makes a trace of any events, with strings that are hard to print.
func randomTrace(r *rand.Rand) *trace.Trace {
	const letters = "abcdef {}[]()\"\\,:/0123456789 \t\né世✂\u200b"
	runes := []rune(letters)
	text := func(n int) string {
		var b strings.Builder
		for range r.IntN(n + 1) {
			b.WriteRune(runes[r.IntN(len(runes))])
		}
		return b.String()
	}
	names := []string{"A", "Server", "Server#2", text(12), text(40)}
	name := func() string { return names[r.IntN(len(names))] }
	tr := &trace.Trace{Header: trace.Header{Test: text(100), Strategy: text(9)}}
	kinds := trace.EventKinds()
	step := 1
	for range r.IntN(300) {
		step += r.IntN(3) / 2
		var after []int
		for i := range tr.Events {
			if r.IntN(len(tr.Events)) == 0 {
				after = append(after, i)
			}
		}
		tr.Events = append(tr.Events, trace.Event{
			After: after, Stack: make([]failure.Place, r.IntN(3)),
			Step: step, Kind: kinds[r.IntN(len(kinds))], Who: name(), Peer: name(), Type: "kv." + name(), Value: text(300),
			From: text(9), To: text(9), N: r.IntN(9), Sent: r.IntN(step + 1), Hot: r.IntN(2) == 0, Cold: r.IntN(2) == 0,
			Place: failure.Place{File: text(30), Line: 7},
		})
	}
	if r.IntN(2) == 0 {
		tr.Failure = &trace.Failure{
			Site: failure.Site{Machine: name(), Step: step}, Kind: failure.KindPanic, Error: text(200), Detail: text(400),
			CycleStart: r.IntN(step + 1), CycleLength: r.IntN(3),
		}
	}
	return tr
}

// checkText checks what holds for every text: no line is too wide, but for a single word, and none ends in spaces.
func checkText(t testing.TB, tr *trace.Trace, o trace.TextOptions) {
	t.Helper()
	wide := max(o.Width, 40)
	if o.Width == 0 {
		wide = 80
	}
	text := tr.Text(o)
	if !strings.HasSuffix(text, "\n") || strings.ContainsAny(text, "\r\t\x1b") {
		t.Fatalf("control characters, or no line break at the end:\n%q", text)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasSuffix(line, " ") {
			t.Errorf("a line ends in a space: %q", line)
		}
		if trace.Width(line) <= wide {
			continue
		}
		if words := strings.Fields(line); trace.Width(words[len(words)-1]) < wide/4 {
			t.Errorf("width %d of %d, but no word is to blame: %q", trace.Width(line), wide, line)
		}
	}
}

func TestWidth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 120 {
		tr := randomTrace(r)
		checkText(t, tr, trace.TextOptions{Width: 30 + r.IntN(100), ASCII: r.IntN(2) == 0, Places: r.IntN(2) == 0, Fields: r.IntN(2) == 0})
		checkText(t, tr, trace.TextOptions{Limit: r.IntN(50) - 1})
		if t.Failed() {
			return
		}
	}
}

func TestColor(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		tr := randomTrace(r)
		colored := tr.Text(trace.TextOptions{Color: true})
		if plain := tr.Text(trace.TextOptions{}); trace.Uncolor(colored) != plain {
			t.Fatalf("without its colours\n%s\nis not\n%s", trace.Uncolor(colored), plain)
		}
	}
}

func TestASCII(t *testing.T) {
	for _, p := range programs {
		text := record(t, p).Text(trace.TextOptions{ASCII: true})
		if i := strings.IndexFunc(text, func(r rune) bool { return r > 126 }); i >= 0 {
			t.Errorf("%s: %q", p.name, text[i:])
		}
	}
}

func TestNoAddresses(t *testing.T) {
	x := 1
	tr := &trace.Trace{Events: []trace.Event{
		{Kind: trace.Logged, Step: 1, Who: "M", Value: fmt.Sprintf("at %p", &x)},
		{Kind: trace.Sent, Step: 2, Who: "M", Type: "x.T", Value: trace.Payload(struct{ P **int }{ptr(&x)})},
	}}
	tr.Failure = &trace.Failure{Error: fmt.Sprintf("bad %p", &x), Detail: fmt.Sprintf("stack:\n  f(%p)", tr)}
	text := tr.Text(trace.TextOptions{})
	for _, p := range []string{fmt.Sprintf("%p", &x), fmt.Sprintf("%p", tr), "0xc0"} {
		if strings.Contains(text, p) {
			t.Errorf("the address %s is printed:\n%s", p, text)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestFailureOfGoroutines(t *testing.T) {
	g := failure.Goroutine{ID: 1, Wait: failure.Wait{To: "to lock mutex #1", Step: 3, By: []int{1}, Held: true}, Holds: []failure.Hold{{What: "mutex #1", Step: 2}}}
	g.Started = failure.Place{File: "/src/a.go", Line: 5, Func: "a.f"}
	g.Wait.Note, g.Wait.NoteStep, g.Wait.NotePlace = "it has been signalled", 4, failure.Place{File: "/src/a.go", Line: 6, Func: "a.h"}
	g.Stack = []failure.Place{{File: "/src/a.go", Line: 7, Func: "a.g"}}
	g.Wait.Made = failure.Place{File: "/src/a.go", Line: 8, Func: "a.i"}
	g.Wait.Last = failure.Use{By: 3, Doing: "send", Step: 2, Place: failure.Place{File: "/src/a.go", Line: 9, Func: "a.j"}}
	for _, c := range []struct {
		err   error
		n     int
		cycle []int
	}{
		{&failure.Deadlock{Goroutines: []failure.Goroutine{g}, Cycle: []int{0}}, 1, []int{0}},
		{&failure.Leak{Goroutines: []failure.Goroutine{g, g}}, 2, nil},
		{&failure.Panic{Value: "x", Goroutine: &g}, 1, nil},
		{&failure.Fatal{Message: "x", Goroutine: &g}, 1, nil},
		{&failure.Panic{Value: "x"}, 0, nil},
		{&failure.Deadlock{}, 0, nil},
	} {
		tr := trace.New(trace.Header{}, nil, c.err)
		if f := tr.Failure; len(f.Goroutines) != c.n || !slices.Equal(f.WaitCycle, c.cycle) || c.n > 0 && !reflect.DeepEqual(f.Goroutines[0], g) {
			t.Errorf("%v: %+v", c.err, f)
		}
		back, err := trace.ReadJSON(strings.NewReader(encode(t, tr)))
		if err != nil || !reflect.DeepEqual(back, tr) {
			t.Errorf("%v: reads back as %+v, %v", c.err, back, err)
		}
	}
	const bad = `{"ravel_trace":1,"seed":"1","execution":"2","clock":"ordered"}` + "\n" + `{"end":"deadlock","events":0,"failed":true,"goroutines":[{"id":1}],"wait_cycle":[1]}`
	if _, err := trace.ReadJSON(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "goroutine 1 of 1") {
		t.Errorf("a cycle of goroutines that are not there gives %v", err)
	}
}

// A long execution of goroutines is folded, but not the steps since which the deadlock stands.
func TestFoldKeepsWhereWaitsBegan(t *testing.T) {
	var events []trace.Event
	at := func(line int) failure.Place { return failure.Place{File: "/src/a.go", Line: line} }
	step := 0
	did := func(who, what, object string, line int) {
		step++
		events = append(events, trace.Event{Step: step, Kind: trace.Did, Who: who, Type: what, Peer: object, Place: at(line)})
	}
	noise := func(n int) {
		for i := range n {
			did(fmt.Sprintf("g%d", 3+i%7), []string{"send", "receive", "yield"}[i%3], fmt.Sprintf("channel #%d", 3+i*i%5), i%97)
		}
	}
	noise(300)
	did("g1", "Lock", "mutex #1", 501)
	noise(300)
	did("g2", "Lock", "mutex #2", 502)
	noise(300)
	d := &failure.Deadlock{Cycle: []int{0, 1}, Goroutines: []failure.Goroutine{
		{ID: 1, Holds: []failure.Hold{{What: "mutex #1", Step: 301}}}, {ID: 2, Holds: []failure.Hold{{What: "mutex #2", Step: 602}}},
	}}
	text := trace.New(trace.Header{}, events, d).Text(trace.TextOptions{Limit: 40, ASCII: true})
	for _, want := range []string{"locks mutex #1 (a.go:501)", "locks mutex #2 (a.go:502)", "folded", "cycle: g1 -> g2 -> g1"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "\n"); n > 60 {
		t.Errorf("%d lines", n)
	}
	for _, c := range text {
		if c > 127 {
			t.Errorf("%q is not ASCII", c)
		}
	}
}

func TestNameObjects(t *testing.T) {
	events := []trace.Event{
		{Kind: trace.Did, Peer: "#2"}, {Kind: trace.Blocked, Peer: "#1"}, {Kind: trace.Did, Peer: "#3"}, {Kind: trace.Did, Peer: "#x"},
		{Kind: trace.Did}, {Kind: trace.Sent, Peer: "#1"}, {Kind: trace.Did, Peer: "#-1"},
	}
	trace.NameObjects(events, []string{"", "mutex #1", "channel #2"})
	var got []string
	for _, ev := range events {
		got = append(got, ev.Peer)
	}
	if want := []string{"channel #2", "mutex #1", "#3", "#x", "", "#1", "#-1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
