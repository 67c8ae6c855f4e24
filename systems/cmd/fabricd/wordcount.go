package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
	"github.com/ravelgo/ravel/systems/fabric/local"
)

var sink = service.PartitionID{Service: wordcount.Sink}

// wordCount has the cluster count the words of the text, compares that with a count of its own, and prints the words,
// the most frequent one first.
func wordCount(ctx context.Context, c *local.Client, out io.Writer) error {
	t := &flags.Text
	if t.file == nil {
		return errors.New("which text? Name the file that was named to the nodes: --text=FILE")
	}
	losses, err := ready(ctx, c)
	if err != nil {
		return err
	}
	j := counting{client: cscale.Client{Caller: c, Controller: controller}, cluster: c, losses: losses}
	got, took, err := j.count(ctx, t.graph())
	if err != nil {
		return err
	}
	want, lines, err := t.count()
	if err != nil {
		return err
	}
	if err := compare(got, want); err != nil {
		return err
	}
	return show(out, want, lines, took)
}

// ready returns an error if there is no cluster with the services of the job, and else how often partitions have lost
// data.
func ready(ctx context.Context, c *local.Client) (map[service.PartitionID]int64, error) {
	st, err := c.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("no node answers: %w; start the nodes, and say with --nodes where they are", err)
	}
	if len(st.Partitions) == 0 {
		return nil, errors.New("the cluster has no services yet: start all of its nodes, and try again")
	}
	losses := map[service.PartitionID]int64{}
	for _, p := range st.Partitions {
		losses[p.ID] = p.Epoch.DataLoss
	}
	if _, ok := losses[sink]; !ok {
		return nil, errors.New("the nodes count no words: start them with --text=FILE")
	}
	return losses, nil
}

// counting is a job on its way.
type counting struct {
	client  cscale.Client
	cluster *local.Client
	losses  map[service.PartitionID]int64
}

// count installs the job, waits for its end, and returns how often each word was counted, and the time from the
// beginning to the end: 0 if the job had begun before.
func (j *counting) count(ctx context.Context, g stream.Graph) (counts map[string]int64, took time.Duration, err error) {
	var before cscale.Deployment
	if err := j.try(ctx, func() (err error) { before, err = j.client.Deployment(ctx); return err }); err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	if err := j.try(ctx, func() error { _, err := j.client.Install(ctx, g); return err }); err != nil {
		return nil, 0, err
	}
	if err := j.try(ctx, func() error {
		s, err := j.client.Status(ctx, sink)
		if err == nil && s.Watermark != stream.End {
			err = errors.New("there is more to count")
		}
		return err
	}); err != nil {
		return nil, 0, err
	}
	if before.Version == 0 {
		took = time.Since(begin)
	}
	counts, err = j.result(ctx)
	return counts, took, err
}

// result returns what is in the sink.
func (j *counting) result(ctx context.Context) (map[string]int64, error) {
	counts := map[string]int64{}
	for n := 0; ; {
		var some []stream.Item
		if err := j.try(ctx, func() (err error) { some, err = j.client.List(ctx, sink, n, 1000); return err }); err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return counts, nil
		}
		n += len(some)
		for _, item := range some {
			counts[item.Key] += item.Value
		}
	}
}

// try tries until it works. It gives up when the context is done, when the job is refused, and when data was lost.
func (j *counting) try(ctx context.Context, f func() error) error {
	for {
		err := f()
		var refused *service.ServeError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &refused) && strings.Contains(refused.Text, "graph") && !strings.Contains(refused.Text, "try again"):
			return fmt.Errorf("the job is refused: %w; do the nodes have the same text? Their --text is that of this command", err)
		}
		if lost := j.lost(ctx); lost != nil {
			return lost
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w, and the job goes on: %w; the same command waits for it again", ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// lost returns an error if data was lost since the job has begun. If no node answers nothing is known.
func (j *counting) lost(ctx context.Context) error {
	st, err := j.cluster.Status(ctx)
	if err != nil {
		return nil
	}
	for _, p := range st.Partitions {
		if before, known := j.losses[p.ID]; known && p.Epoch.DataLoss > max(before, 1) {
			return fmt.Errorf("%v has lost its data (epoch %v), so the count would be wrong: were two processes down at once? Stop all nodes, start them, and count again", p.ID, p.Epoch)
		}
	}
	return nil
}

// count counts the words of the text without any of that.
func (t *text) count() (counts map[string]int64, n int64, err error) {
	counts = map[string]int64{}
	for line, err := range lines(io.NewSectionReader(t.file, 0, t.size)) {
		if err != nil {
			return nil, 0, fmt.Errorf("%s: line %d: %w", t.file.Name(), n+1, err)
		}
		n++
		for word := range strings.FieldsSeq(string(line)) {
			counts[word]++
		}
	}
	return counts, n, nil
}

// compare returns an error that names words whose counts are wrong, if there are any.
func compare(got, want map[string]int64) error {
	words := maps.Clone(want)
	maps.Copy(words, got)
	var wrong []string
	for _, word := range slices.Sorted(maps.Keys(words)) {
		if got[word] != want[word] {
			wrong = append(wrong, fmt.Sprintf("%q was counted %d times, and is there %d times", word, got[word], want[word]))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("the counts of %d of %d words are wrong: %s", len(wrong), len(words), strings.Join(wrong[:min(len(wrong), 5)], "; "))
}

// show prints counts, and how long it took, if that is known.
func show(out io.Writer, counts map[string]int64, lines int64, took time.Duration) error {
	var all int64
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for _, n := range counts {
		all += n
	}
	speed := ""
	if took > 0 {
		speed = fmt.Sprintf("; %v, %.0f lines/s", took.Round(time.Millisecond), float64(lines)/took.Seconds())
	}
	_, err := fmt.Fprintf(out, "%d lines, %d words, %d of them different, each counted right%s\n", lines, all, len(words), speed)
	for _, word := range words {
		if err == nil {
			_, err = fmt.Fprintf(out, "%d %s\n", counts[word], word)
		}
	}
	return err
}
