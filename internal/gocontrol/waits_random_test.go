package gocontrol

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/failure"
)

// checkHolds compares who holds what with the truth. What cannot be seen: whether a TryRLock failed because a writer was
// waiting, and that a goroutine which is about to run was handed a lock. Vague locks are left out.
func (s *sim) checkHolds(e *Explanation) error {
	type key struct {
		id     int
		object int
		point  int
	}
	truth, got := map[key]bool{}, map[key]bool{}
	for n, l := range s.locks {
		list := slices.Clone(l.readers)
		if l.writer != nil {
			list = append(list, *l.writer)
		}
		for _, h := range list {
			g := s.gs[h.id]
			if s.vague(n) {
				continue
			}
			if g.granted && g.object == n && g.point == h.point {
				continue
			}
			truth[key{h.id, n, h.point}] = true
		}
	}
	for id, list := range e.Holds {
		for _, h := range list {
			k := key{id, h.Object, h.Point}
			if s.vague(h.Object) {
				continue
			}
			if h.Tried && h.Read && !truth[k] {
				continue
			}
			got[k] = true
		}
	}
	if !maps.Equal(truth, got) {
		return fmt.Errorf("holds are %v, found %v", truth, got)
	}
	return nil
}

// vague reports whether the points do not tell who holds a lock: when goroutines have done their last operations on it
// before they exited is not known, and may decide whether a TryLock succeeded or whose lock another one unlocked.
func (s *sim) vague(object int) bool {
	n := 0
	for _, g := range s.gs {
		if g.exited && (g.object == object || g.object == simCond && object == 1) {
			n++
		}
	}
	return n > 0 && s.tries || n > 1 && s.foreign
}

// checkWaits compares who waits for whom with the truth, and the cycle with a search of its own.
func (s *sim) checkWaits(e *Explanation) (compared int, err error) {
	edges, firm := map[int][]int{}, map[int][]int{}
	for i := range e.Waits {
		w := &e.Waits[i]
		g := s.gs[w.ID]
		l := s.locks[g.waitsFor()]
		var want []int
		add := func(id int) {
			if !s.gs[id].exited && !slices.Contains(want, id) {
				want = append(want, id)
			}
		}
		switch g.state {
		case "sync.Mutex.Lock":
			if l.writer != nil {
				add(l.writer.id)
			} else if l.inside >= 0 {
				add(l.inside)
			}
		case "sync.RWMutex.Lock":
			for _, r := range l.readers {
				add(r.id)
			}
		case "sync.RWMutex.RLock":
			if l.writer != nil {
				add(l.writer.id)
			} else {
				add(l.inside)
			}
		}
		edges[w.ID] = w.For
		if w.firm() {
			firm[w.ID] = w.For
		}
		if s.vague(g.waitsFor()) || l == nil {
			continue
		}
		got := slices.DeleteFunc(slices.Clone(w.For), func(id int) bool {
			return !slices.Contains(want, id) && slices.ContainsFunc(e.Holds[id], func(h Hold) bool {
				return h.Object == w.Object && h.Tried && h.Read
			})
		})
		slices.Sort(want)
		if slices.Sort(got); !slices.Equal(got, want) {
			return 0, fmt.Errorf("goroutine %d waits for %v, found %v", w.ID, want, w.For)
		}
		compared++
	}
	return compared, checkCycle(edges, firm, e.Cycle)
}

// checkCycle wants a cycle of the graph of the smallest length that there is, of firm edges if they form one, and none if
// there is none.
func checkCycle(edges, firm map[int][]int, cycle []int) error {
	shortest := shortestOf(firm)
	if shortest > 0 {
		edges = firm
	} else {
		shortest = shortestOf(edges)
	}
	for i, id := range cycle {
		if next := cycle[(i+1)%len(cycle)]; !slices.Contains(edges[id], next) {
			return fmt.Errorf("%v is no cycle: %d does not wait for %d", cycle, id, next)
		}
	}
	if len(cycle) != shortest {
		return fmt.Errorf("the cycle is %v, a shortest one has %d goroutines", cycle, shortest)
	}
	return nil
}

