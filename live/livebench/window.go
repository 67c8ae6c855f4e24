package main

import "fmt"

// A sender may have a burst of events under way: two halves. Its receiver asks for the next half when it has had one.

// halves splits the events of one sender: how many halves there are, of which size.
func halves(burst, events int) (count, size int) {
	size = max(burst/2, 1)
	return (events + size - 1) / size, size
}

// tally is what a receiver counts of one sender.
type tally struct{ size, n int }

// hit counts an event and reports whether a half is complete.
func (t *tally) hit() bool {
	if t.n++; t.n < t.size {
		return false
	}
	t.n = 0
	return true
}

// wrongCount is the error of a program whose events have not arrived as often as they should.
func wrongCount(got, want int) error {
	return fmt.Errorf("%d events arrived, %d were sent", got, want)
}
