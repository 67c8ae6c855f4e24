package extmgr_test

import (
	"fmt"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// printer is a network engine that prints the orders it is given.
type printer struct{}

func (printer) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	if task, ok := m.(*extmgr.RepairTask); ok {
		fmt.Printf("%s: copy version %d of %q from %s\n", to.Node, task.Version, task.Extent[:6], task.Sources[0].Addr)
	}
	return nil
}

// A manager without timers does exactly what it is told. Here two replicas of an
// extent are wanted and one is reported.
func ExampleManager() {
	cfg := extmgr.Config{Target: 2, WarmUp: extmgr.NoWarmUp}
	m, err := extmgr.New(cfg, printer{}, extmgr.SystemClock{}, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	from := func(node extmgr.NodeID, seq uint64) extmgr.Header {
		return extmgr.Header{From: node, Inc: 1, Seq: seq}
	}
	m.ProcessMessage(&extmgr.Heartbeat{Header: from("en0", 1), Addr: "10.0.0.1:7000", FreeBytes: 1 << 40})
	m.ProcessMessage(&extmgr.Heartbeat{Header: from("en1", 1), Addr: "10.0.0.2:7000", FreeBytes: 1 << 40})
	m.ProcessMessage(&extmgr.SyncReport{
		Header:  from("en0", 2),
		Extents: []extmgr.ExtentInfo{{ID: extmgr.ExtentID([]byte("photos----------")), Version: 7, Length: 1 << 30}},
	})
	m.ProcessEvent(extmgr.RepairTick)
	fmt.Println("invariants:", m.Snapshot().Check())
	// Output:
	// en1: copy version 7 of "photos" from 10.0.0.1:7000
	// invariants: <nil>
}

// An extent node keeps its own replicas in a center and reports from it.
func ExampleExtentCenter() {
	var disk extmgr.ExtentCenter
	disk.Add("en0", extmgr.ExtentInfo{ID: extmgr.ExtentID{2}, Version: 1})
	disk.Add("en0", extmgr.ExtentInfo{ID: extmgr.ExtentID{1}, Version: 5})
	for _, e := range disk.GetSyncReport("en0") {
		fmt.Println(e.ID, e.Version)
	}
	// Output:
	// 01000000000000000000000000000000 5
	// 02000000000000000000000000000000 1
}
