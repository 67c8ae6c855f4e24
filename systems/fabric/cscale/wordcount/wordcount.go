// Package wordcount is a job for package cscale: lines are generated, parsed into words, and counted by word and window.
//
//	lines (xSources) --spread--> words (xParsers) --key--> counts (xCounters) --key--> sink
//
// Without parsers the sources parse their lines themselves.
//
// The lines are computed from their numbers, so the right result is known: [Job.Expected] counts them without any of it.
package wordcount

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// Job says how large it is. Numbers that are 0 are 1, but for Jitter and Parsers.
type Job struct {
	Lines      int64 // of each source
	Words      int   // of each line
	Vocabulary int   // different words
	Window     int64 // size of the windows; from one line to the next the time goes on by 1
	Jitter     int64 // how much too early a line's time may be, at most

	Sources, Parsers, Counters int // partitions
	Tuning                     stream.Tuning
}

func (j Job) normal() Job {
	for _, n := range []*int64{&j.Lines, &j.Window} {
		*n = max(*n, 1)
	}
	for _, n := range []*int{&j.Words, &j.Vocabulary, &j.Sources, &j.Counters} {
		*n = max(*n, 1)
	}
	j.Jitter = max(j.Jitter, 0)
	return j
}

// The names of the vertices.
const (
	Lines  = "lines"
	Words  = "words"
	Counts = "counts"
	Sink   = "sink"
)

// Graph returns the graph of the job.
func (j Job) Graph() stream.Graph {
	j = j.normal()
	lines := stream.Vertex{Name: Lines, Kind: Lines, Partitions: j.Sources, Tuning: j.Tuning, To: []stream.Edge{{To: Counts, By: stream.Key}}}
	vertices := []stream.Vertex{lines}
	if j.Parsers > 0 {
		vertices[0].To = []stream.Edge{{To: Words, By: stream.Spread}}
		vertices = append(vertices, stream.Vertex{Name: Words, Kind: Words, Partitions: j.Parsers, Tuning: j.Tuning, To: lines.To})
	}
	return stream.Graph{Vertices: append(vertices,
		stream.Vertex{Name: Counts, Kind: Counts, Partitions: j.Counters, Tuning: j.Tuning, To: []stream.Edge{{To: Sink, By: stream.Key}}},
		stream.Vertex{Name: Sink, Kind: Sink, Partitions: 1, Tuning: j.Tuning})}
}

// Library returns what the vertices do.
func (j Job) Library() stream.Library {
	j = j.normal()
	parse := []stream.Stage{stream.FlatMap(split)}
	library := stream.Library{
		Lines:  {Source: j.source},
		Words:  {Stages: parse},
		Counts: {Operator: stream.Count(j.Window)},
		Sink:   {Operator: stream.Collect},
	}
	if j.Parsers == 0 {
		library[Lines] = stream.Kind{Source: j.source, Stages: parse}
	}
	return library
}

func (j Job) source(partition, _ int) stream.Source {
	return stream.Generator{
		N:        j.Lines,
		Make:     func(i int64) stream.Item { return stream.Item{Time: j.time(partition, i), Text: j.line(partition, i)} },
		Earliest: func(i int64) int64 { return i - j.Jitter },
	}
}

// split makes items of the words of a line.
func split(line stream.Item, emit func(stream.Item)) {
	for word := range strings.FieldsSeq(line.Text) {
		emit(stream.Item{Time: line.Time, Key: word, Value: 1})
	}
}

func (j Job) time(partition int, i int64) int64 {
	return i - int64(random(partition, i, -1)%uint64(j.Jitter+1))
}

func (j Job) line(partition int, i int64) string {
	var line strings.Builder
	for n := range j.Words {
		if n > 0 {
			line.WriteByte(' ')
		}
		line.WriteString(j.word(partition, i, n))
	}
	return line.String()
}

func (j Job) word(partition int, i int64, n int) string {
	return "w" + strconv.FormatUint(random(partition, i, n)%uint64(j.Vocabulary), 36)
}

// random is a number that its arguments determine, by the finalizer of SplitMix64.
func random(partition int, i int64, n int) uint64 {
	x := uint64(partition)*0x9e3779b97f4a7c15 + uint64(i)*0xd1342543de82ef95 + uint64(n)*0x2545f4914f6cdd1d
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Expected returns the right result: the items that the sink has in the end, in the order of [Sort].
func (j Job) Expected() []stream.Item {
	j = j.normal()
	type cell struct {
		begin int64
		word  string
	}
	counts := map[cell]int64{}
	for p := range j.Sources {
		for i := range j.Lines {
			t := j.time(p, i)
			begin := t - (t%j.Window+j.Window)%j.Window
			for n := range j.Words {
				counts[cell{begin, j.word(p, i, n)}]++
			}
		}
	}
	items := make([]stream.Item, 0, len(counts))
	for c, n := range counts {
		items = append(items, stream.Item{Time: c.begin, Key: c.word, Value: n})
	}
	Sort(items)
	return items
}

// Sort orders items by time, key and value.
func Sort(items []stream.Item) {
	slices.SortFunc(items, func(a, b stream.Item) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value))
	})
}
