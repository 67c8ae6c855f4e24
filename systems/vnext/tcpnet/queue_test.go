package tcpnet

import (
	"errors"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

func from(node extmgr.NodeID, seq uint64) extmgr.Header {
	return extmgr.Header{From: node, Inc: 1, Seq: seq}
}

func seqs(q *queue) (got []uint64) {
	for m := q.take(); m != nil; m = q.take() {
		got = append(got, m.Head().Seq)
	}
	return got
}

func equal(a, b []uint64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestQueueSupersedes: a newer statement takes the older one's place, so a first
// heartbeat stays ahead of the first report.
func TestQueueSupersedes(t *testing.T) {
	q := newQueue(4, 1000)
	for _, m := range []extmgr.Message{
		&extmgr.Heartbeat{Header: from("a", 1)},
		&extmgr.SyncReport{Header: from("a", 2)},
		&extmgr.RepairAck{Header: from("a", 3)},
		&extmgr.Heartbeat{Header: from("b", 4)},
		&extmgr.Heartbeat{Header: from("a", 5)},
		&extmgr.SyncReport{Header: from("a", 6)},
	} {
		if err := q.put(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.put(&extmgr.RepairAck{}); !errors.Is(err, ErrQueueFull) {
		t.Errorf("a fifth message: %v", err)
	}
	if got, want := seqs(q), []uint64{5, 6, 3, 4}; !equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestQueueBytes(t *testing.T) {
	q := newQueue(100, 10)
	piece := func(seq uint64, n int) error {
		return q.put(&extnode.CopyResponse{Header: from("a", seq), Data: make([]byte, n)})
	}
	if err := piece(1, 11); err != nil {
		t.Errorf("one that alone is too large: %v", err)
	}
	if err := piece(2, 1); !errors.Is(err, ErrQueueFull) {
		t.Errorf("behind it: %v", err)
	}
	q.take()
	for seq, n := range []int{4, 6} {
		if err := piece(uint64(seq), n); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if err := piece(9, 1); !errors.Is(err, ErrQueueFull) {
		t.Errorf("one byte too many: %v", err)
	}
	if err := q.put(&extmgr.Heartbeat{Header: from("a", 3)}); err != nil {
		t.Errorf("no payload: %v", err)
	}
	if n := q.dropStale(); n != 2 || q.bytes != 0 {
		t.Errorf("%d stale messages were dropped, %d bytes are left: want 2 and 0", n, q.bytes)
	}
	if got := seqs(q); !equal(got, []uint64{3}) {
		t.Errorf("left are %v", got)
	}
}
