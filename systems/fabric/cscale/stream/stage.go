package stream

import (
	"slices"
	"sync"
)

// Stage is a step without state: it makes of an item none, one or several. It may run on several goroutines at once.
type Stage interface {
	Do(in Item, emit func(Item))
}

// FlatMap is a stage that does what a function does.
type FlatMap func(in Item, emit func(Item))

// Do implements Stage.
func (f FlatMap) Do(in Item, emit func(Item)) { f(in, emit) }

// Map is a stage that makes of each item another one.
func Map(f func(Item) Item) Stage {
	return FlatMap(func(in Item, emit func(Item)) { emit(f(in)) })
}

// Filter is a stage that lets items through for which a function holds.
func Filter(f func(Item) bool) Stage {
	return FlatMap(func(in Item, emit func(Item)) {
		if f(in) {
			emit(in)
		}
	})
}

// KeyBy is a stage that gives items their keys.
func KeyBy(key func(Item) string) Stage {
	return Map(func(in Item) Item {
		in.Key = key(in)
		return in
	})
}

// Process takes items through stages. With several workers each has a part of the items, on a goroutine of its own for
// which Process waits; the result is the same.
func Process(stages []Stage, items []Item, workers int) []Item {
	if len(stages) == 0 {
		return items
	}
	workers = min(workers, len(items))
	if workers <= 1 {
		return process(stages, items)
	}
	parts := make([][]Item, workers)
	var running sync.WaitGroup
	for i := range parts {
		running.Go(func() {
			parts[i] = process(stages, items[i*len(items)/workers:(i+1)*len(items)/workers])
		})
	}
	running.Wait()
	return slices.Concat(parts...)
}

func process(stages []Stage, items []Item) []Item {
	for _, s := range stages {
		out := make([]Item, 0, len(items))
		emit := func(it Item) { out = append(out, it) }
		for _, it := range items {
			s.Do(it, emit)
		}
		items = out
	}
	return items
}
