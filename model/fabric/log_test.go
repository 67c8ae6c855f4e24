package fabric

import (
	"slices"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
)

func epoch(conf int64) service.Epoch { return service.Epoch{DataLoss: 1, Conf: conf} }

// logOf returns a log with operations of these epochs, of which some came by a copy.
func logOf(base int, confs ...int64) *oplog {
	l := &oplog{}
	var copied []service.Epoch
	for _, e := range confs[:base] {
		copied = append(copied, epoch(e))
	}
	l.reset(copied)
	for _, e := range confs[base:] {
		l.append(operation{l.last() + 1, epoch(e), ""})
	}
	return l
}

func TestLogs(t *testing.T) {
	for _, tt := range []struct {
		name          string
		p, q          *oplog
		compare       int
		extends, back bool // p has q's operations to go on from, and q p's
		common        service.LSN
	}{
		{"both are empty", logOf(0), logOf(0), 0, true, true, 0},
		{"the longer one knows more", logOf(0, 1, 1), logOf(0, 1), 1, true, false, 1},
		{"the newer epoch knows more", logOf(0, 1, 2), logOf(0, 1, 1, 1), 1, false, false, 1},
		{"the same end", logOf(0, 1, 2), logOf(0, 1, 2), 0, true, true, 2},
		{"a copy cannot go on from before its end", logOf(2, 1, 1, 1), logOf(0, 1), 2, false, false, 1},
		{"a copy goes on from its end", logOf(2, 1, 1, 1), logOf(0, 1, 1), 1, true, false, 2},
		{"they part in the middle", logOf(0, 1, 2, 2), logOf(0, 1, 1, 2), 0, false, false, 1},
	} {
		p, q := tt.p.progress(), tt.q.progress()
		if got := p.compare(q); sign(got) != sign(tt.compare) || sign(q.compare(p)) != -sign(tt.compare) {
			t.Errorf("%s: compare is %d, and %d the other way round", tt.name, got, q.compare(p))
		}
		if p.extends(q) != tt.extends || q.extends(p) != tt.back {
			t.Errorf("%s: extends is %t, and %t the other way round", tt.name, p.extends(q), q.extends(p))
		}
		if got := tt.p.common(q.Epochs); got != tt.common || tt.q.common(p.Epochs) != got {
			t.Errorf("%s: they have %d operations in common, and %d", tt.name, got, tt.q.common(p.Epochs))
		}
	}
}

func sign(n int) int { return max(-1, min(n, 1)) }

// FuzzKept does things to a log, and compares it with what is kept of it.
func FuzzKept(f *testing.F) {
	f.Add([]byte{0, 0, 2, 1, 0, 3, 0})
	f.Add([]byte{3, 0, 0, 2, 0, 7, 0, 6})
	f.Fuzz(func(t *testing.T, ops []byte) {
		var v vault
		v.Apply(keepEmpty{})
		l := &oplog{keep: func(op any) { v.Apply(op) }}
		e := int64(1)
		for _, b := range ops {
			switch b % 4 {
			case 0:
				l.append(operation{l.last() + 1, epoch(e), string(rune(b))})
			case 1:
				e++
			case 2:
				was, to := l.clone(), service.LSN(b/4)
				l.cut(to)
				if end := max(min(was.last(), to), was.base); l.last() != end || was.common(l.epochs) != end {
					t.Fatalf("cut(%d) leaves %d of %d operations, %d by a copy", to, l.last(), was.last(), was.base)
				}
			case 3:
				l.reset(l.epochs[:min(int(b/4), len(l.epochs))])
			}
			if l.base != v.Log.base || !slices.Equal(l.epochs, v.Log.epochs) || !slices.Equal(l.ops, v.Log.ops) || !v.Whole {
				t.Fatalf("%v is kept as %v", l, v.Log)
			}
			if int(l.base)+len(l.ops) != len(l.epochs) || !slices.IsSortedFunc(l.epochs, service.Epoch.Compare) {
				t.Fatalf("the invariant does not hold: %v", l)
			}
			for n := l.base + 1; n <= l.last(); n++ {
				if op := l.at(n); op.LSN != n || op.Epoch != l.epochs[n-1] {
					t.Fatalf("operation %d is %v", n, op)
				}
			}
		}
	})
}