// shortestOf is the length of a shortest cycle, 0 if there is none: the smallest power of the graph that leads back.
func shortestOf(edges map[int][]int) int {
	shortest := 0
	for id := range edges {
		reach := map[int]bool{id: true} // in n steps
		for n := 1; n <= len(edges) && (shortest == 0 || n < shortest); n++ {
			further := map[int]bool{}
			for from := range reach {
				for _, to := range edges[from] {
					further[to] = true
				}
			}
			if reach = further; reach[id] {
				shortest = n
			}
		}
	}
	return shortest
}

func TestExplainRandomHistories(t *testing.T) {
	const seeds = 10_000
	var compared, cycles, self, exited, writers int
	for seed := range uint64(seeds) {
		s := newSim(seed)
		s.run(60)
		if s.fatal {
			continue
		}
		e := Explain(s.history())
		if err := s.checkHolds(e); err != nil {
			t.Fatalf("seed %d: %v\n%v", seed, err, s)
		}
		if slices.ContainsFunc(s.gs, func(g *simGoroutine) bool { return !g.exited && g.state == runnable }) {
			continue
		}
		n, err := s.checkWaits(e)
		if err != nil {
			t.Fatalf("seed %d: %v\n%v", seed, err, s)
		}
		compared += n
		for _, w := range e.Waits {
			if w.Reason == ReasonExited {
				exited++
			}
			if w.Reason == ReasonWriter {
				writers++
			}
		}
		if len(e.Cycle) == 1 {
			self++
		} else if len(e.Cycle) > 1 {
			cycles++
		}
	}
	told := fmt.Sprintf("%d waits, %d cycles and %d of one goroutine, %d wait for one that has exited, %d for a writer", compared, cycles, self, exited, writers)
	t.Log(told)
	if compared < seeds || cycles < seeds/100 || self < seeds/100 || exited < seeds/100 || writers < seeds/100 {
		t.Error("there are too few of something: " + told)
	}
}

// TestExplainAnything: histories that no execution has, as truncated ones, are explained somehow.
func TestExplainAnything(t *testing.T) {
	states := []string{
		runnable, "sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.Cond.Wait", "sync.WaitGroup.Wait (durable)", "chan send",
		"chan receive (nil chan)", "select", "select (no cases)", "sleep", "IO wait", "semacquire", "",
	}
	for seed := range uint64(5_000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		var h History
		for range rng.IntN(30) {
			h.Points = append(h.Points, Point{Goroutine: rng.IntN(5), Kind: Kind(rng.IntN(len(kindNames) + 1)), Object: rng.IntN(5), Position: Frame{"f", "f.go", rng.IntN(3)}})
		}
		for id := range 6 {
			if rng.IntN(2) == 0 {
				h.Left = append(h.Left, Goroutine{ID: id, State: states[rng.IntN(len(states))], Kind: Kind(rng.IntN(len(kindNames)))})
			}
		}
		if rng.IntN(2) == 0 {
			h.Origin = func(id int) (int, int, bool) { return rng.IntN(6), rng.IntN(3), id%2 == 0 }
		}
		e := Explain(h)
		list := e.Goroutines(Telling{})
		d := &failure.Deadlock{Goroutines: list, Cycle: e.Indexes()}
		if len(e.Waits) != len(h.Left) || len(list) != len(h.Left) || len(d.Cycle) != len(e.Cycle) || d.Error() == "" || len(list) > 0 && d.Detail() == "" {
			t.Fatalf("seed %d: %+v", seed, e)
		}
		for i, id := range e.Cycle {
			if list[d.Cycle[i]].ID != id {
				t.Fatalf("seed %d: cycle %v, indexes %v", seed, e.Cycle, d.Cycle)
			}
		}
		Spinning(h.Points, nil, Telling{})
	}
}
