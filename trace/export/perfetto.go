package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/ravelgo/ravel/trace"
)

// A timeline has no time but steps: each is stepTime long, and the moments of a step share it. A moment takes nine tenths of its
// share, so that what begins or ends between moments neither cuts through one nor begins with one.
const stepTime = 1_000_000 // microseconds

// Perfetto writes the trace as a timeline for https://ui.perfetto.dev, chrome://tracing and whatever else reads the Trace Event
// Format of Chrome ("Trace Event Format", D. Sinclair et al.,
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU; the object with traceEvents).
//
// Each machine, goroutine and monitor is a thread. One step takes one second, so the time is the number of the step: it
// shows the order, not how long anything took. The clock of the program, if it has moved, is an argument, as are the words of
// each event and its line of code. What a goroutine waits for, and how long a monitor is hot, are slices around what happens meanwhile. Arrows lead from
// the send to the take, and in general from what an event directly follows from. Faults and the failure are instants; the
// temperature of a monitor, in steps, is a counter.
func Perfetto(w io.Writer, t *trace.Trace) error {
	p := timeline{graph: newGraph(t, -1), b: bufio.NewWriter(w), hot: map[int]int{}, waits: map[int]wait{}}
	p.start()
	p.clock()
	for lane := range p.lanes {
		p.thread(lane)
	}
	for i := range p.moments {
		p.moment(i)
	}
	p.close()
	p.ending()
	p.b.WriteString("\n]}\n")
	if p.err == nil {
		p.err = p.b.Flush()
	}
	if p.err != nil {
		return fmt.Errorf("write trace: %w", p.err)
	}
	return nil
}

// entry is an event of the Trace Event Format. Times are in microseconds.
type entry struct {
	Name     string `json:"name"`
	Category string `json:"cat,omitempty"`
	Phase    string `json:"ph"`
	Time     int    `json:"ts"`
	Duration int    `json:"dur,omitempty"`
	Process  int    `json:"pid"`
	Thread   int    `json:"tid"`
	ID       int    `json:"id,omitempty"`
	Binding  string `json:"bp,omitempty"`
	Scope    string `json:"s,omitempty"`
	Args     any    `json:"args,omitempty"`
}

// timeline is a trace in the Trace Event Format while it is written.
type timeline struct {
	*graph
	b     *bufio.Writer
	err   error
	some  bool // entries have been written
	times []int
	ends  []int
	flows int
	hot   map[int]int  // monitors that are hot, and since which time
	waits map[int]wait // goroutines that wait
}

// wait is what a goroutine waits for, and since when.
type wait struct {
	since int
	what  string
}

// start writes what is said of the whole execution.
func (p *timeline) start() {
	lines := heading(p.Trace)
	other := map[string]string{"test": lines[0], "execution": lines[1], "end": lines[2], "time": "1 s is 1 step"}
	text, err := json.Marshal(other)
	p.err = err
	fmt.Fprintf(p.b, "{\"displayTimeUnit\":\"ms\",\"otherData\":%s,\"traceEvents\":[", text)
	p.put(entry{Name: "start", Phase: "i", Scope: "g", Process: 1})
	p.put(entry{Name: "process_name", Phase: "M", Process: 1, Args: map[string]string{"name": lines[0]}})
}

// put writes an entry.
func (p *timeline) put(e entry) {
	text, err := json.Marshal(e)
	if err != nil && p.err == nil {
		p.err = err
	}
	if p.some {
		p.b.WriteByte(',')
	}
	p.some = true
	p.b.WriteByte('\n')
	p.b.Write(text)
}

// clock gives each moment its time: those of one step share it.
func (p *timeline) clock() {
	p.times, p.ends = make([]int, len(p.moments)), make([]int, len(p.moments))
	for from := 0; from < len(p.moments); {
		to := from
		for to < len(p.moments) && p.moments[to].step == p.moments[from].step {
			to++
		}
		start := p.moments[from].step * stepTime
		for i := from; i < to; i++ {
			share := stepTime / (to - from)
			p.times[i] = start + (i-from)*share
			p.ends[i] = p.times[i] + share*9/10
		}
		from = to
	}
}

func (p *timeline) thread(lane int) {
	l := p.lanes[lane]
	p.put(entry{Name: "thread_name", Phase: "M", Process: 1, Thread: lane + 1, Args: map[string]string{"name": l.Name}})
	p.put(entry{Name: "thread_sort_index", Phase: "M", Process: 1, Thread: lane + 1, Args: map[string]int{"sort_index": lane}})
}

// slice writes a span of time of a lane.
func (p *timeline) slice(lane, from, to int, category, name string, args any) {
	p.put(entry{
		Name: oneLine(name, maxLabel), Category: category, Phase: "X", Time: from, Duration: max(1, to-from), Process: 1, Thread: lane + 1, Args: args,
	})
}

// moment writes a slice, what it follows from, and what changes with it.
func (p *timeline) moment(i int) {
	m := &p.moments[i]
	p.temperature(m, i)
	p.waiting(m, i)
	first := p.story[m.events[0]].Text
	p.slice(m.lane, p.times[i], p.ends[i], string(p.lanes[m.lane].Kind), first, p.args(m))
	for _, j := range m.after {
		p.flows++
		middle := func(k int) int { return (p.times[k] + p.ends[k]) / 2 }
		from, to := p.moments[j].lane+1, m.lane+1
		p.put(entry{Name: "follows", Category: "order", Phase: "s", Time: middle(j), Process: 1, Thread: from, ID: p.flows})
		p.put(entry{Name: "follows", Category: "order", Phase: "f", Binding: "e", Time: middle(i), Process: 1, Thread: to, ID: p.flows})
	}
	for _, k := range m.events {
		switch ev := &p.Events[k]; ev.Kind {
		case trace.Injected, trace.Crashed, trace.Restarted, trace.Lost, trace.Failed:
			p.put(entry{
				Name: oneLine(p.story[k].Text, maxLabel), Category: "fault", Phase: "i", Scope: "p", Time: p.times[i], Process: 1, Thread: m.lane + 1,
			})
		}
	}
}

// args is what a click on a slice shows.
func (p *timeline) args(m *moment) any {
	args := struct {
		Step   int      `json:"step"`
		Events []string `json:"events"`
		Places []string `json:"lines,omitempty"`
		Now    string   `json:"clock,omitempty"`
	}{Step: m.step}
	for _, i := range m.events {
		ev := &p.Events[i]
		args.Events = append(args.Events, strings.TrimSpace(p.story[i].Text))
		if !ev.Place.IsZero() {
			args.Places = append(args.Places, ev.Place.String())
		}
		args.Now = ev.Now
	}
	return args
}
