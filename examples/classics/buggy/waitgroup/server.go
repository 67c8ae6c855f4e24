// Package waitgroup is a server that lets requests finish before it shuts down.
package waitgroup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// ErrShutdown is the error of a request that comes too late.
var ErrShutdown = errors.New("server is shutting down")

// Store is where a server keeps its data.
type Store interface {
	Get(key string) (string, error)
	Close() error
}

// Server answers requests from a store that it owns. It may be used from many goroutines.
type Server struct {
	store    Store
	closing  atomic.Bool
	requests sync.WaitGroup // those that are being served
	once     sync.Once
	err      error
}

// NewServer returns a server that is ready for requests.
func NewServer(store Store) *Server {
	return &Server{store: store}
}

// Serve answers a request for a key.
func (s *Server) Serve(ctx context.Context, key string) (string, error) {
	if !s.begin() {
		return "", ErrShutdown
	}
	defer s.requests.Done()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	value, err := s.store.Get(key)
	if err != nil {
		return "", fmt.Errorf("get %q: %w", key, err)
	}
	return value, nil
}

// begin reports whether one more request may be served. It then has to call s.requests.Done.
func (s *Server) begin() bool {
	if s.closing.Load() {
		return false
	}
	s.requests.Add(1)
	return true
}

// Shutdown takes no more requests, waits for those that are being served, and closes the store.
func (s *Server) Shutdown() error {
	s.once.Do(func() {
		s.closing.Store(true)
		s.requests.Wait()
		s.err = s.store.Close()
	})
	return s.err
}
