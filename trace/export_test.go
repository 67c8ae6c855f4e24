package trace

import (
	"regexp"
	"sort"
	"strings"
)

// Width is the width of a text in columns.
func Width(s string) int { return width(s) }

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Uncolor takes the colours out of a text.
func Uncolor(s string) string { return ansi.ReplaceAllString(s, "") }

// Shorten makes a payload fit n columns.
func Shorten(s string, n int) string { return shorten(s, n) }

// Picture is the whole picture, as a text.
func (f *Fields) Picture() string { return f.whole(&f.root) }

// whole is a picture without the bounds of a text.
func (f *Fields) whole(n *node) string {
	s := ""
	for i := range n.kids {
		key := ""
		if n.keys != nil {
			key = n.keys[i]
		}
		s += key + f.whole(&n.kids[i]) + ","
	}
	if n.kids == nil {
		return f.show(n)
	}
	if n.keys != nil {
		parts := strings.Split(s, ",")
		sort.Strings(parts)
		s = strings.Join(parts, ",")
	}
	return "{" + s + "}"
}
