package main

import (
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
	"github.com/ravelgo/ravel/systems/fabric/local"
)

// controller is the name of the service that installs the job.
const controller = "controller"

// windows is how many parts of the text are counted by themselves, one after the other.
const windows = 10

// A job counts the words of a text. It is that of package wordcount but for its source, and for what is an item's time:
// the place of its line in the text.
func (t *text) job() wordcount.Job {
	return wordcount.Job{Window: t.size/windows + 1, Sources: 2, Parsers: 2, Counters: 2}
}

func (t *text) graph() stream.Graph {
	g := t.job().Graph()
	g.Find(wordcount.Lines).Kind = t.kind()
	return g
}

func (t *text) library() stream.Library {
	library := t.job().Library()
	delete(library, wordcount.Lines)
	library[t.kind()] = stream.Kind{Source: t.source}
	return library
}

// services are those of the job, with defects if they are asked for.
func (t *text) services(bugs cscale.Bugs) []local.Service {
	all := []local.Service{{Name: controller, New: cscale.NewController(t.library())}}
	for _, v := range t.graph().Vertices {
		all = append(all, local.Service{Name: v.Name, New: cscale.NewVertex(t.library(), bugs), Partitions: v.Partitions})
	}
	return all
}

// partitions are those of the services.
func (t *text) partitions() (all []service.PartitionID) {
	for _, s := range t.services(0) {
		for i := range max(s.Partitions, 1) {
			all = append(all, service.PartitionID{Service: s.Name, Index: i})
		}
	}
	return all
}
