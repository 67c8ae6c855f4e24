package strategy

import "math/bits"

// weights holds a weight for each of many places, and draws a place with a probability proportional to its weight, in
// constant expected time whatever their number: places are kept in classes by the logarithm of their weight. A draw takes
// a class with a probability proportional to the sum of its weights, and tries places of it, uniformly, until one is
// accepted with a probability of its weight over the class's bound, which is more than a half.
//
// The number of classes is that of the different logarithms, at most 63. A probability is off by no more than the
// number of places times 2^-64. So few places that a scan is faster are scanned.
type weights struct {
	list    []int64 // by place
	member  []int32 // by place: where it stands in its class
	classes [64]class
	filled  uint64 // the classes with a place
	total   int64
}

// class holds the places with weights from 2^i to 2^(i+1)-1, for the class i.
type class struct {
	places []int32
	sum    int64
}

func (w *weights) reset() {
	for ; w.filled > 0; w.filled &= w.filled - 1 {
		c := &w.classes[bits.TrailingZeros64(w.filled)]
		c.places, c.sum = c.places[:0], 0
	}
	clear(w.list)
	w.list, w.member = w.list[:0], w.member[:0]
	w.total = 0
}

// has reports whether a place has a weight above 0.
func (w *weights) has(place int) bool { return place < len(w.list) && w.list[place] > 0 }

// set gives a place a weight of at least 0.
func (w *weights) set(place int, weight int64) {
	for place >= len(w.list) {
		w.list, w.member = append(w.list, 0), append(w.member, 0)
	}
	old := w.list[place]
	if weight == old {
		return
	}
	w.list[place] = weight
	w.total += weight - old
	from, to := bits.Len64(uint64(old)), bits.Len64(uint64(weight))
	if from == to {
		w.classes[(to-1)&63].sum += weight - old
		return
	}
	if old > 0 {
		w.leave(int32(place), from-1, old)
	}
	if weight > 0 {
		c := &w.classes[to-1]
		w.member[place] = int32(len(c.places))
		c.places = append(c.places, int32(place))
		c.sum += weight
		w.filled |= 1 << (to - 1)
	}
}

// leave takes a place out of a class.
func (w *weights) leave(place int32, i int, weight int64) {
	c := &w.classes[i]
	end := len(c.places) - 1
	last := c.places[end]
	c.places[w.member[place]] = last
	w.member[last] = w.member[place]
	c.places = c.places[:end]
	c.sum -= weight
	if end == 0 {
		w.filled &^= 1 << i
	}
}

// fewPlaces is how many places are scanned.
const fewPlaces = 16

// draw draws a place. The total must not be 0.
func (w *weights) draw(src *source) int {
	if len(w.list) > fewPlaces {
		return w.drawMany(src)
	}
	r, place := int64(src.intn(int(w.total))), 0
	for _, weight := range w.list { // without a branch that depends on r
		r -= weight
		place += 1 + int(r>>63)
	}
	return place
}

func (w *weights) drawMany(src *source) int {
	i := bits.Len64(w.filled) - 1
	if w.filled&(w.filled-1) > 0 { // more than one class
		r := int64(src.intn(int(w.total)))
		for r >= w.classes[i&63].sum {
			r -= w.classes[i&63].sum
			i = bits.Len64(w.filled&(1<<i-1)) - 1
		}
	}
	c := &w.classes[i&63]
	for {
		at, rest := bits.Mul64(src.uint64(), uint64(len(c.places)))
		if place := c.places[at]; rest < uint64(w.list[place])<<(63-i) {
			return int(place)
		}
	}
}
