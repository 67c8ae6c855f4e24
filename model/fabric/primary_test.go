package fabric

import (
	"errors"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// members returns a configuration with the replicas 1 to n.
func members(n int) (c config) {
	for id := range n {
		c = c.With(member{ID: service.ReplicaID(id + 1)})
	}
	return c
}

// FuzzPrimary does to the replicator of a primary what may happen to it, and looks at what it commits and sends.
func FuzzPrimary(f *testing.F) {
	f.Add([]byte{0, 17, 2, 0, 18, 33, 0, 0, 0, 0})
	f.Add([]byte{0, 0, 3, 17, 34, 3, 0, 19, 3, 4, 35, 3})
	f.Fuzz(func(t *testing.T, steps []byte) {
		const window, least = 2, 2
		sent, held := map[service.ReplicaID]service.LSN{}, map[service.ReplicaID]service.LSN{}
		p := newPrimary(1, epoch(1), &oplog{}, least, window, func(to service.ReplicaID, msg any) {
			if r, ok := msg.(replicate); ok {
				if r.Op.LSN != sent[to]+1 || r.Epoch != epoch(1) {
					t.Fatalf("%d gets %v behind %d", to, r, sent[to])
				}
				sent[to] = r.Op.LSN
			}
		})
		p.configure(members(3), nil)
		for id := service.ReplicaID(2); id <= 3; id++ {
			p.follow(id, 0, false)
		}
		for _, b := range steps {
			before := p.committed
			switch id := service.ReplicaID(b/16)%4 + 1; b % 5 {
			case 0:
				fuzzReplicate(t, p, window)
			case 1, 2: // a secondary applies one more
				if held[id] = min(held[id]+1, sent[id]); id != p.self {
					p.ack(id, ack{epoch(1), held[id]})
				}
			case 3:
				if p.caughtUp() {
					p.settle()
				}
			case 4: // a change of the configuration
				if cur := p.cur.Without(max(id, 2)); !p.catching {
					p.configure(cur, p.cur)
				}
			}
			held[p.self] = p.log.last()
			holds := func(n service.LSN) func(service.ReplicaID) bool {
				return func(id service.ReplicaID) bool { return held[id] >= n }
			}
			switch n := p.committed; {
			case n < before || n > p.log.last():
				t.Fatalf("%d is committed behind %d of %d", n, before, p.log.last())
			case n > before && p.cur.Count(holds(n)) < p.cur.WriteQuorum(least):
				t.Fatalf("%d is committed, and of %v these hold it: %v", n, p.cur, held)
			case n > before && p.prev != nil && p.prev.Count(holds(n)) < p.prev.Majority():
				t.Fatalf("%d is committed, and of the %v before these hold it: %v", n, p.prev, held)
			}
		}
	})
}

func fuzzReplicate(t *testing.T, p *primary, window int) {
	access, last, full := p.access(), p.log.last(), int(p.log.last()-p.committed) >= window
	n, err := p.replicate([]byte{1})
	want := map[service.Access]error{
		service.AccessReconfigurationPending: service.ErrReconfigurationPending, service.AccessNoWriteQuorum: service.ErrNoWriteQuorum,
	}[access]
	if want == nil && full {
		want = service.ErrWindowFull
	}
	switch {
	case !errors.Is(err, want):
		t.Fatalf("replicate while %v: %v", access, err)
	case err == nil && (n != last+1 || p.log.last() != n), err != nil && (n != 0 || p.log.last() != last):
		t.Fatalf("replicate returns %d, %v, and the log ends at %d, behind %d", n, err, p.log.last(), last)
	}
}
