package extmgr_test

import (
	"errors"
	"testing"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// TestCheck breaks each invariant in a view that satisfies all of them.
func TestCheck(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*View)
		want  string // "" for none
	}{
		{"untouched", func(*View) {}, ""},
		{"holder is unknown", func(v *View) { v.Nodes = v.Nodes[1:] }, "I1"},
		{"target is unknown", func(v *View) { v.Nodes = v.Nodes[:1] }, "I2"},
		{"pair only by extent", func(v *View) { v.Held = nil }, "I3"},
		{"pair only by node", func(v *View) { v.Extents = nil }, "I3"},
		{"empty by extent", func(v *View) { v.Extents = append(v.Extents, Holders{Extent: extent("y")}) }, "I3"},
		{"empty by node", func(v *View) { v.Held = append(v.Held, Holding{Node: "en1"}) }, "I3"},
		{"wrong extent", func(v *View) { v.Extents[0].Replicas[0].Info.ID = extent("y") }, "I3"},
		{"replica twice", func(v *View) {
			v.Extents[0].Replicas = append(v.Extents[0].Replicas, v.Extents[0].Replicas[0])
		}, "I3"},
		{"slot leaked", func(v *View) { v.Nodes[1].Inflight = 2 }, "I4"},
		{"slot lost", func(v *View) { v.Nodes[1].Inflight = 0 }, "I4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := View{
				Nodes:   []NodeRecord{{ID: "en0"}, {ID: "en1", Inflight: 1}},
				Extents: []Holders{{extent("x"), []Replica{{"en0", info("x", 1)}}}},
				Held:    []Holding{{"en0", []ExtentID{extent("x")}}},
				Pending: []Task{{Extent: extent("x"), Target: "en1", Sources: []NodeID{"en0"}}},
			}
			test.spoil(&v)
			err := v.Check()
			var broken *InvariantError
			switch {
			case test.want == "" && err != nil:
				t.Errorf("Check() = %v", err)
			case test.want != "" && (!errors.As(err, &broken) || broken.Invariant != test.want):
				t.Errorf("Check() = %v, want %s first", err, test.want)
			}
		})
	}
}
