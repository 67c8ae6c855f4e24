package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"

	"github.com/ravelgo/ravel/systems/sct"
	"github.com/ravelgo/ravel/systems/sct/trials"
)

// sampled is the result of a search for a bug.
type sampled struct {
	sampledKey
	trials.Result
}

type sampledKey struct {
	Program string `json:"program"`
	Sampler string `json:"sampler"`
	Trial   int    `json:"trial"` // from 1 on
}

// searches are all that belong to the table, the first trials first: an interrupt leaves something in every cell.
func (c *samplersCommand) searches(programs []sct.Program, samplers []string) (all []sampledKey) {
	for trial := 1; trial <= c.Trials; trial++ {
		for _, p := range programs {
			for _, s := range samplers {
				all = append(all, sampledKey{p.Name, s, trial})
			}
		}
	}
	return all
}

// job is a search with its settings. Every strategy has seeds of its own: what two of them found can be compared as
// independent samples.
func (k sampledKey) job(h head, l *load) trials.Job {
	seed := fnv.New64a()
	fmt.Fprintf(seed, "%s/%s/%d", h.Seed, k.Sampler, k.Trial)
	j := trials.Job{Program: k.Program, Strategy: k.Sampler, Seed: seed.Sum64(), Schedules: h.Schedules}
	if l.Time != nil {
		j.Time = *l.Time
	}
	return j
}

// try does what has not been done, or was cut after less time than there is now. It returns true if it was interrupted.
func (c *samplersCommand) try(s *shell, rs *results[sampled], all []sampledKey) (stop bool, err error) {
	known := map[sampledKey]sampled{}
	for _, r := range rs.rows {
		known[r.sampledKey] = r
	}
	var todo []sampledKey
	for _, k := range all {
		if r, ok := known[k]; !ok || r.Outcome == trials.Cut && c.allows(r.Seconds) {
			todo = append(todo, k)
		}
	}
	if len(todo) == 0 {
		return false, nil
	}
	ctx, release := s.interruptible()
	defer release()
	defer s.line.Clear()
	s.line.Show("building the programs with control of goroutines")
	builder, err := trials.Build(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return true, nil
		}
		return false, err
	}
	defer builder.Close()
	if err := rs.open(); err != nil {
		return false, err
	}
	workers := processors()
	if c.Workers != nil {
		workers = *c.Workers
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	team := &team{builder: builder, jobs: make(chan sampledKey), results: make(chan sampled), failed: make(chan error, 1)}
	go team.run(ctx, min(workers, len(todo)), func(k sampledKey) trials.Job { return k.job(rs.head, &c.load) }, todo)
	done := len(all) - len(todo)
	for r := range team.results {
		if r.Outcome == trials.Cut {
			r.Seconds = max(r.Seconds, c.Time.Seconds())
		}
		if err = rs.keep(r); err != nil {
			break
		}
		done++
		s.line.Show(fmt.Sprintf("%s %d/%d %s %s", bar(done, len(all)), done, len(all), r.Program, r.Sampler))
	}
	interrupted := ctx.Err() != nil
	cancel()
	for range team.results { // until all processes have ended
	}
	if err == nil && !interrupted && len(team.failed) > 0 {
		err = <-team.failed
	}
	return err == nil && done < len(all), err
}

// team shares searches among processes.
type team struct {
	builder *trials.Builder
	jobs    chan sampledKey
	results chan sampled // closed when all processes have ended
	failed  chan error   // has the first error, if there is one
}

// run does searches until they are done, the context ends, or one of them fails.
func (t *team) run(ctx context.Context, workers int, job func(sampledKey) trials.Job, todo []sampledKey) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			if err := t.work(ctx, job); err != nil {
				select {
				case t.failed <- err:
				default:
				}
				cancel()
			}
		})
	}
	for _, k := range todo {
		select {
		case t.jobs <- k:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(t.jobs)
	wg.Wait()
	close(t.results)
}

// work does searches in a process of its own.
func (t *team) work(ctx context.Context, job func(sampledKey) trials.Job) error {
	p, err := t.builder.Start(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	for k := range t.jobs {
		r, err := p.Do(job(k))
		if err != nil {
			return err
		}
		select {
		case t.results <- sampled{k, r}:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}
