// Package doubleclose is a broker that hands messages to subscribers.
package doubleclose

import "sync"

// Broker sends what is published to all subscriptions. It may be used from many goroutines.
type Broker struct {
	mu     sync.Mutex
	subs   map[*Subscription]struct{}
	closed bool
}

// Subscription receives the messages that are published while it is open.
type Subscription struct {
	broker   *Broker
	messages chan string
	done     chan struct{} // closed when the subscription ends
}

// NewBroker returns a broker without subscriptions.
func NewBroker() *Broker {
	return &Broker{subs: map[*Subscription]struct{}{}}
}

// Subscribe adds a subscription that keeps up to buffer messages. That of a closed broker is closed.
func (b *Broker) Subscribe(buffer int) *Subscription {
	s := &Subscription{
		broker:   b,
		messages: make(chan string, buffer),
		done:     make(chan struct{}),
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		close(s.done)
	} else {
		b.subs[s] = struct{}{}
	}
	return s
}

// Publish sends a message to all who have room for it, and reports to how many.
func (b *Broker) Publish(message string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for s := range b.subs {
		select {
		case s.messages <- message:
			n++
		default: // a slow subscriber misses messages
		}
	}
	return n
}

// Close ends all subscriptions.
func (b *Broker) Close() {
	b.mu.Lock()
	subs := b.subs
	b.subs, b.closed = nil, true
	b.mu.Unlock()
	for s := range subs {
		s.end()
	}
}

// Messages returns the channel that messages come by. It is never closed: see Done.
func (s *Subscription) Messages() <-chan string { return s.messages }

// Done returns a channel that is closed when the subscription has ended.
func (s *Subscription) Done() <-chan struct{} { return s.done }

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() {
	s.broker.mu.Lock()
	delete(s.broker.subs, s)
	s.broker.mu.Unlock()
	s.end()
}

func (s *Subscription) end() {
	select {
	case <-s.done: // ended already
	default:
		close(s.done)
	}
}
