// Package prose writes numbers and texts for people, in the reports of tests and of their coverage.
package prose

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Count writes a number with separators: 1234 is "1,234".
func Count(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural is "1 step", "2 steps", "1,234 steps". The number is not negative.
func Plural[N int | uint64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(uint64(n)) + " " + noun + "s"
}

// Wrap breaks the lines of a text at spaces where they would be wider than so many characters. The first line begins with
// the margin first, and every other one with rest. A word that is wider has a line of its own.
func Wrap(text string, width int, first, rest string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		margin := rest
		if i == 0 {
			margin = first
		} else {
			b.WriteByte('\n')
		}
		b.WriteString(margin)
		at, empty := utf8.RuneCountInString(margin), true
		for _, word := range strings.Split(line, " ") {
			n := utf8.RuneCountInString(word)
			switch {
			case empty:
			case at+1+n > width:
				b.WriteString("\n" + rest)
				at = utf8.RuneCountInString(rest)
			default:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(word)
			at += n
			empty = false
		}
	}
	return b.String()
}
