package check

import (
	"fmt"
	"strings"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/prose"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/trace"
)

// columns is how wide a report is, but for lines that are to be copied: package testing indents it by 8.
const columns = 72

// Text is the whole report of a failure: what, the trace, and how to see it again. The arguments say under which test's
// name it can be replayed, and where it was saved; both may be empty.
func (f *Failure) Text(test, saved string) string {
	var b strings.Builder
	what, how := f.sentence()
	b.WriteString(what + ":\n" + wrap(how, "  ", "  "))
	if s := f.Shortened(); s != "" {
		b.WriteString("\n" + wrap(s, "  ", "  "))
	}
	if d := failure.Of(f.Err); d != nil && d.Detail() != "" && f.Trace == nil {
		b.WriteString("\n" + wrapDetail(d.Detail()))
	}
	arg := saved
	if f.HasToken {
		arg = f.Token
	}
	if f.Trace != nil {
		o := trace.TextOptions{Width: columns, More: "With -ravel.v the trace has all of them."}
		if v, _ := verbose(); v {
			o.Limit, o.Fields = -1, true
		}
		b.WriteString("\n\n" + f.Trace.Text(o))
	}
	if !f.Reproduced {
		return strings.TrimRight(b.String(), "\n") // its own words say so
	}
	if test != "" && arg != "" {
		fmt.Fprintf(&b, "\nreplay: %s", replayLine(&f.Record, test, arg))
	}
	if saved != "" {
		b.WriteString("\nsaved:  " + saved)
		if !strings.HasPrefix(saved, notSaved) {
			b.WriteString("\n        The next run of the test tries it first.")
		}
	}
	for i, name := range f.Attached {
		b.WriteString(map[bool]string{true: "\nbeside: ", false: "\n        "}[i == 0] + name)
	}
	return strings.TrimRight(b.String(), "\n")
}

// replayLine is a command that replays a schedule from anywhere in the module.
func replayLine(r *schedule.Record, test, arg string) string {
	pkg := strings.TrimSuffix(r.Package, "_test")
	if pkg == "" || pkg == "command-line-arguments" {
		pkg = "."
	}
	if strings.ContainsAny(arg, " '\"$`\\&|;<>()*?[]#~") {
		arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
	}
	run := strings.ReplaceAll(runPattern(test), "'", `'\''`)
	if ofGoroutines(&r.Settings) {
		race := ""
		if hasRace(&r.Settings) {
			race = "--race "
		}
		return fmt.Sprintf("ravel replay %s--run '%s' %s %s", race, run, arg, pkg)
	}
	return fmt.Sprintf("go test %s -run '%s' -ravel.replay=%s", pkg, run, arg)
}

