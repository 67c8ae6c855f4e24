package extmgr_test

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

var _ Logger = (*slog.Logger)(nil)

func TestSystemTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ticks atomic.Int64
		stop := SystemTimers{}.Every(time.Second, RepairTick, func(e InternalEvent) {
			if e != RepairTick {
				t.Errorf("got %v", e)
			}
			ticks.Add(1)
		})
		time.Sleep(3500 * time.Millisecond)
		stop()
		time.Sleep(time.Minute)
		if got := ticks.Load(); got != 3 {
			t.Errorf("%d ticks, want 3", got)
		}
	})
}

// counter is an engine that counts.
type counter struct{ sent atomic.Int64 }

func (c *counter) SendMessage(Endpoint, Message) error {
	c.sent.Add(1)
	return nil
}

// TestManagerWithTimers runs a manager as production does: on the system's clock
// and timers, its silent node expires and its extent is repaired without a call.
func TestManagerWithTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := new(counter)
		m, err := New(Config{Target: 2}, net, SystemClock{}, SystemTimers{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		beat := func(node NodeID) { m.ProcessMessage(&Heartbeat{Header: Header{From: node, Inc: 1}}) }
		beat("en0")
		beat("en1")
		m.ProcessMessage(&SyncReport{Header: Header{From: "en0", Inc: 1, Seq: 1}, Extents: []ExtentInfo{info("x", 1)}})
		for range 66 { // 330 s: beyond the warm-up of 315 s
			time.Sleep(5 * time.Second)
			beat("en0")
			beat("en1")
		}
		synctest.Wait()
		if got := net.sent.Load(); got != 1 {
			t.Errorf("sent %d tasks, want 1", got)
		}
		time.Sleep(21 * time.Second)
		synctest.Wait()
		if v := m.Snapshot(); len(v.Nodes) != 0 || len(v.Extents) != 0 || len(v.Pending) != 0 {
			t.Errorf("after 21s of silence: %+v", v)
		}
	})
}

// TestConcurrentCalls is for the race detector.
func TestConcurrentCalls(t *testing.T) {
	cfg := testConfig()
	m, err := New(cfg, new(counter), SystemClock{}, SystemTimers{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var wg sync.WaitGroup
	for _, node := range []NodeID{"en0", "en1", "en2"} {
		wg.Go(func() {
			for seq := range uint64(200) {
				h := Header{From: node, Inc: 1, Seq: seq + 1}
				m.ProcessMessage(&Heartbeat{Header: h})
				m.ProcessMessage(&SyncReport{Header: h, Extents: []ExtentInfo{info(string(node), seq)}})
				m.ProcessEvent(RepairTick)
				m.ProcessEvent(ExpirationTick)
				if err := m.Snapshot().Check(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
