package view

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ravelgo/ravel/trace"
)

// How much of a text of the program a page keeps, in bytes. A page that somebody is to read is no place for megabytes; who
// needs them replays the execution.
const (
	maxText = 64 << 10 // a payload, log line, field or message
	maxName = 1 << 10  // a name of a machine, type, state, function or file
)

// limited returns the trace with texts that are too long cut, and the cut said. It shares what need not be cut.
func limited(t *trace.Trace) *trace.Trace {
	c := *t
	c.Package, c.Test, c.Strategy = name(c.Package), name(c.Test), name(c.Strategy)
	c.Events = make([]trace.Event, len(t.Events))
	for i, ev := range t.Events {
		ev.Who, ev.Peer, ev.Type, ev.Now = name(ev.Who), name(ev.Peer), name(ev.Type), name(ev.Now)
		ev.Value, ev.From, ev.To = cutText(ev.Value, maxText), cutText(ev.From, maxText), cutText(ev.To, maxText)
		c.Events[i] = ev
	}
	if t.Failure != nil {
		f := *t.Failure
		f.Machine, f.State = name(f.Machine), name(f.State)
		f.Error, f.Detail = cutText(f.Error, maxText), cutText(f.Detail, maxText)
		c.Failure = &f
	}
	return &c
}

func name(s string) string { return cutText(s, maxName) }

// cutText cuts a text to n bytes, or a few less, and says how long it was.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return fmt.Sprintf("%s … (%d bytes in all)", cutRunes(s, n), len(s))
}

// cutRunes cuts between runes.
func cutRunes(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], "\uFFFD")
}
