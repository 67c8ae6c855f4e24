package main

import "time"

// farSource is the part of a stream's sender that is the same on all contenders. It sends one event, which opens the
// connections, and has its clock start when the receiver asks for the first half of a burst.
type farSource struct {
	left, size int
	started    time.Time
}

// asked returns how many events are to be sent.
func (f *farSource) asked() int {
	if f.started.IsZero() {
		f.started = time.Now()
	}
	if f.left == 0 {
		return 0
	}
	f.left--
	return f.size
}

// farSink is the receiver. It asks for no more than there is, so that nothing is under way at the end.
type farSink struct {
	open    bool
	left    int // halves to be asked for
	tally   tally
	n, want int
	ended   time.Time
	done    chan struct{} // closed when everything has arrived
}

// hit returns how many halves are to be asked for.
func (f *farSink) hit() (asks int) {
	if f.open {
		if f.n++; f.n == f.want {
			f.ended = time.Now()
			close(f.done)
		}
		if f.tally.hit() {
			asks = 1
		}
	} else {
		f.open = true
		asks = 2
	}
	asks = min(asks, f.left)
	f.left -= asks
	return asks
}

func newFar(burst, events int) (*farSource, *farSink) {
	count, size := halves(burst, events)
	sink := &farSink{left: count, tally: tally{size: size}, want: count * size, done: make(chan struct{})}
	return &farSource{left: count, size: size}, sink
}

// farPlayer is the end of a trip that counts.
type farPlayer struct {
	left   int
	stamps *stamps
	done   chan struct{}
}

// hit reports whether the event goes on another trip.
func (f *farPlayer) hit() bool {
	f.stamps.stamp()
	if f.left--; f.left < 0 {
		close(f.done)
	}
	return f.left >= 0
}
