package lostwakeup

import (
	"errors"
	"slices"
	"testing"
)

func newRunner(t *testing.T) *Runner {
	t.Helper()
	r := NewRunner()
	t.Cleanup(r.Close)
	return r
}

func TestJobsRunInOrder(t *testing.T) {
	for _, tt := range []struct {
		name string
		jobs []string
	}{
		{"one", []string{"a"}},
		{"three", []string{"a", "b", "c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRunner(t)
			done := make(chan string, len(tt.jobs))
			for _, job := range tt.jobs {
				if err := r.Submit(func() { done <- job }); err != nil {
					t.Fatalf("job %s: %v", job, err)
				}
			}
			var got []string
			for range tt.jobs {
				got = append(got, <-done)
			}
			if !slices.Equal(got, tt.jobs) {
				t.Errorf("ran %v, want %v", got, tt.jobs)
			}
		})
	}
}

func TestCloseRunsWhatIsLeft(t *testing.T) {
	r := NewRunner()
	ran := 0
	for range 3 {
		if err := r.Submit(func() { ran++ }); err != nil {
			t.Fatal(err)
		}
	}
	r.Close()
	if ran != 3 {
		t.Errorf("%d jobs ran, want 3", ran)
	}
	if err := r.Submit(func() { t.Error("a job ran after Close") }); !errors.Is(err, ErrClosed) {
		t.Errorf("error %v, want %v", err, ErrClosed)
	}
}
