package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
)

// progress is a line on a terminal that is written again and again.
type progress struct {
	out  io.Writer
	name string

	mu   sync.Mutex // show is called from another goroutine
	gone bool
}

// show is for check.Config.Progress.
func (p *progress) show(now check.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		fmt.Fprintf(p.out, "\r\x1b[K%s", p.text(now))
	}
}

func (p *progress) text(now check.Progress) string {
	rate := float64(now.Steps) / max(now.Elapsed.Seconds(), 1e-3)
	s := fmt.Sprintf("%s: %d schedules, %.1f M steps/s, %v", p.name, now.Executions, rate/1e6, now.Elapsed.Round(time.Second))
	return s[:min(len(s), cli.Columns-1)]
}

// clear removes the line.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = true
	fmt.Fprint(p.out, "\r\x1b[K")
}
