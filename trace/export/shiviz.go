package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/ravelgo/ravel/trace"
)

// ShiVizParser is the regular expression by which ShiViz reads what the function ShiViz writes. It is the one that ShiViz
// suggests for logs of two lines for each event.
const ShiVizParser = `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`

// ShiViz writes the trace as a log with vector clocks, for https://bestchai.bitbucket.io/shiviz: paste it, or load the file, with
// ShiVizParser as the regular expression and nothing as that of multiple executions.
//
// An event of the log is what a machine, goroutine or monitor, which is a host, does within one step: a line with the host and its
// clock in JSON, and a line with the words. A clock has the number of the host's own event, and of each other host the number of
// its last event that happens before.
func ShiViz(w io.Writer, t *trace.Trace) error {
	g := newGraph(t, -1)
	hosts := names(g.lanes, func(r rune) bool {
		return r > ' ' && unicode.IsPrint(r) && !unicode.IsSpace(r) && !strings.ContainsRune(`{}"\`, r)
	})
	count := make([]int, len(hosts))
	clocks := make([][]int, len(g.moments))
	last := make([][]int, len(hosts))
	b := bufio.NewWriter(w)
	for i := range g.moments {
		m := &g.moments[i]
		clock := make([]int, len(hosts))
		copy(clock, last[m.lane])
		for _, j := range m.after {
			for k, n := range clocks[j] {
				clock[k] = max(clock[k], n)
			}
		}
		count[m.lane]++
		clock[m.lane] = count[m.lane]
		clocks[i], last[m.lane] = clock, clock
		fmt.Fprintf(b, "%s %s\n%s\n", hosts[m.lane], clockJSON(hosts, clock), g.sentence(m))
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	return nil
}

// clockJSON writes a vector clock: hosts of which nothing is known are left out.
func clockJSON(hosts []string, clock []int) string {
	var parts []string
	for k, n := range clock {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%q:%d", hosts[k], n))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// sentence is a moment on one line.
func (g *graph) sentence(m *moment) string {
	lines := make([]string, 0, len(m.events))
	for _, i := range m.events {
		lines = append(lines, strings.Join(strings.Fields(g.story[i].Text), " "))
	}
	return numbered(m.step, strings.Join(lines, "; "))
}
