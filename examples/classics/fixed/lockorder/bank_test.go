package lockorder

import (
	"errors"
	"sync"
	"testing"
)

type transfer struct {
	from, to string
	amount   int64
}

func TestTransfers(t *testing.T) {
	tests := []struct {
		name      string
		transfers []transfer // at the same time
		want      map[string]int64
		wantErr   error
	}{
		{
			name:      "same direction",
			transfers: []transfer{{"alice", "bob", 10}, {"alice", "bob", 20}},
			want:      map[string]int64{"alice": 70, "bob": 130, "carol": 100},
		},
		{
			name:      "there and back",
			transfers: []transfer{{"alice", "bob", 10}, {"bob", "alice", 30}},
			want:      map[string]int64{"alice": 120, "bob": 80, "carol": 100},
		},
		{
			name:      "all to one",
			transfers: []transfer{{"alice", "carol", 50}, {"bob", "carol", 50}},
			want:      map[string]int64{"alice": 50, "bob": 50, "carol": 200},
		},
		{
			name:      "too much",
			transfers: []transfer{{"alice", "bob", 101}},
			want:      map[string]int64{"alice": 100, "bob": 100, "carol": 100},
			wantErr:   ErrFunds,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bank := Open(map[string]int64{"alice": 100, "bob": 100, "carol": 100})
			var wg sync.WaitGroup
			for _, tr := range tt.transfers {
				wg.Go(func() {
					if err := bank.Transfer(tr.from, tr.to, tr.amount); !errors.Is(err, tt.wantErr) {
						t.Errorf("%s to %s: %v", tr.from, tr.to, err)
					}
				})
			}
			wg.Wait()
			for id, want := range tt.want {
				if got, err := bank.Balance(id); err != nil || got != want {
					t.Errorf("%s has %d, %v; want %d", id, got, err, want)
				}
			}
		})
	}
}
