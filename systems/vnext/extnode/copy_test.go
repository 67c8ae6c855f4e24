package extnode_test

import (
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

const longText = "an extent of several pieces"

// wantCopied checks that n has a good copy of x and has said so.
func (l *lab) wantCopied(version string) {
	l.tb.Helper()
	if got := l.answers(); got != "1.1 done" {
		l.tb.Errorf("answers: %q", got)
	}
	if got := l.holds("n"); got != "x"+version {
		l.tb.Errorf("n holds %q, want x%s", got, version)
	}
	l.wantIdle()
}

// wantFailed checks that n has given up on x and has said so.
func (l *lab) wantFailed() {
	l.tb.Helper()
	if got := l.answers(); got != "1.1 failed" {
		l.tb.Errorf("answers: %q", got)
	}
	if got := l.holds("n"); got != "" {
		l.tb.Errorf("n holds %q", got)
	}
	l.wantIdle()
}

func (l *lab) wantIdle() {
	l.tb.Helper()
	if copies, temps := l.machines["n"].Snapshot().Copies, l.temps("n"); len(copies) > 0 || len(temps) > 0 {
		l.tb.Errorf("in progress: %v; unfinished files: %q", copies, temps)
	}
}

// Extents of all lengths around a block and a piece are copied.
func TestCopy(t *testing.T) {
	for n := range len(longText) {
		l := newLab(t, "a", "n")
		l.put("a", "x", 5, longText[:n])
		l.order("n", 1, "x", 5, "a")
		pieces := 0
		l.run(func(m extmgr.Message) extmgr.Message {
			if _, ok := m.(*CopyResponse); ok {
				pieces++
			}
			return m
		})
		l.wantCopied("5")
		if want := max(1, (n+chunk-1)/chunk); pieces != want {
			t.Errorf("%d bytes came in %d pieces, want %d", n, pieces, want)
		}
	}
}

// An older replica is replaced.
func TestCopyReplaces(t *testing.T) {
	l := newLab(t, "a", "n")
	l.put("n", "x", 4, "an older text, which is longer than the newer one")
	l.put("a", "x", 5, longText)
	l.order("n", 1, "x", 5, "a")
	l.run(nil)
	l.wantCopied("5")
}

// Two extents are copied at the same time, and a third one is refused.
func TestMaxCopies(t *testing.T) {
	l := newLab(t, "a", "n")
	for i, x := range []string{"x", "y", "z"} {
		l.put("a", x, 1, longText)
		l.order("n", uint64(i+1), x, 1, "a")
	}
	l.run(nil)
	if got := l.answers(); got != "1.3 failed, 1.1 done, 1.2 done" {
		t.Errorf("answers: %q", got)
	}
	if got := l.holds("n"); got != "x1 y1" {
		t.Errorf("n holds %q", got)
	}
}

// faults are what may be wrong with what a source sends. What is nil was lost.
var faults = map[string]func(*CopyResponse) *CopyResponse{
	"lost":      func(*CopyResponse) *CopyResponse { return nil },
	"not held":  func(r *CopyResponse) *CopyResponse { return failing(r, CopyNotHeld) },
	"older":     func(r *CopyResponse) *CopyResponse { return failing(r, CopyOlder) },
	"damaged":   func(r *CopyResponse) *CopyResponse { return failing(r, CopyDamaged) },
	"unknown":   func(r *CopyResponse) *CopyResponse { return failing(r, 99) },
	"wrong crc": func(r *CopyResponse) *CopyResponse { r.CRC++; return r },
	"flipped":   func(r *CopyResponse) *CopyResponse { r.Data = flip(r.Data); return r },
	"forged": func(r *CopyResponse) *CopyResponse {
		r.Data = flip(r.Data) // only the checksum of the whole can tell
		r.CRC = extstore.Checksum(r.Data)
		return r
	},
	"short":         func(r *CopyResponse) *CopyResponse { return cut(r, r.Data[:len(r.Data)-1]) },
	"long":          func(r *CopyResponse) *CopyResponse { return cut(r, append(r.Data, '!')) },
	"empty":         func(r *CopyResponse) *CopyResponse { return cut(r, nil) },
	"older version": func(r *CopyResponse) *CopyResponse { r.Info.Version = 4; return r },
	"other extent":  func(r *CopyResponse) *CopyResponse { r.Info.ID = extent("y"); return r },
	"other length":  func(r *CopyResponse) *CopyResponse { r.Info.Length++; return r },
	"no length":     func(r *CopyResponse) *CopyResponse { r.Info.Length = -1; return r },
	"other crc":     func(r *CopyResponse) *CopyResponse { r.Info.CRC32C++; return r },
}

func failing(r *CopyResponse, why CopyError) *CopyResponse {
	r.Data, r.CRC, r.Info, r.Err = nil, 0, extmgr.ExtentInfo{}, why
	return r
}

func cut(r *CopyResponse, data []byte) *CopyResponse {
	r.Data, r.CRC = data, extstore.Checksum(data)
	return r
}

func flip(data []byte) []byte {
	flipped := []byte(string(data))
	flipped[0] ^= 1
	return flipped
}

// Whatever goes wrong with one source, at whatever piece, the next one is asked,
// and nothing bad is committed. Without another source the copy fails.
func TestSourceFails(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			for at := int64(0); at < int64(len(longText)); at += chunk {
				for _, sources := range [][]extmgr.NodeID{{"a"}, {"a", "b"}, {"a", "n", "b"}} {
					l := newLab(t, "a", "b", "n")
					l.put("a", "x", 5, longText)
					l.put("b", "x", 5, longText)
					l.order("n", 1, "x", 5, sources...)
					hook := func(m extmgr.Message) extmgr.Message {
						r, ok := m.(*CopyResponse)
						if !ok || r.From != "a" || r.Off != at {
							return m
						}
						changed := *r
						if r = fault(&changed); r == nil {
							return nil
						}
						return r
					}
					l.run(hook)
					for range 2 {
						l.machines["n"].ProcessEvent(CopyTick)
						l.run(hook)
					}
					if len(sources) == 1 {
						l.wantFailed()
					} else {
						l.wantCopied("5")
					}
				}
			}
		})
	}
}

