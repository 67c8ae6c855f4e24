package config

import (
	"container/list"
	"context"
	"sync"
)

// hub has the subscribers of one process. It tells them of changes and knows which of them have made them.
type hub struct {
	pushing chan struct{} // holds a token while there is a push

	mu          sync.Mutex
	state       State
	subscribers list.List // of *subscriber, in the order in which they came
}

// subscriber is a grant that is out.
type subscriber struct {
	watcher Watcher // nil: it stays in its state
	acted   State   // the state that it acts in

	// pending is not nil while it is being told of a change. It is closed when it has made it, or is gone.
	pending chan struct{}
	gone    chan struct{} // closed when it is gone
}

func newHub(s State) *hub { return &hub{pushing: make(chan struct{}, 1), state: s} }

func (h *hub) current() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

// subscribe returns the present state, and a function that ends the subscription.
func (h *hub) subscribe(w Watcher) (State, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &subscriber{watcher: w, acted: h.state, gone: make(chan struct{})}
	place := h.subscribers.PushBack(s)
	return s.acted, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		select {
		case <-s.gone:
		default:
			close(s.gone)
			h.subscribers.Remove(place)
			s.settle()
		}
	}
}

// drained waits until all who are subscribed now are gone.
func (h *hub) drained(ctx context.Context) error {
	h.mu.Lock()
	var gone []<-chan struct{}
	for at := h.subscribers.Front(); at != nil; at = at.Next() {
		gone = append(gone, at.Value.(*subscriber).gone)
	}
	h.mu.Unlock()
	for _, g := range gone {
		select {
		case <-g:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// settle says that there is nothing to wait for.
func (s *subscriber) settle() {
	if s.pending != nil {
		close(s.pending)
		s.pending = nil
	}
}

// push stores a state when all have reached the one before, if store allows, and waits until all have reached it. It can
// be repeated with the same state.
func (h *hub) push(ctx context.Context, to State, store func(from State) error) error {
	select {
	case h.pushing <- struct{}{}:
		defer func() { <-h.pushing }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := h.reached(ctx); err != nil {
		return err
	}
	h.mu.Lock()
	err := store(h.state)
	if err == nil {
		h.state = to
	}
	h.mu.Unlock()
	if err != nil {
		return err
	}
	return h.reached(ctx)
}

// reached waits until all subscribers act in the present state or are gone.
func (h *hub) reached(ctx context.Context) error {
	for _, settled := range h.tell() {
		select {
		case <-settled:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// tell tells the subscribers that have not been told yet, and returns what is to be waited for.
func (h *hub) tell() []<-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	var wait []<-chan struct{}
	for at := h.subscribers.Front(); at != nil; at = at.Next() {
		s := at.Value.(*subscriber)
		if s.acted == h.state {
			continue
		}
		if s.pending == nil {
			s.pending = make(chan struct{})
			if s.watcher != nil {
				go h.apply(s, h.state)
			}
		}
		wait = append(wait, s.pending)
	}
	return wait
}

func (h *hub) apply(s *subscriber, to State) {
	s.watcher.Apply(to)
	h.mu.Lock()
	defer h.mu.Unlock()
	s.acted = to
	s.settle()
}
