package latesend

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A list is a supplier that answers from its price list.
type list struct {
	name   string
	prices map[string]int
}

func (l list) Name() string { return l.name }

func (l list) Price(_ context.Context, article string) (int, error) {
	if cents, ok := l.prices[article]; ok {
		return cents, nil
	}
	return 0, errors.New("unknown article")
}

// Nobody is a supplier that never answers.
type nobody struct{}

func (nobody) Name() string { return "nobody" }

func (nobody) Price(ctx context.Context, _ string) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

func TestBest(t *testing.T) {
	north := list{"north", map[string]int{"nail": 5, "hammer": 900}}
	south := list{"south", map[string]int{"nail": 4}}
	tests := []struct {
		name      string
		patience  time.Duration
		suppliers []Supplier
		article   string
		want      Quote
	}{
		{"the lower price", time.Minute, []Supplier{north, south}, "nail", Quote{"south", 4}},
		{"the only price", time.Minute, []Supplier{north, south}, "hammer", Quote{"north", 900}},
		{"nobody is in time", 20 * time.Millisecond, []Supplier{nobody{}, nobody{}}, "nail", Quote{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := NewDesk(tt.patience, tt.suppliers...).Best(t.Context(), tt.article)
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if none := tt.want == (Quote{}); errors.Is(err, ErrNoQuote) != none {
				t.Errorf("error %v", err)
			}
		})
	}
}
