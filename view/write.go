package view

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"slices"

	"github.com/ravelgo/ravel/failure"
)

// The viewer, as npm run build made it.
var (
	//go:embed page/viewer.js
	script []byte
	//go:embed page/viewer.css
	style []byte
)

// head is the page up to its data. Its arguments are the hash of the script, the hash of the style, the title, the style.
const head = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="ravel">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>%s</style>
</head>
<body>
<noscript>This page draws a trace with a script of its own; please allow scripts for it. It loads nothing from elsewhere.</noscript>
`

// Write writes the page. It reads the source files through p.Sources and nothing else.
func Write(w io.Writer, p Page) error {
	if len(p.Failures) == 0 {
		return errors.New("write page: there is no failure to show")
	}
	b := bufio.NewWriter(w)
	if err := p.write(b); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

func (p *Page) write(b *bufio.Writer) error {
	title := p.Title
	if title == "" {
		title = "Ravel"
	}
	fmt.Fprintf(b, head, hash(script), hash(style), html.EscapeString(title), style)
	data := pageData{Version: 1, Title: title}
	var at []failure.Place
	for i := range p.Failures {
		f := &p.Failures[i]
		if f.Trace == nil {
			return fmt.Errorf("failure %d (%s) has no trace", i+1, f.Title)
		}
		traces := f.traces(i)
		data.Failures = append(data.Failures, f.data(traces))
		for _, t := range traces {
			var lines bytes.Buffer
			if err := t.trace.WriteJSON(&lines); err != nil {
				return err
			}
			element(b, "application/x-ndjson", t.element, lines.Bytes())
			places(t.trace, func(p failure.Place) { at = append(at, p) })
		}
	}
	data.Sources = snippets(p.Sources, at)
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	element(b, "application/json", "ravel-page", text)
	fmt.Fprintf(b, "<script>%s</script>\n</body>\n</html>\n", script)
	return nil
}

// element writes an element that holds data. Every "<" of JSON stands in a string, where it may be escaped, so that nothing
// in it looks like the end of the element or the begin of a comment.
func element(b *bufio.Writer, kind, id string, text []byte) {
	fmt.Fprintf(b, "<script type=%q id=%q>\n", kind, id)
	for _, part := range [...]struct{ from, to string }{{"<", `\u003c`}, {"\u2028", `\u2028`}, {"\u2029", `\u2029`}} {
		text = bytes.ReplaceAll(text, []byte(part.from), []byte(part.to))
	}
	b.Write(text)
	b.WriteString("\n</script>\n")
}

func elementID(name string, n int) string { return fmt.Sprintf("ravel-%s-%d", name, n) }

// hash names a script or style in the Content-Security-Policy.
func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.StdEncoding.EncodeToString(sum[:])
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
