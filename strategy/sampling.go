package strategy

import (
	"math"
	"slices"
)

// sampling is how a search goes on that has used up its memory: by stratified sampling from the frontier, which its source
// names as future work. A sample takes one of the alternatives that the search has left over and runs it to its end
// without more delays; then it repeats that with one more delay, at a position uniform over those behind the last one, and
// so on, up to db of them. There are 100 + 3^db samples for db = 1, then for db = 2, and so on.
//
// Guarantee: of F executions with alternatives left, which have at most A each, one alternative is taken with probability at
// least 1/(F A); from there on that of Stratified holds. If there are more than mostItems of them, which ones are kept is
// random, uniformly.
//
// Source: Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015, section 7.
type sampling struct {
	begun  uint64 // samples
	items  []*branch
	met    int  // of which they are
	shared bool // what no walker holds has been collected
	src    source
}

const mostItems = 1 << 14

// sample is what a walker does of a sampling.
type sample struct {
	src  source
	db   int // delays behind the alternative
	made int // of those
	n    int // alternatives where the last delay was made
}

// add makes an execution one of the items, if it has alternatives that cost something.
func (s *sampling) add(b *branch) {
	if b.rewind(1, math.MaxInt); b.left() == 0 {
		return
	}
	if s.met++; len(s.items) < mostItems {
		s.items = append(s.items, b)
	} else if i := s.src.intn(s.met); i < mostItems {
		s.items[i] = b
	}
}

// collect gives what a walker has left over to the sampling, and what nobody holds. The caller has the lock.
func (t *tree) collect(w *walker) {
	s := &t.sampling
	if !s.shared {
		s.shared = true
		s.src.seed(w.seed, streamPicks)
		for _, b := range t.spare {
			s.add(b)
		}
		for _, f := range []*frontier{t.now, t.next} {
			t.drain(f)
		}
		t.spare = nil
	}
	for _, b := range w.stack {
		b.path = slices.Clone(w.path[:b.level])
		s.add(b)
	}
	w.stack = nil
}

func (t *tree) drain(f *frontier) {
	defer f.close()
	for f.len() > 0 {
		b, err := f.take()
		if err != nil {
			t.err = err
			t.end()
			return
		}
		t.sampling.add(b)
	}
}

// draw makes the next sample the present one of a walker, by its first execution. It returns false if there is nothing to
// sample from.
func (t *tree) draw(w *walker) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, x := &t.sampling, &w.sample
	if !w.sampled {
		t.collect(w)
		t.change.Broadcast() // those that wait for something to do have it now
	}
	if len(s.items) == 0 || t.ended {
		return false
	}
	j := s.begun
	s.begun++
	for x.db = 1; j >= samples(x.db); x.db++ {
		j -= samples(x.db)
	}
	x.src.seed(mix(w.seed^uint64(x.db)<<32^j), streamPicks)
	b := s.items[x.src.intn(len(s.items))]
	at := x.src.intn(len(b.points))
	for b.points[at].dearest() == 0 {
		at = x.src.intn(len(b.points))
	}
	x.n, x.made = b.points[at].n(), 0
	w.path = append(append(w.path[:0], b.path...), deviation{b.from + at, 1 + x.src.intn(x.n-1)})
	return true
}

// advanceSample finds the next execution of a sampling.
func (w *walker) advanceSample() bool {
	x, p := &w.sample, w.present
	last, again := len(w.path)-1, 0
	if w.sampled && w.path[last].value+1 < x.n {
		again = 1 // another delay in the same place
	}
	switch l := len(p.points) + again; {
	case !w.sampled || x.made == x.db || l == 0:
		if !w.draw(w) {
			return false
		}
	default:
		x.made++
		r := x.src.intn(l)
		if r < again {
			w.path[last].value++
			break
		}
		x.n = p.points[r-again].n()
		w.path = append(w.path, deviation{p.from + r - again, 1})
	}
	w.sampled = true
	w.common, w.parent = 0, nil
	last = len(w.path) - 1
	w.present = &branch{level: last + 1, from: w.path[last].at + 1}
	return true
}
