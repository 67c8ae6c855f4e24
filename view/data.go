package view

import (
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
		Lane    []int      `json:"lane"`   // of each event, -1 if it has none
		Texts   []string   `json:"texts"`  // the words, each once
		Before  []int      `json:"before"` // of each event, the words ahead of its payload
		After   []int      `json:"after"`  // and behind it
		Payload []int      `json:"payload"`
	}
	laneData struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
		Type string `json:"type"`
	}
)

// namedTrace is a trace and what its element is called.
type namedTrace struct {
	name  string
	trace *trace.Trace
}

func (f *Failure) traces() []namedTrace {
	list := []namedTrace{{"failing", f.Trace}}
	if f.Passing != nil {
		list = append(list, namedTrace{"passing", f.Passing})
	}
	return list
}
