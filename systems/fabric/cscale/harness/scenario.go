package harness

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
)

// one is a tuning with which a source reads line by line.
var one = stream.Tuning{Batch: 1}

// alone is a job on a node that does not fail.
func alone(j wordcount.Job) Options { return Options{Job: j, Nodes: 1, Replicas: 1} }

// chain is the smallest job with state: a source, a counter and a sink.
func chain() wordcount.Job {
	return wordcount.Job{Lines: 2, Vocabulary: 2, Window: 1, Tuning: one}
}

// join is a job with two sources.
func join() wordcount.Job {
	j := chain()
	j.Sources = 2
	return j
}

// fan is a job with two parsers.
func fan() wordcount.Job {
	j := chain()
	j.Parsers = 2
	return j
}

// Variant is a test of the correct services.
type Variant struct {
	Name    string
	Summary string
	Options Options
}

// Variants are the tests of the correct services.
func Variants() []Variant {
	calm := alone(wordcount.Job{
		Lines: 3, Words: 2, Vocabulary: 3, Window: 2, Jitter: 1, Sources: 2, Parsers: 2, Counters: 2,
		Tuning: stream.Tuning{Batch: 2, Buffer: 1},
	})
	calm.Lost, calm.Twice = 1, 1
	crash := Options{Job: chain(), Nodes: 3, Replicas: 3, Crashes: 1, Timeouts: 1}
	restart := Options{Job: join(), Nodes: 2, Replicas: 2, Crashes: 1, Restarts: 1, Stale: 1, Timeouts: 1}
	suspicion := Options{Job: fan(), Nodes: 3, Replicas: 2, Suspicions: 1, Stale: 1, Twice: 1}
	two := Options{Job: chain(), Nodes: 3, Replicas: 3, All: true, Crashes: 2, Restarts: 2}
	swap := Options{Job: join(), Nodes: 3, Replicas: 2, Suspicions: 1, Swaps: 2, Timeouts: 1}
	return []Variant{
		{"calm", "two partitions of each vertex, little room, and requests that are lost or come twice", calm},
		{"crash", "a node of three crashes for good", crash},
		{"restart", "a node of two crashes and comes back empty", restart},
		{"suspicion", "a node is given up that lives", suspicion},
		{"swap", "primaries are swapped with secondaries, and a node is given up that lives", swap},
		{"two", "two nodes crash and come back empty, while all replicas have what is committed", two},
	}
}

// Seeded is a defect with the test that shows it.
type Seeded struct {
	Name    string
	Summary string // one line: what the code does wrong
	Shows   []failure.Kind
	Options Options
}

// How the defects show: in a panic, in the sink or an acknowledgement, or in a job that never ends.
var (
	panics = []failure.Kind{failure.KindPanic}
	wrong  = []failure.Kind{failure.KindMonitor}
	never  = []failure.Kind{failure.KindLiveness, failure.KindLivelock}
	both   = append(never, wrong...)
)

// Bugs returns the defects, each with a test that is no larger than it takes.
func Bugs() []Seeded {
	crash := Options{Job: chain(), Nodes: 2, Replicas: 2, Crashes: 1, Restarts: 1}
	suspicion := Options{Job: chain(), Nodes: 2, Replicas: 2, Suspicions: 1}
	spare := Options{Job: join(), Nodes: 3, Replicas: 2, Crashes: 1}
	moved := Options{Job: chain(), Nodes: 3, Replicas: 2, Suspicions: 1, Swaps: 2}
	lost := alone(fan())
	lost.Lost = 1
	return []Seeded{
		seeded(cscale.N1, "a batch that comes before the graph finds no operator", panics, alone(chain())),
		seeded(cscale.N2, "a secondary that becomes the primary has no proxies of its downstreams", panics, crash),
		seeded(cscale.N3, "a downstream that has no primary gives no session", panics, crash),
		seeded(cscale.N4, "an answer comes when the replica was aborted, and its state is gone", panics, suspicion),
		seeded(cscale.N5, "a copy has no entry for upstreams of which nothing has come", panics, spare),
		seeded(cscale.C1, "a batch is acknowledged before it is replicated", wrong, alone(chain())),
		seeded(cscale.C2, "a copy lacks the batches that wait to be sent", never, moved),
		seeded(cscale.C3, "the greatest watermark of the upstreams closes windows too early", both, alone(join())),
		seeded(cscale.C4, "batches of two upstreams with the same number are taken for one", both, alone(join())),
		seeded(cscale.C5, "a batch that is not answered is given to another partition as well", wrong, lost),
	}
}

func seeded(b cscale.Bugs, summary string, shows []failure.Kind, o Options) Seeded {
	o.Bugs = b
	return Seeded{b.String(), summary, shows, o}
}
