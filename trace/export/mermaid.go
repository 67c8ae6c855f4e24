package export

import (
	"fmt"
	"io"
	"strings"

	"github.com/ravelgo/ravel/trace"
)

// mermaidLimit keeps a diagram below the 50,000 characters and 500 arrows that Mermaid draws unless it is told otherwise.
const mermaidLimit = 80

// Mermaid writes the trace as a sequence diagram, which GitHub, GitLab and many editors draw from a code block of the language
// mermaid (https://mermaid.js.org/syntax/sequenceDiagram.html).
//
// Numbers are those of steps. An arrow is a message, drawn when it is sent, with a cross if nobody is there to get it; where
// something else happens before it is taken, the receiver has a note when it does. Broken arrows are creations, starts,
// wake-ups, and what a monitor hears when it changes its state. Everything else is a note.
//
// A long trace is folded; a limit of 0 keeps the diagram within what Mermaid draws by default.
func Mermaid(w io.Writer, t *trace.Trace, limit int) error {
	if limit == 0 {
		limit = mermaidLimit
	}
	g := newGraph(t, limit)
	var b strings.Builder
	b.WriteString("sequenceDiagram\n")
	for _, s := range heading(t)[:2] {
		fmt.Fprintf(&b, "    %%%% %s\n", mermaidText(s, maxLabel))
	}
	list := g.sequence()
	shown := participants(g, list)
	for _, i := range shown {
		fmt.Fprintf(&b, "    participant p%d as %s\n", i, mermaidText(g.lanes[i].Name, maxName))
	}
	for _, s := range append(list, signal{from: nobody, lines: []string{ending(t)}, most: maxEnd}) {
		text := s.mermaid()
		switch {
		case s.arrow != "":
			fmt.Fprintf(&b, "    p%d%sp%d: %s\n", s.from, s.arrow, s.to, text)
		case s.from != nobody:
			fmt.Fprintf(&b, "    Note over p%d: %s\n", s.from, text)
		case len(shown) == 1:
			fmt.Fprintf(&b, "    Note over p%d: %s\n", shown[0], text)
		case len(shown) > 1:
			fmt.Fprintf(&b, "    Note over p%d,p%d: %s\n", shown[0], shown[len(shown)-1], text)
		}
	}
	return write(w, b.String())
}

// participants lists the lanes to which anything happens, monitors behind the others. There is one at least, unless there are no
// lanes.
func participants(g *graph, list []signal) []int {
	busy := make([]bool, len(g.lanes))
	for _, s := range list {
		if s.from != nobody {
			busy[s.from] = true
		}
		if s.arrow != "" {
			busy[s.to] = true
		}
	}
	var shown, monitors []int
	for i, l := range g.lanes {
		switch {
		case busy[i] && l.Kind == trace.MonitorLane:
			monitors = append(monitors, i)
		case busy[i]:
			shown = append(shown, i)
		}
	}
	if shown = append(shown, monitors...); len(shown) == 0 && len(g.lanes) > 0 {
		return []int{0}
	}
	return shown
}

// mermaid is the text of a signal, on several lines if it is long.
func (s *signal) mermaid() string {
	most := s.most
	if most == 0 {
		most = maxLabel
	}
	lines := s.lines
	left := len(lines) - maxLines
	if left > 1 {
		lines = append(append([]string(nil), lines[:maxLines-1]...), fmt.Sprintf("… %d more", left+1))
	}
	var parts []string
	for _, text := range lines {
		for _, line := range wrapped(oneLine(text, most), maxWidth) {
			parts = append(parts, mermaidText(line, most))
		}
	}
	return strings.Join(parts, "<br/>")
}

// misread are words that Mermaid looks for within a text: it drops the last semicolon of lines that look like definitions of a
// style, and takes a wrap: in front of a name for an instruction.
var misread = strings.NewReplacer("style", "styl#101;", "classDef", "classDe#102;", "wrap:", "wrap#58;")

// mermaidText escapes what Mermaid, or the page around the picture, would interpret. Its entities are #35; and the like
// (https://mermaid.js.org/syntax/sequenceDiagram.html#entity-codes-to-escape-characters).
func mermaidText(s string, n int) string {
	var b strings.Builder
	for _, r := range oneLine(s, n) {
		if strings.ContainsRune("#;<>&`%$@\\", r) {
			fmt.Fprintf(&b, "#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return misread.Replace(b.String())
}
