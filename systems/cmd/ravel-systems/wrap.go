package main

import "strings"

// wrap breaks long lines at spaces. What follows the first column of a table,
// behind two spaces or more, stays in line.
func wrap(text string, width int) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		indent := strings.Repeat(" ", hang(line))
		for len(line) > width {
			cut := strings.LastIndexByte(line[:width+1], ' ')
			if cut <= len(indent) {
				break
			}
			b.WriteString(strings.TrimRight(line[:cut], " ") + "\n")
			line = indent + strings.TrimLeft(line[cut:], " ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// hang is the column at which the continuation of a line begins.
func hang(line string) int {
	text := strings.TrimLeft(line, " ")
	start := len(line) - len(text)
	if i := strings.Index(text, "  "); i >= 0 {
		return start + i + len(text[i:]) - len(strings.TrimLeft(text[i:], " "))
	}
	return start + 2
}
