package cscale

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
)

// world is a job without a platform: the cores of all partitions, and beside each one that of a secondary.
type world struct {
	t       *testing.T
	rand    *rand.Rand
	library stream.Library
	order   []service.PartitionID
	cores   map[service.PartitionID]*core
	behind  map[service.PartitionID]*core
	sent    [][]byte // batches that may come once more
	to      []service.PartitionID
}

func newWorld(t *testing.T, j wordcount.Job, bugs Bugs, seed uint64) *world {
	w := &world{
		t: t, rand: rand.New(rand.NewPCG(seed, 0)), library: j.Library(),
		cores: map[service.PartitionID]*core{}, behind: map[service.PartitionID]*core{},
	}
	g := j.Graph()
	for _, v := range g.Vertices {
		for i := range v.Partitions {
			id := service.PartitionID{Service: v.Name, Index: i}
			w.order = append(w.order, id)
			w.cores[id], w.behind[id] = newCore(id, w.library, bugs), newCore(id, w.library, bugs)
			w.apply(id, encodeConfigure(1, &g))
		}
	}
	return w
}

// apply applies an operation on both replicas.
func (w *world) apply(id service.PartitionID, op []byte) {
	for _, c := range []*core{w.cores[id], w.behind[id]} {
		if err := c.apply(op); err != nil {
			w.t.Fatal(err)
		}
	}
}

// read lets a source read, if there is something.
func (w *world) read(id service.PartitionID) {
	c := w.cores[id]
	in := c.in[id]
	if c.plan.kind.Source == nil || in.watermark == stream.End || c.queued() >= c.plan.buffer() {
		return
	}
	items, next, watermark := c.plan.kind.Source(id.Index, c.plan.vertex.Partitions).Read(c.position, c.plan.batch())
	items = stream.Process(c.plan.kind.Stages, items, 1)
	t := taken{Batch: stream.Batch{From: id, Seq: in.seq + 1, Watermark: watermark, Items: items}, Next: next, Acks: c.acks()}
	w.apply(id, t.encode(kindRead))
}

// push has a batch served, and returns the answer.
func (w *world) push(to service.PartitionID, request []byte) int64 {
	c := w.cores[to]
	b := stream.Read(request[1:]).Batch()
	in := c.inlet(b.From)
	if b.Seq == in.seq+1 && c.queued() < c.plan.buffer() {
		b.Items = stream.Process(c.plan.kind.Stages, b.Items, 1)
		t := taken{Batch: b, Acks: c.acks()}
		op := t.encode(kindBatch)
		w.apply(to, op)
		if w.rand.IntN(4) == 0 {
			w.apply(to, op) // it was replicated twice
		}
	}
	return in.seq
}

// step lets something happen somewhere.
func (w *world) step() {
	id := w.order[w.rand.IntN(len(w.order))]
	c := w.cores[id]
	switch w.rand.IntN(8) {
	case 0:
		w.read(id)
	case 1: // the secondary takes over, and gets a copy for a secondary
		w.cores[id], w.behind[id] = w.behind[id], newCore(id, w.library, c.bugs)
		if err := w.behind[id].restore(w.cores[id].encode()); err != nil {
			w.t.Fatal(err)
		}
	case 2: // a batch comes late
		if n := len(w.sent); n > 0 {
			i := w.rand.IntN(n)
			w.push(w.to[i], w.sent[i])
		}
	default:
		for _, o := range c.out {
			if len(o.queue) == 0 {
				continue
			}
			w.sent, w.to = append(w.sent, o.queue[0].push), append(w.to, o.to)
			seq := w.push(o.to, o.queue[0].push)
			if w.rand.IntN(4) > 0 { // else the answer is lost
				o.trim(seq)
			}
		}
	}
}

// result runs the job for at most so many steps, and returns what the sink has.
func (w *world) result(steps int) []stream.Item {
	sink := service.PartitionID{Service: wordcount.Sink}
	for range steps {
		if w.cores[sink].watermark == stream.End {
			break
		}
		w.step()
	}
	items := w.cores[sink].operator.(stream.Lister).List(0, 1<<20)
	wordcount.Sort(items)
	return items
}

var jobs = map[string]wordcount.Job{
	"chain": {Lines: 20, Words: 3, Vocabulary: 5, Window: 4, Jitter: 2, Tuning: stream.Tuning{Batch: 3, Buffer: 2}},
	"full": {Lines: 30, Words: 2, Vocabulary: 9, Window: 5, Jitter: 3, Sources: 3, Parsers: 2, Counters: 3,
		Tuning: stream.Tuning{Batch: 4, Buffer: 1}},
}

// Whatever is lost, comes twice, or fails over: each item counts once.
func TestExactlyOnce(t *testing.T) {
	for name, j := range jobs {
		want := fmt.Sprint(j.Expected())
		for seed := range uint64(30) {
			if got := fmt.Sprint(newWorld(t, j, 0, seed).result(100_000)); got != want {
				t.Fatalf("%s, seed %d: %s, want %s", name, seed, got, want)
			}
		}
	}
}

// The test notices the defects that the cores can have.
func TestNotExactlyOnce(t *testing.T) {
	j := jobs["full"]
	want := fmt.Sprint(j.Expected())
	for _, b := range []Bugs{C2, C3, C4} {
		if got := fmt.Sprint(newWorld(t, j, b, 1).result(20_000)); got == want {
			t.Errorf("%v is not noticed", b)
		}
	}
}

// A replica that got a copy has the state of one that got the operations, but for batches of which only the primary knows
// that they were acknowledged.
func TestCopyEqualsReplay(t *testing.T) {
	w := newWorld(t, jobs["full"], 0, 7)
	for range 3000 {
		w.step()
	}
	for _, id := range w.order {
		replayed, copied := w.behind[id], newCore(id, w.library, 0)
		if err := copied.restore(w.cores[id].encode()); err != nil {
			t.Fatal(err)
		}
		for _, c := range []*core{replayed, copied} {
			for _, o := range c.out {
				o.queue = nil
			}
		}
		if !slices.Equal(replayed.encode(), copied.encode()) {
			t.Errorf("%v: %q and %q", id, replayed.encode(), copied.encode())
		}
	}
}

// What is damaged is refused.
func TestDamage(t *testing.T) {
	w := newWorld(t, jobs["chain"], 0, 1)
	for range 50 {
		w.step()
	}
	for _, id := range w.order {
		data := w.cores[id].encode()
		for n := 1; n < len(data); n++ {
			if newCore(id, w.library, 0).restore(data[:n]) == nil {
				t.Errorf("%d of %d bytes are taken for a copy of %v", n, len(data), id)
			}
		}
	}
	stranger := taken{Batch: stream.Batch{From: service.PartitionID{Service: "stranger"}, Seq: 1}}
	for _, op := range [][]byte{nil, {'?'}, {byte(kindBatch), 1}, {byte(kindConfigure)}, stranger.encode(kindBatch)} {
		if w.cores[w.order[1]].apply(op) == nil {
			t.Errorf("operation %q is taken", op)
		}
	}
}
