// Package contextleak keeps settings up to date while they change elsewhere.
package contextleak

import (
	"context"
	"sync"
)

// Source is where settings come from.
type Source interface {
	// Next returns the value of a key when its version is higher than after, or the error of the context.
	Next(ctx context.Context, key string, after int) (value string, version int, err error)
}

// Watcher keeps the newest values of the keys that are watched. It may be used from many goroutines.
type Watcher struct {
	source Source

	mu     sync.Mutex
	values map[string]string
	stops  map[string]context.CancelFunc // of the keys that are watched
}

// NewWatcher returns a watcher of a source.
func NewWatcher(source Source) *Watcher {
	return &Watcher{
		source: source,
		values: map[string]string{},
		stops:  map[string]context.CancelFunc{},
	}
}

// Watch has a key kept up to date, until Stop. It returns when the key has a value.
func (w *Watcher) Watch(ctx context.Context, key string) error {
	if w.watched(key) {
		return nil
	}
	value, version, err := w.source.Next(ctx, key, 0)
	if err != nil {
		return err
	}
	follow, stop := context.WithCancel(context.WithoutCancel(ctx)) // it goes on when the caller's request has ended
	w.mu.Lock()
	if _, ok := w.stops[key]; ok { // somebody was faster
		w.mu.Unlock()
		stop()
		return nil
	}
	w.values[key] = value
	w.stops[key] = stop
	w.mu.Unlock()
	go w.follow(follow, key, version)
	return nil
}

func (w *Watcher) watched(key string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.stops[key]
	return ok
}

// follow stores each new value of a key, until the context ends.
func (w *Watcher) follow(ctx context.Context, key string, version int) {
	for {
		value, next, err := w.source.Next(ctx, key, version)
		if err != nil {
			return
		}
		version = next
		w.mu.Lock()
		w.values[key] = value
		w.mu.Unlock()
	}
}

// Get returns the newest known value of a key, and whether it is watched.
func (w *Watcher) Get(key string) (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	value, ok := w.values[key]
	return value, ok
}

// Stop ends the watching of all keys.
func (w *Watcher) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, stop := range w.stops {
		stop()
		delete(w.stops, key)
		delete(w.values, key)
	}
}
