package local_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/local"
)

// What makes no sense is refused, before anything was touched, and the error says what would.
func TestMistakes(t *testing.T) {
	three := map[string]string{"a": "127.0.0.1:0", "b": "127.0.0.1:1", "c": "127.0.0.1:2"}
	one := func(s local.Service) local.Config {
		if s.Name == "" {
			s.Name = "s"
		}
		return local.Config{Node: "a", Nodes: three, Dir: "nowhere", Services: []local.Service{s}}
	}
	good := local.Service{Name: "s", New: newCounter}
	for says, cfg := range map[string]local.Config{
		"the node has no name":           {Nodes: three, Dir: "nowhere"},
		`node "d" is not in Nodes`:       {Node: "d", Nodes: three, Dir: "nowhere"},
		"2 nodes: take an odd number":    {Node: "a", Nodes: map[string]string{"a": "", "b": ""}, Dir: "nowhere"},
		"no folder: set Dir":             {Node: "a", Nodes: three},
		"is too short":                   {Node: "a", Nodes: three, Dir: "nowhere", Lease: 1},
		"is none: take a positive one":   {Node: "a", Nodes: three, Dir: "nowhere", CallTimeout: -1},
		`service "s" is there twice`:     {Node: "a", Nodes: three, Dir: "nowhere", Services: []local.Service{good, good}},
		"a name has letters":             one(local.Service{Name: "a/b", New: newCounter}),
		"it has to make a replica":       one(local.Service{}),
		"none can be negative":           one(local.Service{New: newCounter, Window: -1}),
		"it must be a majority of the 3": one(local.Service{New: newCounter, MinReplicas: 1}),
		"3 nodes cannot hold 5 replicas": one(local.Service{New: newCounter, Replicas: 5}),
	} {
		n, err := local.Start(cfg)
		if err == nil {
			_ = n.Stop()
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q: %v", says, err)
		}
	}
}

// A folder is for one process at a time.
func TestFolderInUse(t *testing.T) {
	cfg := local.Config{
		Node: "a", Nodes: map[string]string{"a": "127.0.0.1:0", "b": "127.0.0.1:1", "c": "127.0.0.1:1"}, Dir: t.TempDir(), Services: services(),
	}
	n, err := local.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := local.Start(cfg); err == nil || !strings.Contains(err.Error(), "another process uses the folder") {
		t.Errorf("twice: %v, %v", m, err)
	}
	if err := n.Stop(); err != nil {
		t.Error(err)
	}
}
