package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
)

// progress shows how far the migration is: in one line that is written again, on a terminal, or else in a line now and then.
type progress struct {
	line  *cli.Line
	out   io.Writer
	every time.Duration
	shown time.Time
}

func newProgress(s *settings, messages io.Writer) *progress {
	p := &progress{out: messages, every: time.Second, shown: time.Now()}
	if s.Quiet {
		p.out = io.Discard
	} else if f, ok := messages.(*os.File); ok && cli.CanRewrite(f) {
		p.line, p.every = cli.NewLine(f), 100*time.Millisecond
	}
	return p
}

func (p *progress) show(in config.State, r mtable.Report, l *load) {
	if time.Since(p.shown) < p.every {
		return
	}
	p.shown = time.Now()
	text := fmt.Sprintf("%v: %d rows copied, %d removed; %d writes, %d scans", in, r.Copied, r.Removed, l.writes.Load(), l.scans.Load())
	if p.line != nil {
		p.line.Show(text)
	} else {
		fmt.Fprintln(p.out, text)
	}
}
