package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
	"github.com/ravelgo/ravel/systems/fabric/local"
)

// size is how large the job is. It is the same on all nodes and for who asks.
var size struct {
	Lines int64 `default:"20000" help:"Lines that the job of \"wordcount\" has. The same for all nodes." placeholder:"N"`
}

const controller = "controller"

// job is the one that the nodes have the code for. It has two sources.
func job() wordcount.Job {
	return wordcount.Job{
		Lines: (size.Lines + 1) / 2, Words: 4, Vocabulary: 500, Window: max(1, size.Lines/10), Jitter: 50, Sources: 2, Parsers: 2, Counters: 2,
	}
}

func jobServices() []local.Service {
	library := job().Library()
	all := []local.Service{{Name: controller, New: cscale.NewController(library)}}
	for _, v := range job().Graph().Vertices {
		all = append(all, local.Service{Name: v.Name, New: cscale.NewVertex(library, 0), Partitions: v.Partitions})
	}
	return all
}

// partitions are all that the job needs.
func partitions() []service.PartitionID {
	all := []service.PartitionID{{Service: controller}}
	for _, v := range job().Graph().Vertices {
		for i := range v.Partitions {
			all = append(all, service.PartitionID{Service: v.Name, Index: i})
		}
	}
	return all
}

// wordCount installs the job, waits until it has come to its end, and compares what it has counted with what it should have.
func wordCount(ctx context.Context, c *local.Client, out io.Writer) error {
	begin := time.Now()
	cl := cscale.Client{Caller: c, Controller: controller}
	if err := retry(ctx, func() error { _, err := cl.Install(ctx, job().Graph()); return err }); err != nil {
		return err
	}
	sink := service.PartitionID{Service: wordcount.Sink}
	if err := retry(ctx, func() error {
		s, err := cl.Status(ctx, sink)
		if err == nil && s.Watermark != stream.End {
			err = errors.New("it goes on")
		}
		return err
	}); err != nil {
		return err
	}
	took := time.Since(begin)
	var got []stream.Item
	for {
		var some []stream.Item
		if err := retry(ctx, func() (err error) { some, err = cl.List(ctx, sink, len(got), 1000); return err }); err != nil {
			return err
		}
		if got = append(got, some...); len(some) == 0 {
			break
		}
	}
	wordcount.Sort(got)
	want := job().Expected()
	if !slices.Equal(got, want) {
		return fmt.Errorf("the result is wrong: %d counts, and %d are right", len(got), len(want))
	}
	words := int64(0)
	for _, item := range got {
		words += item.Value
	}
	_, err := fmt.Fprintf(out, "%d lines, %d words, %d counts, all right, in %v\n", 2*job().Lines, words, len(got), took.Round(time.Millisecond))
	return err
}

// retry tries until it works or the context is done.
func retry(ctx context.Context, f func() error) error {
	for {
		err := f()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; the last attempt: %w", ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
