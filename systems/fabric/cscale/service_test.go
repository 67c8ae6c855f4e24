package cscale

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
)

// deploy hosts a job and installs its graph.
func deploy(t *testing.T, j wordcount.Job) (Client, *fake) {
	t.Helper()
	f := newFake(t)
	for _, v := range j.Graph().Vertices {
		f.host(v.Name, v.Partitions, NewVertex(j.Library(), 0))
	}
	f.host("controller", 1, NewController(j.Library()))
	c := Client{Caller: f, Controller: "controller"}
	until(t, func(ctx context.Context) bool {
		version, err := c.Install(ctx, j.Graph())
		return err == nil && version == 1
	})
	return c, f
}

// until tries something until it holds.
func until(t *testing.T, holds func(context.Context) bool) {
	t.Helper()
	for !holds(t.Context()) {
		if t.Context().Err() != nil {
			t.Fatal("it does not come to hold")
		}
		time.Sleep(time.Millisecond)
	}
}

// results waits for the end of a job, and returns what its sink has.
func results(t *testing.T, c Client) []stream.Item {
	t.Helper()
	sink := service.PartitionID{Service: wordcount.Sink}
	until(t, func(ctx context.Context) bool {
		s, err := c.Status(ctx, sink)
		return err == nil && s.Watermark == stream.End
	})
	var all []stream.Item
	for {
		items, err := c.List(t.Context(), sink, len(all), 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(items) == 0 {
			wordcount.Sort(all)
			return all
		}
		all = append(all, items...)
	}
}

// A job of some size, on goroutines, with stages that have goroutines of their own.
func TestJob(t *testing.T) {
	lines := int64(20_000)
	if testing.Short() {
		lines = 2000
	}
	j := wordcount.Job{
		Lines: lines, Words: 3, Vocabulary: 50, Window: 500, Jitter: 20, Sources: 2, Parsers: 2, Counters: 3,
		Tuning: stream.Tuning{Batch: 300, Buffer: 4, Workers: 2},
	}
	begun := time.Now()
	c, _ := deploy(t, j)
	if got, want := results(t, c), j.Expected(); !slices.Equal(got, want) {
		t.Errorf("%d items, want %d", len(got), len(want))
	}
	t.Logf("%d lines in %v", 2*lines, time.Since(begun))
	d, err := c.Deployment(t.Context())
	if want := (Deployment{1, 8, 8}); err != nil || d != want {
		t.Errorf("%+v, error %v, want %+v", d, err, want)
	}
	s, err := c.Status(t.Context(), service.PartitionID{Service: wordcount.Counts})
	if want := (Status{Version: 1, Watermark: stream.End}); err != nil || s != want {
		t.Errorf("%+v, error %v, want %+v", s, err, want)
	}
}

// What is installed can be installed again, and tuned, and not changed.
func TestInstall(t *testing.T) {
	j := wordcount.Job{Lines: 5, Window: 2, Parsers: 1}
	c, f := deploy(t, j)
	ctx := t.Context()
	if version, err := c.Install(ctx, j.Graph()); version != 1 || err != nil {
		t.Errorf("again: version %d, error %v", version, err)
	}
	tuned := j
	tuned.Tuning.Batch = 2
	if version, err := c.Install(ctx, tuned.Graph()); version != 2 || err != nil {
		t.Errorf("tuned: version %d, error %v", version, err)
	}
	until(t, func(ctx context.Context) bool {
		s, err := c.Status(ctx, service.PartitionID{Service: wordcount.Sink})
		return err == nil && s.Version == 2
	})
	for want, change := range map[string]func(*stream.Graph){
		"a running job can be tuned, and not changed": func(g *stream.Graph) { g.Vertices[1].Partitions = 2 },
		`kind "mean", which is not in the library`:    func(g *stream.Graph) { g.Vertices[1].Kind = "mean" },
	} {
		g := j.Graph()
		change(&g)
		if _, err := c.Install(ctx, g); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	f.host("other", 1, NewController(j.Library()))
	other := Client{Caller: f, Controller: "other"}
	g := j.Graph()
	g.Vertices[2].Partitions = 4
	until(t, func(ctx context.Context) bool {
		_, err := other.Install(ctx, g)
		return err != nil && strings.Contains(err.Error(), "vertex counts has 4 partitions in the graph, and service counts has 1 on the platform")
	})
}

// Requests that make no sense get an answer that says so.
func TestRefusals(t *testing.T) {
	j := wordcount.Job{Lines: 5, Window: 2}
	c, f := deploy(t, j)
	f.host("spare", 1, NewVertex(j.Library(), 0))
	if got, want := results(t, c), j.Expected(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	at := func(name string) service.PartitionID { return service.PartitionID{Service: name} }
	stranger := stream.Batch{From: at("stranger"), Seq: 1}
	g := j.Graph()
	for _, test := range []struct {
		to, req, want string
	}{
		{wordcount.Sink, "", "empty request"},
		{wordcount.Sink, "?", "unknown kind '?'"},
		{wordcount.Sink, "p", "damaged"},
		{wordcount.Sink, "l", "damaged"},
		{wordcount.Sink, "r", "damaged"},
		{wordcount.Sink, string(stranger.Append([]byte("p"))), "stranger/0 is not upstream of sink/0"},
		{"spare", string(stranger.Append([]byte("p"))), "no graph is installed: try again"},
		{"spare", string(encodeConfigure(1, &g)), "spare/0 is not in the graph"},
		{"controller", "?", "unknown kind '?'"},
		{"controller", "i{", "graph: "},
	} {
		until(t, func(ctx context.Context) bool {
			_, err := f.Call(ctx, at(test.to), []byte(test.req))
			if err == nil {
				t.Fatalf("%s %q is taken", test.to, test.req)
			}
			return strings.Contains(err.Error(), test.want)
		})
	}
	if taken, err := f.Call(t.Context(), at("spare"), EncodeResume(at("stranger"))); err != nil || string(taken) != "\x00" {
		t.Errorf("%q, %v", taken, err)
	}
}
