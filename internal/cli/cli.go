// Package cli holds what Ravel's commands have in common: exit codes, texts that fit a terminal, and the settings of an
// exploration.
package cli

import (
	"fmt"
	"slices"
	"strings"
)

// The exit codes.
const (
	Clean         = 0 // nothing was found
	Found         = 1 // a bug was found
	Usage         = 2 // the command line, or the user's code, is wrong
	NotReproduced = 3 // a failure did not happen again
)

// Columns is how wide everything fits.
const Columns = 80

// Status is an error that is only an exit code: everything has been said.
type Status int

func (s Status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// AsError is nil for Clean.
func AsError(code int) error {
	if code == Clean {
		return nil
	}
	return Status(code)
}

// DoubleHyphens lets flags be written as the go command writes them, -run as well as --run. The flags of a single letter
// are -h and -o.
func DoubleHyphens(args []string) []string {
	out := slices.Clone(args)
	for i, a := range out {
		if len(a) > 2 && a[0] == '-' && 'a' <= a[1] && a[1] <= 'z' {
			out[i] = "-" + a
		}
	}
	return out
}

// Wrap breaks long lines at spaces. What follows the first column of a table, behind two spaces or more, stays in line.
func Wrap(text string, width int) string {
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
