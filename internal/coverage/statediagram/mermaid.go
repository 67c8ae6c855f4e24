package statediagram

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/internal/coverage"
)

// Mermaid draws all machines as one flowchart with a box for each. (A Mermaid state diagram has no dashed arrows.)
func Mermaid(w io.Writer, c *coverage.Coverage) error {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	var dashed []string
	arrows := 0
	for i, g := range graphs(c) {
		fmt.Fprintf(&b, "  subgraph m%d[\"%s\"]\n", i, mermaidText(g.title))
		for _, n := range g.nodes {
			if n.start {
				fmt.Fprintf(&b, "    %sb((\" \")):::dot --> %s\n", n.id, n.id)
				arrows++
			}
			b.WriteString("    " + mermaidNode(&n) + "\n")
		}
		for _, e := range g.edges {
			switch {
			case e.note:
				fmt.Fprintf(&b, "    %s -.- %s\n", e.from, e.to)
			case e.visited:
				fmt.Fprintf(&b, "    %s -->|\"%s\"| %s\n", e.from, mermaidText(e.label), e.to)
			default:
				fmt.Fprintf(&b, "    %s -.->|\"%s\"| %s\n", e.from, mermaidText(e.label), e.to)
				dashed = append(dashed, strconv.Itoa(arrows))
			}
			arrows++
		}
		b.WriteString("  end\n")
	}
	for _, s := range mermaidClasses {
		b.WriteString("  " + s + "\n")
	}
	if len(dashed) > 0 {
		fmt.Fprintf(&b, "  linkStyle %s stroke:#c62828,color:#c62828\n", strings.Join(dashed, ","))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Light and dark pages get the same: colours of text and background go together.
var mermaidClasses = []string{
	"classDef hot fill:#ffcdd2,stroke:#b71c1c,color:#000",
	"classDef cold fill:#bbdefb,stroke:#0d47a1,color:#000",
	"classDef note fill:#fff9c4,stroke:#9e9d24,color:#000",
	"classDef never fill:#fff,stroke:#c62828,color:#c62828,stroke-dasharray:5 4",
	"classDef dot fill:#555,stroke:#555",
}

func mermaidNode(n *node) string {
	if n.kind == end {
		return n.id + "(((halts)))"
	}
	var text []string
	if n.name != "" {
		text = append(text, "<b>"+mermaidText(n.name)+"</b>")
	}
	for _, l := range n.lines {
		s := mermaidText(l.text)
		if !l.visited {
			s = "<i>" + s + "</i>"
		}
		text = append(text, s)
	}
	label := strings.Join(text, "<br>")
	if n.kind == note {
		return fmt.Sprintf("%s[\"%s\"]:::note", n.id, label)
	}
	class := ""
	switch {
	case !n.visited:
		class = ":::never"
	case n.kind == hot:
		class = ":::hot"
	case n.kind == cold:
		class = ":::cold"
	}
	return fmt.Sprintf("%s([\"%s\"])%s", n.id, label, class)
}

// mermaidText writes a text so that it is one. What is neither a letter nor a digit nor harmless becomes a code, which in
// Mermaid has no ampersand.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" .:,-_()/×", r):
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
