package trace

import "regexp"

// Width is the width of a text in columns.
func Width(s string) int { return width(s) }

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Uncolor takes the colours out of a text.
func Uncolor(s string) string { return ansi.ReplaceAllString(s, "") }

// Shorten makes a payload fit n columns.
func Shorten(s string, n int) string { return shorten(s, n) }
