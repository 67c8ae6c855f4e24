package count

import (
	"fmt"

	"github.com/ravelgo/ravel/internal/gocontrol"
)

// A branch is a decision on the current path: which of how many alternatives, and what followed those that are done.
type branch struct {
	pick, n int
	count   Count
	key     key // of the state, in a merged search
}

// All counts by running every schedule, at most limit of them.
func All(p Program, limit int) (Count, error) { return search(p, limit, nil) }

// Merged counts by running every schedule up to where it reaches a state that has been counted, in at most limit
// executions.
func Merged(p Program, limit int) (Count, error) { return search(p, limit, make(map[key]Count)) }

// search goes through the schedules depth first. It looks states up in counted, and keeps them there, unless it is nil.
func search(p Program, limit int, counted map[key]Count) (Count, error) {
	var path []branch
	for executions := 1; executions <= limit; executions++ {
		var result Count
		var err error
		path, result, err = extend(p, path, counted)
		if err != nil {
			return Count{}, err
		}
		path = fold(path, &result, counted)
		if len(path) == 0 {
			result.Executions = executions
			return result, nil
		}
	}
	return Count{}, ErrLimit
}

// extend runs the schedule that begins with a path, to its end or to a state that has been counted. It returns the path so
// far, and the count of what follows.
func extend(p Program, path []branch, counted map[key]Count) ([]branch, Count, error) {
	depth, given := 0, len(path)
	h := newHistory()
	var known Count
	var changed error
	end, failed, err := execute(p, func(q gocontrol.Question) (int, bool) {
		b := branch{n: len(q.Alternatives)}
		if counted != nil {
			h.reached(q)
			if depth >= given {
				b.key = h.key(q)
				var ok bool
				if known, ok = counted[b.key]; ok {
					return 0, false
				}
			}
		}
		if depth == len(path) {
			b.count = newCount()
			path = append(path, b)
		} else if n := path[depth].n; n != b.n {
			changed = fmt.Errorf("decision %d has %d alternatives and had %d", depth, b.n, n)
			return 0, false
		}
		pick := path[depth].pick
		depth++
		if counted != nil {
			h.chosen(q, pick)
		}
		return pick, true
	})
	if err == nil && changed == nil && depth < given {
		changed = fmt.Errorf("%d decisions were taken, and at least %d before", depth, given)
	}
	switch {
	case err != nil:
		return nil, Count{}, err
	case changed != nil:
		return nil, Count{}, fmt.Errorf("count: the program depends on something else than its schedule: %w", changed)
	case end == gocontrol.Stopped:
		return path, known, nil
	}
	return path, leaf(failed), nil
}

// fold adds what followed the last decision of the path to it and to those before it that are done with it. It returns the
// path to the next alternative; if there is none, result is the whole. It keeps the states that are done in counted, unless
// that is nil.
func fold(path []branch, result *Count, counted map[key]Count) []branch {
	for len(path) > 0 {
		last := &path[len(path)-1]
		last.count.add(*result, last.n)
		last.pick++
		if last.pick < last.n {
			return path
		}
		*result = last.count
		if counted != nil {
			counted[last.key] = last.count
		}
		path = path[:len(path)-1]
	}
	return nil
}
