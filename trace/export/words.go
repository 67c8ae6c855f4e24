package export

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ravelgo/ravel/trace"
)

// Lengths in pictures, in characters.
const (
	maxLabel = 120 // of a label
	maxEnd   = 600 // of how it ended
	maxName  = 40  // of a lane
	maxWidth = 44  // of a line
	maxLines = 8   // of one lane in a row
)

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if len(s) <= n { // bytes
		return s
	}
	count := 0
	for i := range s {
		if count++; count == n {
			if _, size := utf8.DecodeRuneInString(s[i:]); i+size < len(s) {
				return s[:i] + "…"
			}
		}
	}
	return s
}

// oneLine cuts a text, and replaces what is no printable character of one line.
func oneLine(s string, n int) string {
	s = cut(strings.ToValidUTF8(s, "?"), n)
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

// wrapped breaks a text at spaces into lines of about n characters.
func wrapped(s string, n int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > n {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// heading tells which execution it was, and how it ended.
func heading(t *trace.Trace) []string {
	name := t.Test
	if t.Package != "" {
		name = t.Package + "." + t.Test
	}
	if name == "" {
		name = "an execution"
	}
	how := fmt.Sprintf("execution %d, seed %d", t.Execution, t.Seed)
	if t.Strategy != "" {
		how += ", strategy " + t.Strategy
	}
	return []string{name, how, ending(t)}
}

// ending tells how the execution ended.
func ending(t *trace.Trace) string {
	if t.Failure == nil {
		return "no failure"
	}
	return fmt.Sprintf("FAILURE (%v): %s", t.Failure.Kind, t.Failure.Error)
}

// names gives every lane a name that no other lane has and that keeps within what a format allows: allowed tells which
// characters it does, others become underscores.
func names(lanes []trace.Lane, allowed func(rune) bool) []string {
	list := make([]string, len(lanes))
	used := map[string]bool{}
	for i, l := range lanes {
		base := strings.Map(func(r rune) rune {
			if r == utf8.RuneError || !allowed(r) {
				return '_'
			}
			return r
		}, cut(strings.ToValidUTF8(l.Name, "?"), maxName))
		name := base
		for n := 2; used[name] || name == ""; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
		}
		used[name] = true
		list[i] = name
	}
	return list
}

// plural is "1 step", "2 steps".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
