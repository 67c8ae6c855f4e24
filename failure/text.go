package failure

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxMessage bounds what an Error quotes of a program's own words, in bytes.
const maxMessage = 300

// oneLine joins the lines of a text with " / ".
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return strings.TrimSpace(s)
	}
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " / ")
}

// quote shortens a program's own words to what fits a sentence.
func quote(s string) string {
	s = oneLine(s)
	if len(s) <= maxMessage {
		return s
	}
	cut := maxMessage
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "..."
}

// said is ": " and the program's own words, or nothing.
func said(s string) string {
	if s = quote(s); s == "" {
		return ""
	}
	return ": " + s
}

// who names the machine as the subject of a sentence. The state is left to Detail: the same failure may meet a machine
// in several states.
func (s Site) who() string { return cmp.Or(s.Machine, "the test body") }

// generic drops the type arguments from the name of a generic type: with the paths of their packages they would be most of
// a sentence.
func generic(name string) string {
	if i := strings.IndexByte(name, '['); i > 0 && strings.HasSuffix(name, "]") && strings.Contains(name[:i], ".") {
		return name[:i]
	}
	return name
}

// list joins names: "a", "a and b", "a, b and c"; of more than four it counts the rest.
func list(names []string) string {
	if len(names) > 4 {
		names = append(names[:3:3], fmt.Sprintf("%d others", len(names)-3))
	}
	switch n := len(names); n {
	case 0:
		return "nobody"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// plural is "1 step", "2 steps".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// detail collects the lines of a Detail.
type detail struct{ lines []string }

func (d *detail) add(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

// site adds where a failure happened, as far as that is known.
func (d *detail) site(s Site) {
	var parts []string
	if s.Machine != "" {
		parts = append(parts, s.Machine)
	}
	if s.State != "" {
		parts = append(parts, "state "+s.State)
	}
	if s.Step > 0 {
		parts = append(parts, fmt.Sprintf("step %d", s.Step))
	}
	if len(parts) > 0 {
		d.add("where: %s", strings.Join(parts, ", "))
	}
	d.place("line", s.Place)
	d.handling(s)
}

// place adds a labelled line with a full path, which editors can open.
func (d *detail) place(label string, p Place) {
	if p.IsZero() || OfTesting(p) {
		return
	}
	if p.Func == "" {
		d.add("%s: %s:%d", label, p.File, p.Line)
		return
	}
	d.add("%s: %s:%d in %s", label, p.File, p.Line, p.Func)
}

// text adds a labelled text, indented below its label if it has several lines.
func (d *detail) text(label, s string) {
	s = strings.Trim(s, "\r\n")
	switch {
	case s == "":
	case strings.Contains(s, "\n"):
		d.add("%s:\n    %s", label, strings.ReplaceAll(s, "\n", "\n    "))
	default:
		d.add("%s: %s", label, s)
	}
}

// full adds the program's own words if the sentence had to shorten them.
func (d *detail) full(s string) {
	if quote(s) != s {
		d.text("message", s)
	}
}

func (d *detail) String() string { return strings.Join(d.lines, "\n") }
