package coverage

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/ravelgo/ravel/internal/prose"
)

// columns is the width of what is printed.
const columns = 80

// TextOptions say how coverage is printed.
type TextOptions struct {
	Dir   string // files are named as seen from it, if that is shorter
	Limit int    // at most so many lines of what was never visited for each machine; 0: all
}

// Text is the table of machines, what was never visited, and what is left by estimate.
func (c *Coverage) Text(o TextOptions) string {
	var b strings.Builder
	if len(c.Machines) > 0 {
		c.table(&b)
		c.missing(&b, o)
		b.WriteByte('\n')
	}
	c.schedules(&b)
	c.estimates(&b)
	if c.Incomplete {
		b.WriteString("\n" + hang("There were so many definitions that some were not counted: give functions that are alike one name.", ""))
	}
	return b.String()
}

const rowFormat = "%-34s %9s %9s %11s %7s %5s"

func (c *Coverage) table(b *strings.Builder) {
	names := c.names()
	row(b, rowFormat, "machine", "states", "pairs", "transitions", "% pairs", "% ran")
	for i := range c.Machines {
		m := &c.Machines[i]
		if m.Kind == IsFunction {
			row(b, rowFormat, short(names[i], 34), "function", "", "", "", share(m.started(), c.Executions))
			continue
		}
		p := m.PairRatio()
		row(b, rowFormat, short(names[i], 34), m.StateRatio(), p, m.TransitionRatio(), p.percent(), share(m.started(), c.Executions))
	}
	states, pairs, transitions := c.Ratios()
	row(b, rowFormat, "all", states, pairs, transitions, pairs.percent(), "")
	b.WriteString(hang("visited of what is declared; % pairs: that as a percentage; % ran: share of the executions that had the machine", "  "))
}

// row writes a line of a table.
func row(b *strings.Builder, format string, cells ...any) {
	b.WriteString(strings.TrimRight(fmt.Sprintf(format, cells...), " ") + "\n")
}

// names are those of the machines, with the last element of the package's path; with all of it if that is not enough to tell two
// apart.
func (c *Coverage) names() []string {
	names := make([]string, len(c.Machines))
	packages := map[string]string{}
	long := map[string]bool{}
	for _, m := range c.Machines {
		base := baseOf(m.Package)
		if other, ok := packages[base]; ok && other != m.Package {
			long[base] = true
		}
		packages[base] = m.Package
	}
	for i, m := range c.Machines {
		base := baseOf(m.Package)
		if long[base] {
			base = m.Package
		}
		if names[i] = m.Name; base != "" {
			names[i] = base + "." + m.Name
		}
	}
	return names
}

// started is in how many executions the most visited state was; that is the start state, but for monitors of a merged run.
func (m *Machine) started() (n uint64) {
	for _, s := range m.States {
		if s.Start {
			n = max(n, s.Executions)
		}
	}
	return n
}

func baseOf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func (r Ratio) String() string {
	if r.Declared == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", r.Visited, r.Declared)
}

// percent is rounded down: 100 means all.
func (r Ratio) percent() string {
	if r.Declared == 0 {
		return "-"
	}
	return fmt.Sprint(100 * r.Visited / r.Declared)
}

// share is a part in percent; what is not nothing is not 0.
func share(part, whole uint64) string {
	switch {
	case whole == 0:
		return "-"
	case part == 0:
		return "0"
	}
	p := 100 * float64(part) / float64(whole)
	if p < 1 {
		return "<1"
	}
	return fmt.Sprint(int(p))
}

// Missing is something that was declared and never visited, in a line.
type Missing struct {
	What  string // "state Closed", "Open: on kv.Write", "Open: goto Closed by kv.Stop"
	Place Place
}

// Missing lists what was never visited: states, and pairs of those that were. That nothing happened in a state that nobody has
// entered goes without saying; the first of them says how many pairs that are. A clause that makes a transition is a pair and
// appears once.
func (m *Machine) Missing() (list []Missing) {
	entered := map[string]bool{}
	pairs := map[string]int{}
	for _, p := range m.Pairs {
		if p.Place.Declared() && !p.Visited() {
			pairs[p.State]++
		}
	}
	visitedIn := map[string]bool{} // a state below pushed ones may do something without being entered again
	for _, p := range m.Pairs {
		visitedIn[p.State] = visitedIn[p.State] || p.Visited()
	}
	for _, s := range m.States {
		if entered[s.Name] = s.Visited() || visitedIn[s.Name]; !s.Visited() {
			what := "state " + s.Name
			if n := pairs[s.Name]; n > 0 && !entered[s.Name] {
				what += fmt.Sprintf(", with its %s", prose.Plural(n, "pair"))
			}
			list = append(list, Missing{what, s.Place})
		}
	}
	for _, p := range m.Pairs {
		if p.Place.Declared() && !p.Visited() && entered[p.State] {
			list = append(list, Missing{p.State + ": " + p.text(), p.Place})
		}
	}
	return list
}

func (p *Pair) text() string {
	s := string(p.Does) + " " + p.Event
	if p.To != "" {
		s = fmt.Sprintf("%s %s by %s", p.Does, p.To, p.Event)
	}
	return s
}

func (c *Coverage) missing(b *strings.Builder, o TextOptions) {
	names := c.names()
	none := true
	for i := range c.Machines {
		list := c.Machines[i].Missing()
		if len(list) == 0 {
			continue
		}
		if none {
			b.WriteString("\nnever visited\n")
			none = false
		}
		fmt.Fprintf(b, "  %s\n", names[i])
		for n, x := range list {
			if o.Limit > 0 && n == o.Limit && len(list) > n+1 {
				fmt.Fprintf(b, "    and %d more\n", len(list)-n)
				break
			}
			place := x.Place.relative(o.Dir)
			pad := columns - 4 - utf8.RuneCountInString(x.What) - utf8.RuneCountInString(place)
			if pad < 2 {
				fmt.Fprintf(b, "    %s\n      %s\n", x.What, place)
				continue
			}
			fmt.Fprintf(b, "    %s%s%s\n", x.What, strings.Repeat(" ", pad), place)
		}
	}
	if none {
		b.WriteString("\neverything that is declared was visited\n")
	}
}

// relative names the place as seen from a folder.
func (p Place) relative(dir string) string {
	if !p.Declared() {
		return ""
	}
	name := p.File
	if dir != "" {
		if rel, err := filepath.Rel(dir, p.File); err == nil && len(rel) < len(name) {
			name = rel
		}
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(name), p.Line)
}

// short cuts a name from the left, where packages are, or from the right if there are type arguments.
func short(s string, n int) string {
	r := []rune(s)
	switch {
	case len(r) <= n:
		return s
	case strings.Contains(s, "["):
		return string(r[:n-1]) + "…"
	}
	return "…" + string(r[len(r)-n+1:])
}

// Base is the base name of the file and the line.
func (p Place) Base() string {
	return fmt.Sprintf("%s:%d", baseOf(strings.ReplaceAll(p.File, `\`, "/")), p.Line)
}
