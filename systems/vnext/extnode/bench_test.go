package extnode_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// BenchmarkCopy is a life as a tester repeats it: two nodes start, and one copies
// an extent of two pieces from the other.
func BenchmarkCopy(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		l := newLab(b, "a", "n")
		l.put("a", "x", 5, text5)
		l.order("n", 1, "x", 5, "a")
		l.run(nil)
		l.wantCopied("5")
	}
}

// BenchmarkCopyLarge copies 16 MiB in pieces of 1 MiB between two folders.
func BenchmarkCopyLarge(b *testing.B) {
	net := &pipe{}
	nodes := make(map[extmgr.NodeID]*Node)
	for _, name := range []extmgr.NodeID{"a", "n"} {
		files, err := extstore.Dir(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		store, err := extstore.Open(files, extstore.Config{})
		if err != nil {
			b.Fatal(err)
		}
		if nodes[name], err = New(Config{Self: name}, store, net, nil); err != nil {
			b.Fatal(err)
		}
	}
	data := strings.Repeat("0123456789abcdef", 1<<20)
	nodes["a"].ProcessMessage(putOf("x", 1, data))
	n, x := nodes["n"], uint64(0)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		x++
		n.ProcessMessage(task(x, "x", 1, "a"))
		for ; len(*net) > 0; *net = (*net)[1:] {
			if to := nodes[(*net)[0].to.Node]; to != nil {
				to.ProcessMessage((*net)[0].msg)
			}
		}
		if held := n.Snapshot().Held; len(held) != 1 {
			b.Fatal("nothing was copied")
		}
		n.ProcessMessage(dropX(1))
	}
}

// pipe is a network that delivers when it is told to.
type pipe []sent

func (p *pipe) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	*p = append(*p, sent{to: to, msg: m})
	return nil
}
