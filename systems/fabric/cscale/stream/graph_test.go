package stream_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

func TestGraph(t *testing.T) {
	library := stream.Library{"source": {Source: func(int, int) stream.Source { return nil }}, "sum": {Operator: stream.Sum(1)}, "sink": {}}
	good := func() stream.Graph {
		return stream.Graph{Vertices: []stream.Vertex{
			{Name: "a", Kind: "source", Partitions: 2, To: []stream.Edge{{To: "b", By: stream.Spread}}},
			{Name: "b", Kind: "sum", Partitions: 1, To: []stream.Edge{{To: "c", By: stream.Key}}},
			{Name: "c", Kind: "sink", Partitions: 1},
		}}
	}
	g := good()
	if err := g.Check(library); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(g.Upstreams("b"), g.Upstreams("c"), g.Upstreams("a")); got != "[a/0 a/1] [b/0] []" {
		t.Error(got)
	}
	again, err := stream.Decode(g.Encode())
	if err != nil || string(again.Encode()) != string(g.Encode()) {
		t.Errorf("%v, %v", again, err)
	}
	if _, err := stream.Decode([]byte("{")); err == nil {
		t.Error("half a graph is decoded")
	}
	again.Vertices[0].Batch = 7
	if again.Shape() != g.Shape() || string(again.Encode()) == string(g.Encode()) {
		t.Error("a tuning changes the shape, or it is lost")
	}
	for want, change := range map[string]func(g *stream.Graph){
		"there are no vertices":                func(g *stream.Graph) { g.Vertices = nil },
		`vertex 2 is called "a"`:               func(g *stream.Graph) { g.Vertices[2].Name = "a" },
		`vertex 2 is called "c/d"`:             func(g *stream.Graph) { g.Vertices[2].Name = "c/d" },
		`kind "mean", which is not in the lib`: func(g *stream.Graph) { g.Vertices[1].Kind = "mean" },
		"vertex b has 0 partitions":            func(g *stream.Graph) { g.Vertices[1].Partitions = 0 },
		"Workers -1":                           func(g *stream.Graph) { g.Vertices[1].Workers = -1 },
		"vertex b is a source: true":           func(g *stream.Graph) { g.Vertices[1].Kind = "source" },
		"vertex c is a source: false":          func(g *stream.Graph) { g.Vertices[1].To = nil },
		`vertex b sends to "a"`:                func(g *stream.Graph) { g.Vertices[1].To[0].To = "a" },
		`vertex b sends to "z"`:                func(g *stream.Graph) { g.Vertices[1].To[0].To = "z" },
		`b sends to c by "chance"`:             func(g *stream.Graph) { g.Vertices[1].To[0].By = "chance" },
		`vertex a sends to "b": edges lead to`: func(g *stream.Graph) { g.Vertices[0].To = append(g.Vertices[0].To, g.Vertices[0].To[0]) },
	} {
		g := good()
		change(&g)
		if err := g.Check(library); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
