package trace_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

var (
	foldedLine = regexp.MustCompile(`(?m)^ +\.\.\.  (\d+) steps? folded \((\d+)(?: to (\d+))?\)`)
	totalLine  = regexp.MustCompile(`(?m)^(\d+) of (\d+) steps?\s+are\s+folded`)
	stepLine   = regexp.MustCompile(`(?m)^ *(\d+)  \S`)
)

// long has n steps of two machines, with a fault, a monitor that turns hot, and a chain of messages to the failure.
func long(n int) *trace.Trace {
	r := rand.New(rand.NewPCG(7, 8))
	t := &trace.Trace{Failure: &trace.Failure{Site: failure.Site{Machine: "C", Step: n}, Kind: failure.KindAssertion, Error: "no"}}
	add := func(ev trace.Event) { t.Events = append(t.Events, ev) }
	for i := 1; i <= n; i++ {
		switch i {
		case n / 4:
			add(trace.Event{Step: i, Kind: trace.Injected, Who: "A", Type: "x.Crash", To: "crash"})
		case n / 3:
			add(trace.Event{Step: i, Kind: trace.Heard, Who: "Mon", Peer: "A", Type: "x.Lost"})
			add(trace.Event{Step: i, Kind: trace.Moved, Who: "Mon", From: "Fine", To: "Bad", Hot: true})
		case n / 2:
			add(trace.Event{Step: i, Kind: trace.Sent, Who: "B", Peer: "C", Type: "x.Cause"})
		case n:
			add(trace.Event{Step: i, Kind: trace.Took, Who: "C", Peer: "B", Type: "x.Cause", Sent: n / 2})
		default:
			add(trace.Event{Step: i, Kind: trace.Sent, Who: string("AB"[r.IntN(2)]), Peer: "D", Type: fmt.Sprint("x.T", r.IntN(4))})
		}
	}
	return t
}

func TestFolding(t *testing.T) {
	for _, n := range []int{100, 121, 400, 5000} {
		for _, limit := range []int{20, 40, 0, 300} {
			text := long(n).Text(trace.TextOptions{ASCII: true, Limit: limit, More: "Ask for more."})
			if limit == 0 {
				limit = trace.DefaultLimit
			}
			lines := strings.Count(text, "\n")
			if lines > limit+12 {
				t.Errorf("%d steps: %d lines, the limit is %d", n, lines, limit)
			}
			if n <= limit-1 {
				if strings.Contains(text, "folded") {
					t.Errorf("%d steps are folded although the limit is %d", n, limit)
				}
				continue
			}
			checkFolds(t, text, n)
			for _, want := range []string{"FAULT: Crash", "goes Fine -> Bad: now HOT", "sends Cause to C", "takes Cause", "Ask for more."} {
				if !strings.Contains(text, want) {
					t.Errorf("%d steps, limit %d: %q is folded:\n%s", n, limit, want, text)
				}
			}
		}
	}
}

// checkFolds checks that every step is either shown or counted.
func checkFolds(t *testing.T, text string, n int) {
	t.Helper()
	atoi := func(s string) int {
		i, _ := strconv.Atoi(s)
		return i
	}
	seen := make([]bool, n+1)
	for _, m := range stepLine.FindAllStringSubmatch(text, -1) {
		seen[atoi(m[1])] = true
	}
	folded := 0
	for _, m := range foldedLine.FindAllStringSubmatch(text, -1) {
		first, last := atoi(m[2]), atoi(m[2])
		if m[3] != "" {
			last = atoi(m[3])
		}
		if last-first+1 != atoi(m[1]) {
			t.Errorf("%q does not add up", m[0])
		}
		for i := first; i <= last; i++ {
			if seen[i] {
				t.Errorf("step %d is both shown and folded", i)
			}
			seen[i] = true
		}
		folded += atoi(m[1])
	}
	for i := 1; i <= n; i++ {
		if !seen[i] {
			t.Fatalf("step %d is neither shown nor folded:\n%s", i, text)
		}
	}
	m := totalLine.FindStringSubmatch(text)
	if m == nil || atoi(m[1]) != folded || atoi(m[2]) != n {
		t.Errorf("the total is %q, but %d of %d steps are folded", m, folded, n)
	}
}

func TestNoLimit(t *testing.T) {
	text := long(1000).Text(trace.TextOptions{Limit: -1, More: "Ask for more."})
	if strings.Contains(text, "folded") || strings.Contains(text, "Ask") {
		t.Error("steps are folded although there is no limit")
	}
	if got := len(stepLine.FindAllString(text, -1)); got != 1000 {
		t.Errorf("%d steps are shown, not 1000", got)
	}
}

// The endless part of a livelock is shown once and counted.
func TestRoundsAreFolded(t *testing.T) {
	for _, p := range programs {
		if p.want != "livelock" {
			continue
		}
		tr := record(t, p)
		text := tr.Text(trace.TextOptions{ASCII: true})
		checkFolds(t, text, tr.Steps())
		if lines := strings.Count(text, "\n"); lines > 70 {
			t.Errorf("%s: %d lines:\n%s", p.name, lines, text)
		}
		for _, want := range []string{"like the 3 steps above", "Hot throughout", "steps follow: Eater"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("%s: no %q in\n%s", p.name, want, text)
			}
		}
	}
}
