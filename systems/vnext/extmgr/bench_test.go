package extmgr_test

import (
	"fmt"
	"testing"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// BenchmarkSyncReport takes reports of 1,000 extents of a node that reported the
// same ones, or mostly others, before.
func BenchmarkSyncReport(b *testing.B) {
	for _, churn := range []int{0, 900} {
		b.Run(fmt.Sprintf("changed=%d", churn), func(b *testing.B) {
			f := newFixture(b, testConfig())
			f.heartbeat("en0", 1)
			reports := [2]*SyncReport{
				{Header: Header{From: "en0", Inc: 1}, Extents: manyExtents(0, 1000)},
				{Header: Header{From: "en0", Inc: 1}, Extents: manyExtents(churn, 1000)},
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				report := reports[i%2]
				report.Seq = uint64(i) + 1
				f.ProcessMessage(report)
			}
		})
	}
}

// BenchmarkRepairTick scans 10,000 extents on 50 nodes, of which none or 100 lack
// a replica; the tasks of each tick fail before the next.
func BenchmarkRepairTick(b *testing.B) {
	for _, lacking := range []int{0, 100} {
		b.Run(fmt.Sprintf("lacking=%d", lacking), func(b *testing.B) {
			f := newFixture(b, testConfig())
			extents := manyExtents(0, 10_000)
			for n := range 50 {
				var report []ExtentInfo
				for i, e := range extents {
					for r := range 3 {
						if (i+r*17)%50 == n && (r > 0 || i >= lacking) {
							report = append(report, e)
						}
					}
				}
				node := NodeID(fmt.Sprintf("en%02d", n))
				f.heartbeat(node, 1)
				f.sync(node, 1, 1, report...)
			}
			b.ReportAllocs()
			for b.Loop() {
				f.ProcessEvent(RepairTick)
				for _, s := range f.outbox {
					task := s.msg.(*RepairTask)
					f.ProcessMessage(&RepairAck{Header: Header{From: s.to.Node, Inc: 1}, Task: task.Task, Outcome: RepairFailed})
				}
				if len(f.outbox) != lacking {
					b.Fatalf("sent %d tasks, want %d", len(f.outbox), lacking)
				}
				f.outbox = f.outbox[:0]
			}
		})
	}
}

func manyExtents(from, n int) []ExtentInfo {
	extents := make([]ExtentInfo, n)
	for i := range extents {
		extents[i] = info(fmt.Sprintf("extent-%08d", from+i), 1)
	}
	return extents
}
