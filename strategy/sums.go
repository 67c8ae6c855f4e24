package strategy

// sums holds a weight for each of many places, and draws a place with a probability proportional to its weight: a
// tree whose nodes hold the sums of their children. A change and a draw cost log2 of the number of places.
type sums struct {
	tree []int64 // node 1 is the root, node i has the children 2i and 2i+1; the second half are the places
}

func (s *sums) reset() {
	if s.tree == nil {
		s.tree = make([]int64, 2*firstLeaves)
	}
	clear(s.tree)
}

func (s *sums) total() int64 { return s.tree[1] }

// set gives a place a weight of at least 0.
func (s *sums) set(place int, weight int64) {
	for place >= len(s.tree)/2 {
		s.grow()
	}
	i := len(s.tree)/2 + place
	delta := weight - s.tree[i]
	if delta == 0 {
		return
	}
	for ; i > 0; i /= 2 {
		s.tree[i] += delta
	}
}

// grow doubles the places.
func (s *sums) grow() {
	places := s.tree[len(s.tree)/2:]
	s.tree = make([]int64, 2*len(s.tree))
	n := len(s.tree) / 2
	copy(s.tree[n:], places)
	for i := n - 1; i > 0; i-- {
		s.tree[i] = s.tree[2*i] + s.tree[2*i+1]
	}
}

// draw draws a place. The total must not be 0.
func (s *sums) draw(src *source) int {
	r := int64(src.intn(int(s.total())))
	i := 1
	for i < len(s.tree)/2 {
		i *= 2
		if r >= s.tree[i] {
			r -= s.tree[i]
			i++
		}
	}
	return i - len(s.tree)/2
}

// has reports whether a place has a weight above 0.
func (s *sums) has(place int) bool {
	return place < len(s.tree)/2 && s.tree[len(s.tree)/2+place] > 0
}
