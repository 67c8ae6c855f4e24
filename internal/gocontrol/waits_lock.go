package gocontrol

import (
	"cmp"
	"slices"
)

// lockState is what is known of one lock.
type lockState struct {
	writer  *holding
	readers []holding
	// Holds that others have got past although no release of them was seen: goroutines whose last operation it was have
	// released them. And releases of holds that had not been seen: such goroutines had got them.
	unseenUnlocks, unseenRUnlocks int
	unseenLocks, unseenRLocks     int
	waited                        bool // somebody is left who waits for it
}

type holding struct {
	id int
	Hold
}

// get makes a goroutine the writer. Whoever held the lock has released it.
func (s *lockState) get(h holding) {
	if s.writer != nil {
		s.unseenUnlocks++
	}
	s.unseenRUnlocks += len(s.readers)
	s.writer, s.readers = &h, nil
}

// share makes a goroutine one more reader.
func (s *lockState) share(h holding) {
	if s.writer != nil {
		s.unseenUnlocks++
		s.writer = nil
	}
	s.readers = append(s.readers, h)
}

// release ends the writer's hold. Any goroutine may do that.
func (s *lockState) release(id int) {
	switch {
	case s.writer != nil && s.writer.id == id:
		s.writer = nil
	case s.unseenUnlocks > 0:
		s.unseenUnlocks--
	case s.writer != nil:
		s.writer = nil
	default:
		s.unseenLocks++
	}
}

// leave ends the hold of a reader: the latest one of the goroutine, or else the earliest one of another.
func (s *lockState) leave(id int) {
	for i := len(s.readers) - 1; i >= 0; i-- {
		if s.readers[i].id == id {
			s.readers = slices.Delete(s.readers, i, i+1)
			return
		}
	}
	switch {
	case s.unseenRUnlocks > 0:
		s.unseenRUnlocks--
	case len(s.readers) > 0:
		s.readers = slices.Delete(s.readers, 0, 1)
	default:
		s.unseenRLocks++
	}
}

// holds lists what is held, by goroutine.
func (a *analysis) holds() map[int][]Hold {
	all := map[int][]Hold{}
	for _, s := range a.locks {
		list := s.readers
		if s.writer != nil {
			list = append(list, *s.writer)
		}
		for _, h := range list {
			all[h.id] = append(all[h.id], h.Hold)
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(x, y Hold) int { return cmp.Compare(x.Point, y.Point) })
	}
	return all
}
