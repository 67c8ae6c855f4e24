package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Kind says what vertices do: all that they get goes through the stages, and what comes out of them to the operator.
type Kind struct {
	Source   func(partition, of int) Source // makes them sources, which get nothing from others
	Stages   []Stage
	Operator func() Operator // nil is Pass
}

// Library has the kinds of a job by their names.
type Library map[string]Kind

// Graph is a directed graph without cycles: edges lead to vertices that are listed later.
type Graph struct {
	Vertices []Vertex
}

// Vertex is a service.
type Vertex struct {
	Name       string // of the service, too
	Kind       string // in the library
	Partitions int
	To         []Edge `json:",omitempty"`
	Tuning
}

// Tuning is what may change while a job runs.
type Tuning struct {
	Batch   int `json:",omitempty"` // items that a source reads at once, at most; 0 is 1000
	Buffer  int `json:",omitempty"` // batches for each downstream partition that wait to be acknowledged, at most; 0 is 8
	Workers int `json:",omitempty"` // goroutines for the stages; 0 and 1 are none of their own
}

// Edge leads from a vertex to another one.
type Edge struct {
	To string
	By Routing
}

// Routing says which partition gets an item.
type Routing string

// The routings.
const (
	Key    Routing = "key"    // the one that is responsible for the item's key; see service.PartitionOf
	Spread Routing = "spread" // any: one batch goes to one partition, the next one to the next
)

// Find returns the vertex with a name, nil if there is none.
func (g *Graph) Find(name string) *Vertex {
	for i := range g.Vertices {
		if g.Vertices[i].Name == name {
			return &g.Vertices[i]
		}
	}
	return nil
}

// Upstreams returns the partitions that send to a vertex.
func (g *Graph) Upstreams(name string) []service.PartitionID {
	var all []service.PartitionID
	for _, v := range g.Vertices {
		for _, e := range v.To {
			if e.To != name {
				continue
			}
			for i := range v.Partitions {
				all = append(all, service.PartitionID{Service: v.Name, Index: i})
			}
		}
	}
	return all
}

// Check returns all that is wrong with a graph.
func (g *Graph) Check(library Library) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("graph: "+format, args...)) }
	if len(g.Vertices) == 0 {
		wrong("there are no vertices")
	}
	at := map[string]int{}
	for i, v := range g.Vertices {
		if _, twice := at[v.Name]; twice || v.Name == "" || strings.Contains(v.Name, "/") {
			wrong("vertex %d is called %q: names are there once, not empty, and without slashes", i, v.Name)
		}
		at[v.Name] = i
	}
	for i, v := range g.Vertices {
		kind, ok := library[v.Kind]
		if !ok {
			wrong("vertex %s is of kind %q, which is not in the library", v.Name, v.Kind)
		}
		if v.Partitions < 1 || v.Batch < 0 || v.Buffer < 0 || v.Workers < 0 {
			wrong("vertex %s has %d partitions, Batch %d, Buffer %d, Workers %d: one partition is the least, and nothing is negative",
				v.Name, v.Partitions, v.Batch, v.Buffer, v.Workers)
		}
		if source := kind.Source != nil; ok && source != (len(g.Upstreams(v.Name)) == 0) {
			wrong("vertex %s is a source: %t; nobody sends to a source, and somebody to every other vertex", v.Name, source)
		}
		seen := map[string]bool{}
		for _, e := range v.To {
			if j, ok := at[e.To]; !ok || j <= i || seen[e.To] {
				wrong("vertex %s sends to %q: edges lead to vertices that are listed later, one edge to each", v.Name, e.To)
			}
			if e.By != Key && e.By != Spread {
				wrong("vertex %s sends to %s by %q: it is %q or %q", v.Name, e.To, e.By, Key, Spread)
			}
			seen[e.To] = true
		}
	}
	return errors.Join(errs...)
}

// Shape is the graph without what may change while a job runs, to be compared.
func (g *Graph) Shape() string {
	shape := Graph{Vertices: append([]Vertex(nil), g.Vertices...)}
	for i := range shape.Vertices {
		shape.Vertices[i].Tuning = Tuning{}
	}
	return string(shape.Encode())
}

// Encode returns the graph as JSON.
func (g *Graph) Encode() []byte {
	data, err := json.Marshal(g)
	if err != nil {
		panic(err) // it consists of texts and numbers
	}
	return data
}

// Decode returns the graph that was encoded.
func Decode(data []byte) (Graph, error) {
	var g Graph
	if err := json.Unmarshal(data, &g); err != nil {
		return Graph{}, fmt.Errorf("graph: %w", err)
	}
	return g, nil
}
