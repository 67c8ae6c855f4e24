package contextleak

import (
	"context"
	"sync"
	"testing"
)

// A registry is a source in memory whose values never change.
type registry map[string]string

func (r registry) Next(ctx context.Context, key string, after int) (string, int, error) {
	if after == 0 {
		return r[key], 1, nil
	}
	<-ctx.Done()
	return "", 0, ctx.Err()
}

func TestWatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		keys []string // of requests that come at the same time
	}{
		{"one key", []string{"color"}},
		{"two keys", []string{"color", "size"}},
		{"the same key twice", []string{"color", "color"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := NewWatcher(registry{"color": "green", "size": "xl"})
			t.Cleanup(w.Stop)
			var requests sync.WaitGroup
			for _, key := range tt.keys {
				requests.Go(func() {
					if err := w.Watch(t.Context(), key); err != nil {
						t.Errorf("watch %s: %v", key, err)
					}
				})
			}
			requests.Wait()
			if got, ok := w.Get("color"); !ok || got != "green" {
				t.Errorf("color is %q, watched: %v", got, ok)
			}
			w.Stop()
			if _, ok := w.Get("color"); ok {
				t.Error("still watched after Stop")
			}
		})
	}
}
