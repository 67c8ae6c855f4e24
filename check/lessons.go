package check

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// lesson is what execution k taught a strategy that learns.
type lesson struct {
	k    uint64
	what any
}

// keepLesson keeps what the last execution taught until the round is over.
func (w *worker) keepLesson(k uint64) {
	if w.lesson != nil {
		w.lessons = append(w.lessons, lesson{k, w.lesson})
		w.lesson = nil
	}
}

// lessonEnd returns where a round that begins at from has to end, so that a strategy can learn.
func (x *explorer) lessonEnd(from uint64) uint64 {
	if l := x.workers[0].learner; l != nil {
		if n := l.Round(); n > 0 && uint64(n) < math.MaxUint64-from {
			return from + uint64(n)
		}
	}
	return math.MaxUint64
}

// teach hands the lessons of a round to all workers, in the order of the executions: then all of them know the same,
// whoever ran what.
func (x *explorer) teach() {
	var all []lesson
	for _, w := range x.workers {
		all = append(all, w.lessons...)
		clear(w.lessons)
		w.lessons = w.lessons[:0]
	}
	all = append(all, x.crew.tell()...)
	if len(all) == 0 {
		return
	}
	slices.SortFunc(all, func(a, b lesson) int { return cmp.Compare(a.k, b.k) })
	x.crew.remember(all)
	lessons := make([]any, len(all))
	for i, l := range all {
		lessons[i] = l.what
	}
	var wg sync.WaitGroup
	for _, w := range x.workers {
		wg.Go(func() { x.learn(w, lessons) })
	}
	wg.Wait()
}

// learn lets a worker's strategy learn. If a strategy that is not ours breaks, it ends the run.
func (x *explorer) learn(w *worker, lessons []any) {
	if i := x.cfg.isolation; i != nil && w == x.workers[0] {
		i.remember(w, lessons) // for its processes; the worker's own strategy tells where rounds end
	}
	if x.cfg.foreign {
		defer func() {
			if v := recover(); v != nil {
				x.mu.Lock()
				defer x.mu.Unlock()
				x.broken = &broken{w.cfg.Strategy, x.next.Load(), v}
			}
		}()
	}
	w.learner.Learn(lessons)
}
