package export

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/ravelgo/ravel/trace"
)

// Graphviz writes the trace as a space-time graph in the DOT language, for the program dot
// (https://graphviz.org/doc/info/lang.html).
//
// A node is what a machine, goroutine or monitor does within one step, and a cluster is one of those. Lines within a cluster are
// the order of the program; arrows between clusters are what a node directly follows from. Both are dashed where they stand for
// steps in between that are folded. A node stands below everything that happens before it: the picture shows Lamport's partial
// order ("Time, clocks, and the ordering of events in a distributed system", 1978), not the order in which the schedule took the
// steps, which the numbers of the steps tell.
//
// A long trace is folded; a limit of 0 is trace.DefaultLimit.
func Graphviz(w io.Writer, t *trace.Trace, limit int) error {
	d := dot{graph: newGraph(t, limit)}
	for i := range d.moments {
		if m := &d.moments[i]; !m.folded && len(d.lines(m)) > 0 {
			d.shown = append(d.shown, i)
		}
	}
	d.head()
	d.clusters()
	d.edges()
	d.b.WriteString("}\n")
	return write(w, d.b.String())
}

// dot is a graph while it is written.
type dot struct {
	*graph
	b     strings.Builder
	shown []int   // moments that have a node
	lane  [][]int // those of each lane
}

func (d *dot) head() {
	lines := heading(d.Trace)
	folded := map[int]bool{}
	for i := range d.moments {
		if m := &d.moments[i]; m.folded {
			folded[m.step] = true
		}
	}
	if n := len(folded); n > 0 {
		lines = append(lines, fmt.Sprintf("%d of %s folded", n, plural(d.Steps(), "step")))
	}
	var label []string
	for _, s := range lines {
		label = append(label, wrapped(oneLine(s, maxEnd), 2*maxWidth)...)
	}
	d.b.WriteString("digraph trace {\n")
	fmt.Fprintf(&d.b, "\tgraph [label=%s labelloc=t labeljust=l newrank=true nodesep=0.2 ranksep=0.25 fontname=Helvetica fontsize=12];\n", dotString(label))
	d.b.WriteString("\tnode [shape=box style=\"rounded,filled\" fillcolor=white color=gray50 fontname=Helvetica fontsize=10 margin=\"0.08,0.04\"];\n")
	d.b.WriteString("\tedge [color=\"#3465a4\" arrowsize=0.6];\n")
}

// clusters writes the nodes, by lanes.
func (d *dot) clusters() {
	d.lane = make([][]int, len(d.lanes))
	for _, i := range d.shown {
		lane := d.moments[i].lane
		d.lane[lane] = append(d.lane[lane], i)
	}
	for lane, list := range d.lane {
		if len(list) == 0 {
			continue
		}
		name := dotString([]string{oneLine(d.lanes[lane].Name, maxName)})
		fmt.Fprintf(&d.b, "\tsubgraph cluster_%d {\n\t\tgraph [label=%s style=filled color=gray95];\n", lane, name)
		for _, i := range list {
			m := &d.moments[i]
			fmt.Fprintf(&d.b, "\t\tm%d [label=%s group=lane%d%s];\n", i, dotString(d.label(m)), lane, d.look(m))
		}
		d.b.WriteString("\t}\n")
	}
}

// label is what a node says.
func (d *dot) label(m *moment) []string {
	lines := d.lines(m)
	if left := len(lines) - maxLines; left > 1 {
		lines = append(lines[:maxLines-1], fmt.Sprintf("… %d more", left+1))
	}
	lines[0] = numbered(m.step, lines[0])
	var label []string
	for _, s := range lines {
		label = append(label, wrapped(oneLine(s, maxLabel), maxWidth)...)
	}
	return label
}

// look sets apart the nodes that the story turns on.
func (d *dot) look(m *moment) string {
	look := ""
	for _, i := range m.events {
		switch ev := &d.Events[i]; {
		case ev.Kind == trace.Failed:
			return ` fillcolor="#f4b6b6" color="#a40000" penwidth=2`
		case ev.Kind == trace.Injected, ev.Kind == trace.Crashed, ev.Kind == trace.Lost, ev.Kind == trace.Blocked, ev.Kind == trace.Held:
			look = ` fillcolor="#fbdcdc"`
		case ev.Hot && look == "":
			look = ` fillcolor="#fce8c3"`
		}
	}
	return look
}

// edges writes what follows from what.
func (d *dot) edges() {
	before := map[int]int{} // last node of each lane so far
	visible := map[int]bool{}
	for _, i := range d.shown {
		visible[i] = true
	}
	for _, i := range d.shown {
		m := &d.moments[i]
		prior, continued := before[m.lane]
		if continued {
			fmt.Fprintf(&d.b, "\tm%d -> m%d [color=gray50 arrowhead=none weight=20%s];\n", prior, i, dashed(d.skips(prior, i)))
		}
		direct := map[int]bool{}
		for _, j := range m.after {
			if visible[j] {
				direct[d.moments[j].lane] = true
				fmt.Fprintf(&d.b, "\tm%d -> m%d;\n", j, i)
			}
		}
		for _, j := range d.past(i) {
			// What the node before it follows from, it follows from as well.
			if !direct[d.moments[j].lane] && (!continued || !d.before(j, prior)) {
				fmt.Fprintf(&d.b, "\tm%d -> m%d [style=dashed];\n", j, i)
			}
		}
		before[m.lane] = i
	}
}

// skips reports whether moments of a lane between two others have no node.
func (d *dot) skips(i, j int) bool {
	for k := i + 1; k < j; k++ {
		if d.moments[k].lane == d.moments[i].lane && d.moments[k].folded {
			return true
		}
	}
	return false
}

func dashed(yes bool) string {
	if yes {
		return " style=dashed"
	}
	return ""
}

// past returns, of each other lane, the last node that is before moment i, if nothing is folded none.
func (d *dot) past(i int) []int {
	if len(d.shown) == len(d.moments) {
		return nil
	}
	var list []int
	for lane, nodes := range d.lane {
		if lane == d.moments[i].lane {
			continue
		}
		if n := sort.Search(len(nodes), func(k int) bool { return !d.before(nodes[k], i) }); n > 0 {
			list = append(list, nodes[n-1])
		}
	}
	var last []int // those that are before none of the others
	for _, j := range list {
		implied := false
		for _, k := range list {
			implied = implied || j != k && d.before(j, k)
		}
		if !implied {
			last = append(last, j)
		}
	}
	return last
}

// before reports whether moment i happens before moment j.
func (g *graph) before(i, j int) bool {
	last := g.moments[j].events
	return g.order.Before(g.moments[i].events[0], last[len(last)-1])
}

// dotString quotes lines for a label. A backslash and the names of entities are interpreted in labels.
func dotString(lines []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")
	var b strings.Builder
	b.WriteByte('"')
	for i, s := range lines {
		if i > 0 || len(lines) > 1 {
			b.WriteString(escape.Replace(s) + `\l`)
		} else {
			b.WriteString(escape.Replace(s))
		}
	}
	b.WriteByte('"')
	return b.String()
}