// A source that the network knows no way to is skipped at once.
func TestNoWayToSource(t *testing.T) {
	l := newLab(t, "a", "b", "n")
	l.put("b", "x", 5, longText)
	l.refuse["a"] = true
	l.order("n", 1, "x", 5, "a", "b")
	l.run(nil)
	l.wantCopied("5")

	l = newLab(t, "n")
	l.refuse["a"], l.refuse["b"] = true, true
	l.order("n", 1, "x", 5, "a", "b")
	l.wantFailed()
}

// A copy times out after a whole period without a piece, and not before.
func TestTimeOut(t *testing.T) {
	l := newLab(t, "a", "n")
	l.put("a", "x", 5, longText)
	n := l.machines["n"]
	l.order("n", 1, "x", 5, "a")
	for len(l.wire) > 0 { // one tick for each piece
		l.deliver(l.take())
		n.ProcessEvent(CopyTick)
		if len(l.wire) > 0 {
			l.deliver(l.take())
		}
	}
	l.wantCopied("5")

	l.put("a", "x", 6, longText)
	l.order("n", 2, "x", 6, "a")
	l.wire = nil
	n.ProcessEvent(CopyTick)
	if got := l.answers(); got != "" {
		t.Errorf("after one period: %q", got)
	}
	n.ProcessEvent(CopyTick)
	if got := l.answers(); got != "1.2 failed" {
		t.Errorf("after two periods: %q", got)
	}
	if got := l.holds("n"); got != "x5" {
		t.Errorf("n holds %q", got)
	}
}

// The node is twice as patient after each time-out, up to a bound, until a copy
// succeeds.
func TestPatience(t *testing.T) {
	l := newLab(t, "a", "n")
	n := l.machines["n"]
	l.put("a", "x", 5, longText)
	number := uint64(0)
	ticks := func() (count int) {
		number++
		l.order("n", number, "x", 5, "a")
		for l.answers() == "" {
			n.ProcessEvent(CopyTick)
			l.wire = nil
			count++
		}
		return count
	}
	for i, want := range []int{2, 3, 5, 9, 17, 17} {
		if got := ticks(); got != want {
			t.Errorf("time-out %d takes %d ticks, want %d", i, got, want)
		}
	}
	number++
	l.order("n", number, "x", 5, "a")
	l.run(nil)
	if got := l.holds("n"); got != "x5" {
		t.Fatalf("n holds %q", got)
	}
	n.ProcessMessage(dropX(5))
	l.inbox = nil
	if got := ticks(); got != 2 {
		t.Errorf("after a success a time-out takes %d ticks", got)
	}
}

// Each source has all of the node's patience.
func TestPatienceWithEach(t *testing.T) {
	l := newLab(t, "a", "b", "n")
	l.order("n", 1, "x", 5, "a", "b")
	count := 0
	for l.answers() == "" {
		l.machines["n"].ProcessEvent(CopyTick)
		l.wire = nil
		count++
	}
	if count != 2+3 {
		t.Errorf("the copy fails after %d ticks, want 5", count)
	}
}
