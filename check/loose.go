package check

import (
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// loose follows the names of choices that were left of a recording after pieces have been taken out. It is freer than
// strategy.Guided, which re-runs whole recordings: any timer of a machine stands for any other of it, as machines start
// timers again and again, and the data choices of a machine are the next ones left of it, whatever their numbers were.
type loose struct {
	naming
	names  []schedule.Named
	picks  []int // positions of the schedule choices in names
	next   int   // in picks
	values map[string][]schedule.Choice
	left   map[string][]schedule.Choice
}

// looseAhead is how many picks may be skipped at once.
const looseAhead = 32

func newLoose(names []schedule.Named) *loose {
	l := &loose{names: names, values: map[string][]schedule.Choice{}, left: map[string][]schedule.Choice{}}
	for i, n := range names {
		if n.Kind == schedule.Schedule {
			l.picks = append(l.picks, i)
		} else {
			l.values[n.Op] = append(l.values[n.Op], n.Choice)
		}
	}
	return l
}

func (l *loose) Start(strategy.Execution) bool {
	l.start()
	l.next = 0
	for op, v := range l.values {
		l.left[op] = v
	}
	return true
}

func (l *loose) Pick(ops []*strategy.Op) int { return l.PickFault(0, ops, nil) }

func (l *loose) PickFault(_ int, ops, faults []*strategy.Op) int {
	return l.picked(ops, faults, l.pick(ops, faults))
}

func (l *loose) pick(ops, faults []*strategy.Op) int {
	if l.next < len(l.picks) {
		if n := &l.names[l.picks[l.next]]; n.Awaited() {
			at := strategy.Index(ops, faults, l.last, 0)
			if l.path(ops[at]) == n.Op {
				l.next++
			}
			return at
		}
	}
	for i := l.next; i < len(l.picks) && i < l.next+looseAhead; i++ {
		if at := l.find(ops, faults, l.names[l.picks[i]].Op); at >= 0 {
			l.next = i + 1
			return at
		}
	}
	return strategy.Index(ops, faults, l.last, 0)
}

// find returns the index of the operation of a path, or of another timer of the same machine.
func (l *loose) find(ops, faults []*strategy.Op, path string) int {
	owner := ownerOfTimer(path)
	like := -1
	for i, op := range ops {
		p := l.path(op)
		if p == path {
			return i
		}
		if owner != "" && op.Kind == strategy.Timer && (like < 0 || op.Due < ops[like].Due) && ownerOfTimer(p) == owner {
			like = i
		}
	}
	for i, op := range faults {
		if l.path(op) == path {
			return len(ops) + i
		}
	}
	return like
}

// ownerOfTimer returns the path of the machine whose timer a path names, "" for other paths.
func ownerOfTimer(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		switch c := path[i]; {
		case c == 't' && i < len(path)-1:
			return path[:i]
		case c < '0' || c > '9':
			return ""
		}
	}
	return ""
}

func (l *loose) Value(v strategy.Value) int { return l.valued(v, l.value(v)) }

func (l *loose) value(v strategy.Value) int {
	op := l.path(v.Op)
	left := l.left[op]
	if len(left) == 0 || left[0].Kind != v.Kind {
		return 0
	}
	l.left[op] = left[1:]
	return min(left[0].Value, v.N-1)
}

func (l *loose) Enabled(*strategy.Op)                          {}
func (l *loose) Disabled(*strategy.Op)                         {}
func (l *loose) Executed(op *strategy.Op, _ []strategy.Action) { l.moved(op) }

// exhausted reports whether there are no operations left to pick, and the default order goes on.
func (l *loose) exhausted(int) bool { return l.next == len(l.picks) }
