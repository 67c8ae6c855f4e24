package timerstop

import (
	"slices"
	"testing"
	"time"
)

func TestEveryEventArrives(t *testing.T) {
	for _, tt := range []struct {
		name   string
		size   int
		events []string
	}{
		{"no event", 2, nil},
		{"a full batch", 2, []string{"a", "b"}},
		{"an event is left", 2, []string{"a", "b", "c"}},
		{"batches of one", 1, []string{"a", "b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := NewBatcher(tt.size, 50*time.Millisecond)
			t.Cleanup(b.Close) // once more: it does nothing
			received := make(chan []string)
			go func() {
				var events []string
				for batch := range b.Batches() {
					events = append(events, batch...)
				}
				slices.Sort(events) // batches may overtake each other
				received <- events
			}()
			for _, e := range tt.events {
				if !b.Add(e) {
					t.Fatalf("event %s was refused", e)
				}
			}
			b.Close()
			if got := <-received; !slices.Equal(got, tt.events) {
				t.Errorf("received %v, want %v", got, tt.events)
			}
			if b.Add("late") {
				t.Error("a closed batcher took an event")
			}
		})
	}
}
