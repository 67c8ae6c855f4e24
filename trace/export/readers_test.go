package export_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/trace/export"
)

// The lines of a sequence diagram that are written. A text has neither #, ; nor <, but for entities and line breaks.
var (
	mermaidText  = `((?:[^#;<>&%\n]|#\d+;|<br/>)*)`
	mermaidLines = regexp.MustCompile(`^    (?:%% ` + mermaidText + `|participant (p\d+) as ` + mermaidText + `|(p\d+)(?:-\)|-x|-->>)(p\d+): ` + mermaidText +
		`|Note over (p\d+)(?:,(p\d+))?: ` + mermaidText + `)$`)
)

func readMermaid(text string) error {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "sequenceDiagram" {
		return fmt.Errorf("the first line is %q", lines[0])
	}
	declared := map[string]bool{}
	for _, line := range lines[1:] {
		m := mermaidLines.FindStringSubmatch(line)
		if m == nil {
			return fmt.Errorf("no line of a diagram: %q", line)
		}
		if m[2] != "" {
			if declared[m[2]] {
				return fmt.Errorf("declared twice: %q", line)
			}
			declared[m[2]] = true
		}
		for _, p := range []string{m[4], m[5], m[7], m[8]} {
			if p != "" && !declared[p] {
				return fmt.Errorf("%s is not declared in %q", p, line)
			}
		}
	}
	return nil
}

// The lines of a graph that are written.
var (
	dotString = `"(?:[^"\\&\n]|\\\\|\\"|\\l|&amp;)*"`
	dotValue  = `(?:` + dotString + `|[\w.]+|"[#\w,.-]+")`
	dotLine   = regexp.MustCompile(`^\t*(?:digraph trace \{|subgraph cluster_\d+ \{|\}|(?:graph|node|edge|(m\d+)|(m\d+) -> (m\d+))(?: \[(?:\w+=` +
		dotValue + ` ?)+\])?;)$`)
)

func readDot(text string) error {
	declared := map[string]bool{}
	depth := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		m := dotLine.FindStringSubmatch(line)
		if m == nil {
			return fmt.Errorf("no line of a graph: %q", line)
		}
		depth += strings.Count(line[len(line)-1:], "{") - strings.Count(line[len(line)-1:], "}")
		node, from, to := m[1], m[2], m[3]
		switch {
		case node != "":
			if declared[node] {
				return fmt.Errorf("declared twice: %q", line)
			}
			declared[node] = true
		case from != "" && (!declared[from] || !declared[to]):
			return fmt.Errorf("the ends of an edge are not declared: %q", line)
		case from != "" && number(from) >= number(to):
			return fmt.Errorf("an edge goes back in time: %q", line)
		}
	}
	if depth != 0 {
		return fmt.Errorf("%d braces are open at the end", depth)
	}
	return nil
}

func number(node string) (n int) {
	fmt.Sscanf(node, "m%d", &n)
	return n
}

// readShiViz reads a log as ShiViz does, checks the clocks as it does, and compares their order with that of the trace.
func readShiViz(text string, tr *trace.Trace) error {
	parser := regexp.MustCompile(`(?m)^` + strings.ReplaceAll(export.ShiVizParser, "{.*}", `\{.*\}`) + `$`)
	entries := parser.FindAllStringSubmatch(text, -1)
	if rest := parser.ReplaceAllString(text, ""); strings.Trim(rest, "\n") != "" {
		return fmt.Errorf("not read: %q", rest)
	}
	count := map[string]int{}
	for _, e := range entries {
		var clock map[string]int
		if err := json.Unmarshal([]byte(e[2]), &clock); err != nil {
			return fmt.Errorf("clock %s: %w", e[2], err)
		}
		host := e[1]
		if count[host]++; clock[host] != count[host] {
			return fmt.Errorf("event %d of %s has clock %s", count[host], host, e[2])
		}
		for h, n := range clock {
			if n > count[h] {
				return fmt.Errorf("%s knows event %d of %s, which has had %d", host, n, h, count[h])
			}
		}
	}
	moments := 0
	o := trace.NewOrder(tr)
	for i := range tr.Events {
		if i == 0 || o.Lane(i) != o.Lane(i-1) || tr.Events[i].Step != tr.Events[i-1].Step {
			moments++
		}
	}
	if len(entries) != moments {
		return fmt.Errorf("%d events of %d", len(entries), moments)
	}
	return nil
}

// timelineEntry is an event of the Trace Event Format.
type timelineEntry struct {
	Name, Ph    string
	Cat, Bp, S  string
	Ts, Dur, ID int
	Pid         *int
	Tid         int
	Args        map[string]any
}

func readTimeline(text string) error {
	var file struct {
		TraceEvents []timelineEntry
		OtherData   map[string]string
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return err
	}
	slices := map[int][]timelineEntry{}
	flows := map[int]timelineEntry{}
	for _, e := range file.TraceEvents {
		if e.Name == "" || e.Pid == nil || e.Ts < 0 {
			return fmt.Errorf("no event: %+v", e)
		}
		switch e.Ph {
		case "X":
			if e.Dur <= 0 {
				return fmt.Errorf("no duration: %+v", e)
			}
			slices[e.Tid] = append(slices[e.Tid], e)
		case "s":
			flows[e.ID] = e
		case "f":
			s, ok := flows[e.ID]
			if !ok || s.Ts > e.Ts || e.Bp != "e" {
				return fmt.Errorf("%+v ends %+v", e, s)
			}
			if !within(slices[s.Tid], s.Ts) || !within(slices[e.Tid], e.Ts) {
				return fmt.Errorf("the ends of an arrow are in no slice: %+v, %+v", s, e)
			}
			delete(flows, e.ID)
		case "C":
			if n, ok := e.Args["steps"].(float64); !ok || n < 0 {
				return fmt.Errorf("no temperature: %+v", e)
			}
		case "M", "i":
		default:
			return fmt.Errorf("phase %q", e.Ph)
		}
	}
	if len(flows) > 0 {
		return errors.New("arrows without an end")
	}
	for _, list := range slices {
		if err := nested(list); err != nil {
			return err
		}
	}
	return nil
}

func within(list []timelineEntry, time int) bool {
	return slices.ContainsFunc(list, func(e timelineEntry) bool { return e.Ts <= time && time <= e.Ts+e.Dur })
}

// nested reports slices of a thread that overlap without one being in the other, or that begin together.
func nested(list []timelineEntry) error {
	sort.SliceStable(list, func(i, j int) bool { return list[i].Ts < list[j].Ts })
	var open []timelineEntry
	for _, e := range list {
		for len(open) > 0 && open[len(open)-1].Ts+open[len(open)-1].Dur <= e.Ts {
			open = open[:len(open)-1]
		}
		if n := len(open); n > 0 && (open[n-1].Ts == e.Ts || open[n-1].Ts+open[n-1].Dur < e.Ts+e.Dur) {
			return fmt.Errorf("%+v overlaps %+v", e, open[n-1])
		}
		open = append(open, e)
	}
	return nil
}
