package check

import (
	"strings"

	"github.com/ravelgo/ravel/failure"
)

// nameBeyond adds to a failure of controlled goroutines that wait for ever who outside of the execution might be waited for.
func nameBeyond(err error) {
	switch f := failure.Of(err).(type) {
	case *failure.Deadlock:
		f.Beyond = beyond()
	case *failure.Leak:
		f.Beyond = beyond()
	}
}

// beyond lists the goroutines that the program has started outside of executions, and that wait.
func beyond() (list []failure.Beyond) {
	for _, g := range stacks() {
		if controlledStack(&g) || harmless(g.creator) || ours(g.text) {
			continue
		}
		switch g.state {
		case "running", "runnable":
			continue
		}
		list = append(list, failure.Beyond{Name: shortName(g.root), State: g.state, Started: g.created})
	}
	return list
}

// ours reports whether Ravel's own code is on a stack.
func ours(text string) bool {
	return strings.Contains(text, "github.com/ravelgo/ravel/check.") || strings.Contains(text, "github.com/ravelgo/ravel/internal/")
}

// controlledStack reports whether a goroutine is one of an execution.
func controlledStack(g *stack) bool {
	head, _, _ := strings.Cut(g.text, "\n")
	return strings.Contains(head, "synctest bubble")
}

// blameControlled is blame for controlled goroutines: one of them has the turn and does not come to a scheduling point. It
// is in a system call, or runs, or, if none does, all wait for a device.
func blameControlled(all []stack) (who string, at failure.Place, text string) {
	rank := func(g *stack) int {
		switch {
		case !controlledStack(g):
			return 0
		case g.state == "syscall":
			return 4
		case g.state == "running":
			return 3
		case g.state == "runnable" && !strings.Contains(g.text, "runtime.ctlPoint") && !strings.Contains(g.text, "runtime.gopark"):
			return 2
		case g.state == "IO wait":
			return 1
		}
		return 0
	}
	best := 0
	for i := range all {
		if r := rank(&all[i]); r > best {
			if lines := userLines(all[i].text); len(lines) >= 3 {
				best = r
				who, at = culprit(lines)
				text = strings.Join(lines, "\n")
			}
		}
	}
	return who, at, text
}
