package statediagram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/coverage"
)

// graph is what both languages draw of a machine.
type graph struct {
	title string
	nodes []node
	edges []edge
}

// node is a state, a note, or the end.
type node struct {
	id      string
	name    string
	lines   []line
	kind    kind
	start   bool
	visited bool
}

// line is something that a state does.
type line struct {
	text    string
	visited bool
}

type kind int

const (
	plain kind = iota
	hot
	cold
	note
	end // of machines that halt
)

type edge struct {
	from, to string
	label    string
	visited  bool
	note     bool // from a state to its note
}

// graphOf lays a machine out; its nodes' names begin with a prefix that no other machine has.
func graphOf(m *coverage.Machine, prefix string) graph {
	g := graph{title: titleOf(m)}
	ids := map[string]string{}
	for i, s := range m.States {
		id := fmt.Sprintf("%ss%d", prefix, i)
		ids[s.Name] = id
		n := node{id: id, name: s.Name, start: s.Start, visited: s.Visited()}
		switch s.Temperature {
		case "hot":
			n.kind = hot
		case "cold":
			n.kind = cold
		}
		var aside []line
		for _, p := range m.Pairs {
			if p.State != s.Name {
				continue
			}
			l := line{fmt.Sprintf("%s %s", p.Event, times(p.Count)), p.Visited()}
			switch p.Does {
			case coverage.On:
				n.lines = append(n.lines, l)
			case coverage.Defer, coverage.Ignore, coverage.Receive:
				l.text = string(p.Does) + " " + l.text
				if p.Does == coverage.Receive {
					n.lines = append(n.lines, l)
				} else {
					aside = append(aside, l)
				}
			}
		}
		g.nodes = append(g.nodes, n)
		if len(aside) > 0 {
			g.nodes = append(g.nodes, node{id: id + "n", lines: aside, kind: note, visited: true})
			g.edges = append(g.edges, edge{from: id, to: id + "n", visited: true, note: true})
		}
	}
	g.addMoves(m, ids, prefix)
	return g
}

// addMoves draws one arrow for all transitions from one state to another that are made in one way.
func (g *graph) addMoves(m *coverage.Machine, ids map[string]string, prefix string) {
	ending := ""
	for _, t := range m.Transitions {
		e := edge{from: ids[t.From], to: ids[t.To], label: t.Event + " " + times(t.Count), visited: t.Visited()}
		switch t.Does {
		case coverage.Push:
			e.label = "push: " + e.label
		case coverage.Pop:
			if e.label = "pop: " + e.label; t.To == "" {
				e.to = e.from // nobody knows where it would lead
			}
		case coverage.Halt:
			if ending == "" {
				ending = prefix + "halt"
				g.nodes = append(g.nodes, node{id: ending, kind: end, visited: true})
			}
			e.to = ending
		}
		if e.from == "" || e.to == "" {
			continue // a state that is not there: the file was written by hand
		}
		g.edges = append(g.edges, e)
	}
}

func titleOf(m *coverage.Machine) string {
	name := m.Name
	if base := m.Package[strings.LastIndexByte(m.Package, '/')+1:]; base != "" {
		name = base + "." + name
	}
	return string(m.Kind) + " " + name
}

func times(c coverage.Count) string {
	if !c.Visited() {
		return "(never)"
	}
	return fmt.Sprintf("×%d", c.Times)
}

// graphs are those of all machines that match, machines first, then monitors, then functions.
func graphs(c *coverage.Coverage) []graph {
	order := map[coverage.Kind]int{coverage.IsMachine: 0, coverage.IsMonitor: 1, coverage.IsFunction: 2}
	ms := slices.Clone(c.Machines)
	slices.SortStableFunc(ms, func(a, b coverage.Machine) int { return cmp.Compare(order[a.Kind], order[b.Kind]) })
	var list []graph
	for i := range ms {
		list = append(list, graphOf(&ms[i], fmt.Sprintf("m%d", i)))
	}
	return list
}
