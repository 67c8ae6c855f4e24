package view

import (
	"cmp"

	"github.com/ravelgo/ravel/trace"
)

// What the viewer reads besides the lines of the traces; src/page.ts has the same shapes.
type (
	pageData struct {
		Version  int                  `json:"version"`
		Title    string               `json:"title"`
		Failures []failureData        `json:"failures"`
		Sources  map[string][]snippet `json:"sources"`
	}
	failureData struct {
		Title    string     `json:"title"`
		Note     string     `json:"note"`
		Command  string     `json:"command"`
		Deciding int        `json:"deciding"` // -1 if there is no passing trace
		Failing  traceData  `json:"failing"`
		Passing  *traceData `json:"passing"`
	}
	traceData struct {
		Element string     `json:"element"` // id of the element with the lines
		Lanes   []laneData `json:"lanes"`
		Lane    []int      `json:"lane"`   // of each event
		Texts   []string   `json:"texts"`  // the words, each once
		Before  []int      `json:"before"` // of each event, the words ahead of its payload
		After   []int      `json:"after"`  // and behind it
		Payload []int      `json:"payload"`
	}
	laneData struct {
		Name string         `json:"name"`
		Kind trace.LaneKind `json:"kind"`
		Type string         `json:"type"`
	}
)

// namedTrace is a trace and the id of the element with its lines.
type namedTrace struct {
	element string
	trace   *trace.Trace
}

// traces are those of the n-th failure.
func (f *Failure) traces(n int) []namedTrace {
	list := []namedTrace{{elementID("failing", n), limited(f.Trace)}}
	if f.Passing != nil {
		list = append(list, namedTrace{elementID("passing", n), limited(f.Passing)})
	}
	return list
}

// data is a failure as the viewer reads it.
func (f *Failure) data(traces []namedTrace) failureData {
	d := failureData{Title: cutText(cmp.Or(f.Title, f.Trace.Test), maxName), Note: cutText(f.Note, maxText), Command: cutText(f.Command, maxText), Deciding: -1}
	for i, named := range traces {
		t := dataOf(named)
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

// dataOf is a trace's lanes and words. Lanes of monitors stand behind all others, so that what a monitor hears does not cross
// what the machines tell each other.
func dataOf(n namedTrace) traceData {
	d := traceData{Element: n.element, Lane: []int{}, Texts: []string{}, Before: []int{}, After: []int{}, Payload: []int{}}
	o := trace.NewOrder(n.trace)
	at := make([]int, len(o.Lanes())) // of each lane of the order
	for _, monitors := range []bool{false, true} {
		for i, l := range o.Lanes() {
			if (l.Kind == trace.MonitorLane) == monitors {
				at[i] = len(d.Lanes)
				d.Lanes = append(d.Lanes, laneData(l))
			}
		}
	}
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
	for i, told := range n.trace.Tell() {
		d.Lane = append(d.Lane, at[o.Lane(i)])
		d.Before = append(d.Before, text(told.Before))
		d.After = append(d.After, text(told.After))
		d.Payload = append(d.Payload, payloadForm(told.Payload, n.trace.Events[i].Value))
	}
	return d
}

// How the payload stands between the words.
const (
	noPayload = iota
	barePayload
	inParentheses
)

func payloadForm(told, value string) int {
	switch {
	case told == "":
		return noPayload
	case told == value:
		return barePayload
	}
	return inParentheses
}

// maxWords is how many bytes of the words of an event are kept. The payload is not among them.
const maxWords = 1000

func cutWords(s string) string {
	if len(s) <= maxWords {
		return s
	}
	return cutRunes(s, maxWords) + "…"
}
