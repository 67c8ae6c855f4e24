package statediagram

import (
	"fmt"
	"io"
	"strings"

	"github.com/ravelgo/ravel/internal/coverage"
)

// DOT draws all machines as one directed graph with a cluster for each.
func DOT(w io.Writer, c *coverage.Coverage) error {
	var b strings.Builder
	b.WriteString("digraph machines {\n")
	b.WriteString("  graph [fontname=\"Helvetica\", compound=true];\n  node [fontname=\"Helvetica\", shape=box, style=\"rounded,filled\", fillcolor=white];\n  edge [fontname=\"Helvetica\"];\n")
	for i, g := range graphs(c) {
		fmt.Fprintf(&b, "  subgraph cluster_m%d {\n    label=%s;\n", i, dotText(g.title))
		for _, n := range g.nodes {
			if n.start {
				fmt.Fprintf(&b, "    %sb [shape=point, width=0.15];\n    %sb -> %s;\n", n.id, n.id, n.id)
			}
			fmt.Fprintf(&b, "    %s [%s];\n", n.id, dotNode(&n))
		}
		for _, e := range g.edges {
			fmt.Fprintf(&b, "    %s -> %s [%s];\n", e.from, e.to, dotEdge(&e))
		}
		b.WriteString("  }\n")
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func dotNode(n *node) string {
	if n.kind == end {
		return `shape=doublecircle, label="", width=0.15, fillcolor=black`
	}
	var text []string
	if n.name != "" {
		text = append(text, n.name)
	}
	for _, l := range n.lines {
		text = append(text, l.text)
	}
	label := "label=" + dotText(text...)
	switch {
	case n.kind == note:
		return label + `, shape=note, style=filled, fillcolor="#fff9c4"`
	case !n.visited:
		return label + `, style="rounded,dashed", color="#c62828", fontcolor="#c62828"`
	case n.kind == hot:
		return label + `, fillcolor="#ffcdd2", color="#b71c1c"`
	case n.kind == cold:
		return label + `, fillcolor="#bbdefb", color="#0d47a1"`
	}
	return label
}

func dotEdge(e *edge) string {
	label := "label=" + dotText(e.label)
	switch {
	case e.note:
		return "style=dotted, arrowhead=none"
	case !e.visited:
		return label + `, style=dashed, color="#c62828", fontcolor="#c62828"`
	}
	return label
}

// dotText writes lines as a quoted string of DOT, in which nothing but what is written here has a meaning.
func dotText(lines ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, s := range lines {
		if i > 0 {
			b.WriteString(`\n`)
		}
		for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
			switch {
			case r == '"' || r == '\\':
				b.WriteString(`\` + string(r))
			case r == '&':
				b.WriteString("&amp;") // DOT reads entities of HTML
			case r < ' ' || r == 0x7f:
				b.WriteByte(' ')
			default:
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
