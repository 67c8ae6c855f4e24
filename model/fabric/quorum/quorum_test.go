package quorum_test

import (
	"slices"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/quorum"
	"github.com/ravelgo/ravel/model/fabric/service"
)

type config = quorum.Config[string]

// of returns the configuration of the replicas whose bits are set: bit 0 is replica 1.
func of(bits int) (c config) {
	for i := range 8 {
		if bits>>i&1 == 1 {
			c = append(c, quorum.Member[string]{ID: service.ReplicaID(i + 1)})
		}
	}
	return c
}

func in(bits int) func(service.ReplicaID) bool {
	return func(id service.ReplicaID) bool { return bits>>(id-1)&1 == 1 }
}

// A configuration is a set, in the order of IDs, and a change leaves the one that it was made from alone.
func TestChanges(t *testing.T) {
	c := config{{ID: 2, Node: "b"}, {ID: 5, Node: "e"}}
	d := c.With(quorum.Member[string]{ID: 3, Node: "c"})
	e := d.Without(2)
	for _, test := range []struct{ got, want config }{
		{c, config{{ID: 2, Node: "b"}, {ID: 5, Node: "e"}}},
		{d, config{{ID: 2, Node: "b"}, {ID: 3, Node: "c"}, {ID: 5, Node: "e"}}},
		{e, config{{ID: 3, Node: "c"}, {ID: 5, Node: "e"}}},
		{e.Without(4), e},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%v, want %v", test.got, test.want)
		}
	}
	if !d.Has(3) || c.Has(3) || config(nil).Has(0) {
		t.Error("Has does not say who is in the configuration")
	}
}

// Each number is as small as it can be: two majorities meet, a read quorum meets each majority, and one less need not.
func TestNumbers(t *testing.T) {
	for n := 1; n <= 8; n++ {
		c := of(1<<n - 1)
		if m := c.Majority(); 2*m <= n || 2*(m-1) > n {
			t.Errorf("%d are a majority of %d", m, n)
		}
		if c.Majority()+c.ReadQuorum() != n+1 {
			t.Errorf("of %d, a majority of %d and a read quorum of %d need not meet, or are too many", n, c.Majority(), c.ReadQuorum())
		}
		for least := range n + 1 {
			if w := c.WriteQuorum(least); w != max(least, c.Majority()) {
				t.Errorf("the write quorum of %d is %d, and at least %d are asked for", n, w, least)
			}
		}
	}
}

func TestHeldBy(t *testing.T) {
	held := []service.LSN{5, 3, 7}
	for i, want := range []service.LSN{7, 5, 3, 0} {
		if got := of(7).HeldBy(i+1, func(id service.ReplicaID) service.LSN { return held[id-1] }); got != want {
			t.Errorf("%d of 3 hold %d, and not %d", i+1, want, got)
		}
	}
}

// All configurations of up to four replicas, each followed by every other one, whoever holds an operation and whoever
// is heard: if it is committed, somebody who is heard holds it; and if it is not, that need not be so.
func TestCommittedIsRead(t *testing.T) {
	const all = 1 << 4
	checks, doubts := 0, 0
	for cur := 1; cur < all; cur++ {
		for prev := range all {
			inForce := []config{of(cur)}
			before := config(nil)
			if prev != 0 {
				before = of(prev)
				inForce = append(inForce, before)
			}
			for holders := range all {
				holds := func(id service.ReplicaID) service.LSN {
					if in(holders)(id) {
						return 1
					}
					return 0
				}
				committed := quorum.Committed(of(cur), of(cur).Majority(), before, holds) == 1
				missed := false
				for heard := range all {
					read := quorum.ReadBy(inForce, in(heard))
					missed = missed || read && heard&holders == 0
					if checks++; committed && read && heard&holders == 0 {
						t.Fatalf("configuration %04b behind %04b: %04b hold an operation, which is committed, and %04b are enough to elect", cur, prev, holders, heard)
					}
				}
				if !committed && missed {
					doubts++
				}
			}
		}
	}
	if checks != 15*16*16*16 || doubts == 0 {
		t.Errorf("%d checks, and %d operations that are not committed and can be missed", checks, doubts)
	}
}

// Committed asks for as many as it is told, and for the configuration before only if there is one.
func TestCommitted(t *testing.T) {
	held := []service.LSN{9, 8, 4, 6}
	holds := func(id service.ReplicaID) service.LSN { return held[id-1] }
	for _, test := range []struct {
		cur, need, prev int
		want            service.LSN
	}{
		{0b0011, 2, 0, 8},
		{0b0111, 2, 0, 8},
		{0b0111, 3, 0, 4},
		{0b0011, 2, 0b1100, 4},
		{0b0011, 2, 0b1001, 6},
		{0b0001, 2, 0, 0}, // too few
	} {
		prev := config(nil)
		if test.prev != 0 {
			prev = of(test.prev)
		}
		if got := quorum.Committed(of(test.cur), test.need, prev, holds); got != test.want {
			t.Errorf("%d of %04b behind %04b: %d is committed, want %d", test.need, test.cur, test.prev, got, test.want)
		}
	}
}
