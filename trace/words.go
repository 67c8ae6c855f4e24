package trace

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// heapAddress is what an address of the heap looks like on 64-bit systems. Logs and messages may print one, but it differs
// from run to run. Shorter numbers and 64-bit hashes are left alone.
var heapAddress = regexp.MustCompile(`\b0x[0-9a-f]{9,12}\b`)

func scrub(s string) string {
	if !strings.Contains(s, "0x") {
		return s
	}
	return heapAddress.ReplaceAllString(s, "0x?")
}

// clean makes a program's own words fit for a terminal: no control characters, no invalid UTF-8, no addresses. Line breaks
// stay.
func clean(s string) string {
	s = scrub(strings.ToValidUTF8(s, "?"))
	if strings.IndexFunc(s, func(r rune) bool { return r != '\n' && unprintable(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteRune(r)
		case r == '\t':
			b.WriteString("    ")
		case r == '\r':
		case unprintable(r):
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Plain makes a text of a program's fit for a terminal and for the output of go test: what is no UTF-8 or cannot be printed,
// such as the bytes that move a cursor or that mark the lines of package testing, is written as Go does in a string, and
// addresses are left out.
func Plain(s string) string { return clean(s) }

// oneLine is clean without line breaks.
func oneLine(s string) string { return strings.ReplaceAll(strings.TrimSpace(clean(s)), "\n", " / ") }

// unprintable is what strconv would escape, and any space but the ordinary one.
func unprintable(r rune) bool { return !strconv.IsPrint(r) || r != ' ' && unicode.IsSpace(r) }

// wide are the characters that take two columns: those of East Asia, and pictures.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0x303e, Stride: 1}, {Lo: 0x3041, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff00, Hi: 0xff60, Stride: 1}, {Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1faff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1}},
}

func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

// width is how many columns a string takes.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// cutRunes cuts a string to n bytes, or a few less.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// wrap breaks a text at spaces into lines of at most w columns. Lines from the second on are indented by hang. A word that
// is longer has a line of its own.
func wrap(s string, w, hang int) []string {
	var lines []string
	line, n := "", 0
	for word := range strings.SplitSeq(s, " ") {
		ww := width(word)
		if line != "" && n+1+ww > w {
			lines = append(lines, strings.TrimRight(line, " "))
			line, n = "", 0
		}
		switch {
		case line != "":
			line += " " + word
			n += 1 + ww
		case len(lines) > 0 && hang+ww <= w:
			line = strings.Repeat(" ", hang) + word
			n = hang + ww
		default:
			line, n = word, ww
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// plural is "1 step", "2 steps".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
