package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/ravelgo/ravel/internal/attr"
)

// IsTerminal reports whether f is a terminal.
func IsTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}

// CanRewrite reports whether a line can be written again in place on f: it is a terminal, and not a dumb one.
func CanRewrite(f *os.File) bool { return IsTerminal(f) && os.Getenv("TERM") != "dumb" }

// CanColor reports whether colours may be written to f: the terminal knows them, and the user has not set NO_COLOR.
func CanColor(f *os.File) bool { return CanRewrite(f) && os.Getenv("NO_COLOR") == "" }

// erase removes the line that the cursor is on.
const erase = "\r\x1b[K"

// Line is a line at the bottom of a terminal that is written again and again. A nil *Line is one that is never seen. Its
// methods may be called from several goroutines at once.
type Line struct {
	mu     sync.Mutex
	out    io.Writer
	shown  bool
	open   bool // what was written last did not end its line: it must not be overwritten
	closed bool
}

// NewLine returns a line for a terminal that CanRewrite. Nothing is written yet.
func NewLine(terminal io.Writer) *Line { return &Line{out: terminal} }

// Show replaces the line. What does not fit into Columns-1 is cut off.
func (l *Line) Show(text string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open || l.closed {
		return
	}
	io.WriteString(l.out, erase+cut(text, Columns-1))
	l.shown = true
}

// Clear removes the line.
func (l *Line) Clear() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clear()
}

func (l *Line) clear() {
	if l.shown {
		io.WriteString(l.out, erase)
		l.shown = false
	}
}

// Close removes the line for good: Show does nothing any more.
func (l *Line) Close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clear()
	l.closed = true
}

// Above returns a writer to w, which may end up on the same terminal: it removes the line before it writes.
func (l *Line) Above(w io.Writer) io.Writer {
	if l == nil {
		return w
	}
	return above{l, w}
}

type above struct {
	line *Line
	w    io.Writer
}

func (a above) Write(p []byte) (int, error) {
	a.line.mu.Lock()
	defer a.line.mu.Unlock()
	if len(p) > 0 {
		a.line.clear()
		a.line.open = p[len(p)-1] != '\n'
	}
	return a.w.Write(p)
}

// ProgressText is a line that says how far an exploration has come, with the words of more behind it. It is shorter than
// Columns: if it must, it cuts the name.
func ProgressText(name string, p attr.Progress, more string) string {
	doing := speed(p.Steps, p.Elapsed)
	if p.Failed {
		doing = "found a failure, simplifying"
	}
	rest := fmt.Sprintf(": %s, %s, %v%s", plural(p.Executions, "schedule"), doing, p.Elapsed.Round(time.Second), more)
	return cut(name, Columns-1-utf8.RuneCountInString(rest)) + rest
}

func plural(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func speed(steps uint64, elapsed time.Duration) string {
	rate := float64(steps) / max(elapsed.Seconds(), 1e-3)
	switch {
	case rate >= 999_500:
		return fmt.Sprintf("%.1f M steps/s", rate/1e6)
	case rate >= 1000:
		return fmt.Sprintf("%.0f k steps/s", rate/1e3)
	}
	return fmt.Sprintf("%.0f steps/s", rate)
}

// cut shortens a text to one line of at most n characters.
func cut(text string, n int) string {
	text, _, _ = strings.Cut(text, "\n")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	const dots = "..."
	return string([]rune(text)[:max(n-len(dots), 0)]) + dots[:min(len(dots), max(n, 0))]
}
