package view

import (
	"strings"
	"unicode/utf8"

	"github.com/ravelgo/ravel/trace"
)

// maxWords is how many bytes of the words of an event a row may need. The payload is not among them.
const maxWords = 1000

// data is the failure as the viewer reads it; n numbers its elements.
func (f *Failure) data(n int) failureData {
	d := failureData{Title: f.Title, Note: f.Note, Command: f.Command, Deciding: -1}
	if d.Title == "" {
		d.Title = f.Trace.Test
	}
	list := f.traces()
	for i := range list {
		t := traceOf(list[i].trace, elementID(list[i].name, n))
		if i == 0 {
			d.Failing = t
			continue
		}
		d.Passing = &t
		if 0 <= f.Deciding && f.Deciding < len(f.Trace.Events) {
			d.Deciding = f.Deciding
		}
	}
	return d
}

// How the payload stands between the words.
const (
	noPayload = iota
	barePayload
	inParentheses
)

func traceOf(t *trace.Trace, element string) traceData {
	d := traceData{Element: element, Lane: []int{}, Texts: []string{}, Before: []int{}, After: []int{}, Payload: []int{}}
	lanes := newLanes(t)
	texts := map[string]int{}
	text := func(s string) int {
		s = cutWords(s)
		n, ok := texts[s]
		if !ok {
			n = len(d.Texts)
			texts[s] = n
			d.Texts = append(d.Texts, s)
		}
		return n
	}
	for i, told := range t.Tell() {
		d.Lane = append(d.Lane, lanes.of(told.Who))
		d.Before = append(d.Before, text(told.Before))
		d.After = append(d.After, text(told.After))
		d.Payload = append(d.Payload, payloadForm(told.Payload, t.Events[i].Value))
	}
	d.Lanes = lanes.list
	return d
}

func payloadForm(told, value string) int {
	switch {
	case told == "":
		return noPayload
	case told == value:
		return barePayload
	}
	return inParentheses
}

func cutWords(s string) string {
	if len(s) <= maxWords {
		return s
	}
	n := maxWords
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], "\uFFFD") + "…"
}

// lanes are those who act, each with a lane of its own: machines and goroutines in the order in which they come up, and
// monitors behind them.
type lanes struct {
	list  []laneData
	index map[string]int
}

// The kinds of lanes.
const (
	machineLane   = "machine"
	goroutineLane = "goroutine"
	monitorLane   = "monitor"
)

func newLanes(t *trace.Trace) *lanes {
	kinds := map[string]string{}
	for i := range t.Events {
		switch ev := &t.Events[i]; {
		case ev.Kind == trace.Heard, ev.Kind == trace.SuffixBegins, ev.Kind == trace.Moved && (ev.Hot || ev.Cold):
			kinds[ev.Who] = monitorLane
		case ev.Kind >= trace.Spawned && ev.Kind <= trace.Ended && kinds[ev.Who] == "":
			kinds[ev.Who] = goroutineLane
		}
	}
	l := &lanes{index: map[string]int{}}
	for _, monitors := range []bool{false, true} {
		for _, told := range t.Tell() {
			if _, ok := l.index[told.Who]; ok || told.Who == "" || (kinds[told.Who] == monitorLane) != monitors {
				continue
			}
			kind := kinds[told.Who]
			if kind == "" {
				kind = machineLane
			}
			l.index[told.Who] = len(l.list)
			l.list = append(l.list, laneData{Name: told.Who, Kind: kind})
		}
	}
	return l
}

// of is the index of a lane, -1 if there is none.
func (l *lanes) of(who string) int {
	if i, ok := l.index[who]; ok {
		return i
	}
	return -1
}
