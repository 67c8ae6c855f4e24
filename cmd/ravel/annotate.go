package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// onGitHub reports whether a workflow of GitHub Actions runs the command.
func onGitHub() bool { return os.Getenv("GITHUB_ACTIONS") == "true" }

// mostAnnotation bounds the text of an annotation, in bytes. GitHub cuts longer ones, and shows the beginning at first.
const mostAnnotation = 8 << 10

// annotate prints a workflow command for each failure, from which GitHub makes an annotation at the line of code.
func annotate(w io.Writer, g *gathered) error {
	for _, f := range g.findings() {
		if _, err := fmt.Fprintln(w, f.annotation()); err != nil {
			return err
		}
	}
	return nil
}

// annotation is the workflow command.
func (f *finding) annotation() string {
	var properties []string
	if f.at.file != "" {
		properties = append(properties, "file="+escapeProperty(f.at.file))
		if f.at.line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d", f.at.line))
		}
	}
	properties = append(properties, "title="+escapeProperty(cmp.Or(f.test, f.pkg)+": "+f.kind))
	text := f.message
	if f.detail != "" {
		text += "\n\n" + f.detail
	} else if f.kind == plainFailure && f.text != "" && f.text != f.message {
		text += "\n\n" + f.text
	}
	if len(text) > mostAnnotation {
		text = truncate(text, mostAnnotation) + "..."
	}
	if f.replay != "" {
		text += "\n\nreplay: " + f.replay
	}
	return "::error " + strings.Join(properties, ",") + "::" + escapeData(text)
}

// truncate cuts a text between characters.
func truncate(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// The escapes of workflow commands: what ends a line, and in properties also what ends a property. They are those of
// actions/toolkit, packages/core/src/command.ts.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeData(s string) string     { return dataEscapes.Replace(printable(s)) }
func escapeProperty(s string) string { return propertyEscapes.Replace(printable(s)) }

// printable writes what a text file should not hold, control characters and bytes that are no UTF-8, as Go does in a string.
// XML forbids most of them, and a terminal obeys some.
func printable(s string) string {
	clean := true
	for _, r := range s {
		if !harmlessRune(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == utf8.RuneError || harmlessRune(r):
			b.WriteString(s[:n])
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

func harmlessRune(r rune) bool {
	switch {
	case r == '\n', r == '\r', r == '\t':
		return true
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff, r == utf8.RuneError:
		return false
	}
	return true
}
