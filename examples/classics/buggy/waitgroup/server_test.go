package waitgroup

import (
	"errors"
	"sync"
	"testing"
)

// A table is a store in memory that knows whether it is open.
type table struct {
	mu     sync.Mutex
	values map[string]string
	closed bool
}

var errClosed = errors.New("table is closed")

func (s *table) Get(key string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", errClosed
	}
	return s.values[key], nil
}

func (s *table) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	s.closed = true
	return nil
}

// A request that comes while the server shuts down is served or refused, and nothing between.
func TestGracefulShutdown(t *testing.T) {
	for _, tt := range []struct {
		name     string
		requests int
	}{
		{"no request", 0},
		{"one request", 1},
		{"three requests", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := &table{values: map[string]string{"color": "green"}}
			srv := NewServer(store)
			t.Cleanup(func() {
				if err := srv.Shutdown(); err != nil {
					t.Errorf("second shutdown: %v", err)
				}
			})
			var client sync.WaitGroup
			client.Go(func() {
				for range tt.requests {
					value, err := srv.Serve(t.Context(), "color")
					switch {
					case errors.Is(err, ErrShutdown):
					case err != nil:
						t.Errorf("neither served nor refused: %v", err)
					case value != "green":
						t.Errorf("served %q", value)
					}
				}
			})
			if err := srv.Shutdown(); err != nil {
				t.Errorf("shutdown: %v", err)
			}
			client.Wait()
			if _, err := srv.Serve(t.Context(), "color"); !errors.Is(err, ErrShutdown) {
				t.Errorf("after the shutdown: %v", err)
			}
		})
	}
}
