// Package stream has what flows through a job of package cscale, and what is done to it: items in batches, watermarks, stages
// without state, operators with state, sources, and the graph that joins them.
//
// # Time
//
// An [Item] has the time of its event, in units that are up to the job. A watermark is a promise: whoever gives it will
// not send an item with an earlier time any more. The watermark of a batch holds behind the batch's items. What has several
// upstreams has the least of their watermarks. [Begin] promises nothing, [End] that nothing comes at all.
//
// # A job
//
// A job is a [Library], which is code, and a [Graph], which is data. The library says what each kind of vertex does; the
// graph says which vertices there are, of which kind, with how many partitions, and who sends to whom.
//
//	library := stream.Library{
//		"lines": {Source: func(partition, of int) stream.Source { return &lines{...} }},
//		"words": {Stages: []stream.Stage{stream.FlatMap(split)}},
//		"count": {Operator: stream.Count(60)},
//		"sink":  {Operator: stream.Collect},
//	}
//	graph := stream.Graph{Vertices: []stream.Vertex{
//		{Name: "lines", Kind: "lines", Partitions: 2, To: []stream.Edge{{To: "words", By: stream.Spread}}},
//		{Name: "words", Kind: "words", Partitions: 2, To: []stream.Edge{{To: "count", By: stream.Key}}},
//		{Name: "count", Kind: "count", Partitions: 3, To: []stream.Edge{{To: "sink", By: stream.Key}}},
//		{Name: "sink", Kind: "sink", Partitions: 1},
//	}}
//
// Stages and operators are deterministic: the same items in the same order give the same items, whichever replica does it.
package stream