// runPattern is what -run matches this test and no other by.
func runPattern(test string) string {
	parts := strings.Split(test, "/")
	for i, p := range parts {
		parts[i] = "^" + quoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}

// quoteMeta is regexp.QuoteMeta but for characters that mean nothing special alone.
func quoteMeta(s string) string {
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune(`\.+*?()|[]{}^$`, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Sentence says what kind of failure was found, by which strategy, and when.
func (f *Failure) Sentence() string {
	what, how := f.sentence()
	return what + ": " + how
}

func (f *Failure) sentence() (what, how string) {
	if f.Strategy == "" { // a replay
		return kindOf(f.Err), f.Err.Error()
	}
	return fmt.Sprintf("%s found by %s in execution %s", kindOf(f.Err), f.Strategy, prose.Count(f.Execution)), f.Err.Error()
}

func kindOf(err error) string {
	if f := failure.Of(err); f != nil {
		return f.Kind().String()
	}
	return "failure"
}

// Summary says what was explored, in a few lines.
func (r *Report) Summary() string {
	plus := ""
	if r.DistinctAtLeast {
		plus = " or more"
	}
	schedules := "distinct schedules"
	if r.Distinct == 1 && plus == "" {
		schedules = "distinct schedule"
	}
	lines := []string{
		fmt.Sprintf("%s, %s%s %s", prose.Plural(r.Executions, "execution"), prose.Count(r.Distinct), plus, schedules),
		fmt.Sprintf("%s, longest execution %s; %v", prose.Plural(r.Steps, "step"), prose.Plural(r.LongestExecution, "step"), round(r.Elapsed)),
		fmt.Sprintf("strategy %s, seed %d, %s", r.Strategy, r.Seed, r.workers()),
	}
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch {
	case r.Exhausted && r.Reduced && r.Pruned > 0:
		add("every schedule was explored, up to the order of independent steps; %s ended early, with nothing new ahead", prose.Plural(r.Pruned, "execution"))
	case r.Exhausted && r.Reduced:
		add("every schedule was explored, up to the order of independent steps")
	case r.CutShort && r.Reduced:
		add("not every schedule was explored, not even up to the order of independent steps: the search was cut short")
	case r.Exhausted && r.Pruned > 0:
		add("every state was explored: %s; %s ended in one that was known", prose.Count(r.States), prose.Plural(r.Pruned, "execution"))
	case r.Exhausted && r.Within != "":
		add("every schedule %s was explored, but there are others", r.Within)
	case r.Exhausted:
		add("every schedule was explored")
	case r.CutShort && r.Pruned > 0:
		add("not every state was explored, but %s: the search was cut short", prose.Count(r.States))
	case r.CutShort:
		add("not every schedule was explored: the search was cut short")
	}
	if len(r.Strata) > 0 {
		add("executions by stratum: %s", strata(r.Strata))
	}
	switch {
	case r.CutByDeadline:
		add("the test's deadline ended the run after execution %s: for more, go test -timeout=1h", prose.Count(r.Executions-1))
	case r.CutByTime:
		add("the time bound ended the run after execution %s: a longer time, or a number of schedules instead, goes on", prose.Count(r.Executions-1))
	}
	if r.Bounded > 0 {
		add("%s cut at the step bound: what would come later, liveness included, was not explored", were(r.Bounded))
	}
	if r.Endless > 0 {
		add("%s bounded: goroutines went on for ever behind the test's end, and what they would do later was not explored", were(r.Endless))
	}
	if r.Curtailed > 0 {
		add("%s ended early by the strategy, which keeps them short on purpose: liveness was not judged in them", were(r.Curtailed))
	}
	if r.Slow > 0 {
		add("in %s a hot monitor passed the threshold and cooled under a fair schedule: slow, not stuck", prose.Plural(r.Slow, "execution"))
	}
	if r.Skipped > 0 {
		add("%s skipped by the test", were(r.Skipped))
	}
	for _, l := range r.coverageLines() {
		add("%s", l)
	}
	for _, m := range r.SilentMonitors {
		add("monitor %s never heard anything: it has checked nothing", m)
	}
	for _, m := range r.Unheard {
		add("notifications of type %s were heard by no monitor", m)
	}
	for _, n := range r.NeverTrue {
		add("Sometimes %q never held", n)
	}
	for _, n := range r.NeverFull {
		add("no inbox of a machine %s was ever full when somebody sent there: its bound has shown nothing", n)
	}
	for _, n := range r.Notes {
		add("%s", n)
	}
	for _, a := range r.Allowed {
		add("%v", a)
	}
	for i := 1; i < len(lines); i++ {
		lines[i] = wrap(lines[i], "  ", "    ")
	}
	return strings.Join(lines, "\n")
}

func (r *Report) workers() string {
	if r.Isolated {
		return prose.Plural(r.Workers, "worker") + ", each execution in a process of its own"
	}
	switch r.Processes {
	case 0:
		return prose.Plural(r.Workers, "worker")
	case 1:
		return prose.Plural(r.Workers, "worker") + ", one in a process of its own"
	}
	return fmt.Sprintf("%s, %d in processes of their own", prose.Plural(r.Workers, "worker"), r.Processes)
}

func were(n uint64) string {
	if n == 1 {
		return "1 execution was"
	}
	return prose.Count(n) + " executions were"
}

func round(d time.Duration) time.Duration {
	switch {
	case d >= 10*time.Second:
		return d.Round(time.Second)
	case d >= time.Second:
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}

// wrap breaks the lines of a text between words where they would be too wide. Programs may have put anything into it.
func wrap(text, first, rest string) string {
	return prose.Wrap(trace.Plain(text), columns, first, rest)
}

// wrapDetail indents a Detail and breaks its lines where they would be too wide, with a hanging indent.
func wrapDetail(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		text := strings.TrimLeft(line, " \t")
		lead := "  " + strings.ReplaceAll(line[:len(line)-len(text)], "\t", "    ")
		lines[i] = wrap(text, lead, lead+"    ")
	}
	return strings.Join(lines, "\n")
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// strata lists the sizes of strata, from 0 on.
func strata(sizes []uint64) string {
	words := make([]string, len(sizes))
	for i, n := range sizes {
		words[i] = prose.Count(n)
	}
	return strings.Join(words, ", ")
}
