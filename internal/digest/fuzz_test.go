package digest

import "testing"

// grown is built from fuzz bytes: trees, shared nodes and cycles.
type grown struct {
	num  int32
	text string
	kids []grown
	next *grown
	m    map[string]*grown
	keys map[*grown]uint8
	any  any
}

// grower builds the same value each time from the same bytes, except that the
// leaf number change holds another number.
type grower struct {
	data   []byte
	change int
	leaves int
	nodes  []*grown
}

func (g *grower) byte() byte {
	if len(g.data) == 0 {
		return 0
	}
	b := g.data[0]
	g.data = g.data[1:]
	return b
}

func (g *grower) leaf() int32 {
	n := int32(g.byte() % 4)
	if g.leaves == g.change {
		n += 100
	}
	g.leaves++
	return n
}

func (g *grower) node(depth int) *grown {
	if b := g.byte(); len(g.nodes) > 0 && (b%4 == 3 || depth > 8) {
		return g.nodes[int(b/4)%len(g.nodes)]
	}
	n := new(grown)
	g.nodes = append(g.nodes, n)
	g.fill(n, depth)
	return n
}

func (g *grower) fill(n *grown, depth int) {
	n.num = g.leaf()
	n.text = "texts"[:g.byte()%6]
	if len(g.data) == 0 || depth > 8 {
		return
	}
	shape := g.byte()
	if shape&1 != 0 {
		n.kids = make([]grown, g.byte()%3)
		for i := range n.kids {
			g.fill(&n.kids[i], depth+1)
		}
	}
	if shape&2 != 0 {
		n.next = g.node(depth + 1)
	}
	if shape&4 != 0 {
		n.m = map[string]*grown{}
		for i := range g.byte() % 4 {
			n.m["key"[:i]] = g.node(depth + 1)
		}
	}
	if shape&8 != 0 {
		n.keys = map[*grown]uint8{}
		for range g.byte() % 4 {
			n.keys[g.node(depth+1)] = g.byte() % 2
		}
	}
	switch shape >> 4 % 4 {
	case 1:
		n.any = g.leaf()
	case 2:
		n.any = g.node(depth + 1)
	case 3:
		n.any = []any{g.leaf(), n.next}
	}
}

func grow(data []byte, change int) (*grown, int) {
	g := &grower{data: data, change: change}
	n := g.node(0)
	return n, g.leaves
}

// FuzzValue: equal structures have equal digests, and a change in any place
// changes the digest.
func FuzzValue(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x0f\x02\x01\x03\x05\x08\x09"))
	f.Add([]byte("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"))
	f.Add([]byte{0, 1, 5, 0xff, 2, 1, 1, 1, 2, 2, 2, 3, 7, 0xff, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0xfb, 3, 7, 11})
	f.Fuzz(func(t *testing.T, data []byte) {
		data = data[:min(len(data), 300)]
		var e Env
		v, leaves := grow(data, -1)
		want := e.Value(v)
		for range 3 {
			again, _ := grow(data, -1)
			if got := e.Value(again); got != want {
				t.Fatalf("an equal value has another digest: %v, %v", got, want)
			}
		}
		for k := range leaves {
			if changed, _ := grow(data, k); e.Value(changed) == want {
				t.Errorf("changing leaf %d of %d does not change the digest", k, leaves)
			}
		}
		var r Reach
		if s := r.Add("A", v); s != nil {
			t.Fatal(s)
		}
		other, _ := grow(data, -1)
		if s := r.Add("B", other); s != nil {
			t.Errorf("two separate values: %v", s)
		}
		if r.Add("B", v) == nil {
			t.Error("one value with two owners is not found")
		}
	})
}
