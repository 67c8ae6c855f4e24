package doubleclose

import (
	"sync"
	"testing"
)

func TestBroker(t *testing.T) {
	t.Run("messages", func(t *testing.T) {
		b := NewBroker()
		t.Cleanup(b.Close)
		s := b.Subscribe(1)
		if n := b.Publish("first"); n != 1 {
			t.Errorf("%d subscribers got the first message, want 1", n)
		}
		if n := b.Publish("second"); n != 0 {
			t.Errorf("%d subscribers got the second message, want 0: there is no room", n)
		}
		if got := <-s.Messages(); got != "first" {
			t.Errorf("got %q", got)
		}
		s.Close()
		s.Close()
		if n := b.Publish("third"); n != 0 {
			t.Errorf("%d subscribers got the third message, want 0", n)
		}
	})
	// Subscribers go when they like, also while the broker shuts down.
	for name, subscribers := range map[string]int{"one leaves": 1, "two leave": 2} {
		t.Run(name, func(t *testing.T) {
			b := NewBroker()
			var wg sync.WaitGroup
			for range subscribers {
				s := b.Subscribe(4)
				wg.Go(func() {
					select {
					case <-s.Messages():
						s.Close()
					case <-s.Done():
					}
				})
			}
			b.Publish("bye")
			b.Close()
			wg.Wait()
			select {
			case <-b.Subscribe(1).Done():
			default:
				t.Error("a closed broker took a subscription")
			}
		})
	}
}
