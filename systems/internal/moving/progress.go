package moving

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
)

// progress shows how far the migration is: in one line with a bar that is written again, on a terminal, or else in a line now
// and then.
type progress struct {
	line  *cli.Line
	out   io.Writer
	every time.Duration
	shown time.Time
	rows  int // of the old table, at the beginning
}

func newProgress(s *settings, messages io.Writer, rows int) *progress {
	p := &progress{out: messages, every: time.Second, shown: time.Now(), rows: rows}
	if s.Quiet {
		p.out = io.Discard
	} else if f, ok := messages.(*os.File); ok && cli.CanRewrite(f) {
		p.line, p.every = cli.NewLine(f), 100*time.Millisecond
	}
	return p
}

func (p *progress) show(in config.State, r mtable.Report, writes int64) {
	if time.Since(p.shown) < p.every {
		return
	}
	p.shown = time.Now()
	done := p.share(in, r)
	text := fmt.Sprintf("%3.0f%%  %v, %d copied, %d removed, %d writes", 100*done, in, r.Copied, r.Removed, writes)
	if p.line != nil {
		p.line.Show(bar(done) + " " + text)
	} else {
		fmt.Fprintln(p.out, strings.TrimLeft(text, " "))
	}
}

// share is how much has been done, from 0 to 1. Half of it is to copy, the other half to remove what has been copied. Rows
// that were added since the beginning do not count.
func (p *progress) share(in config.State, r mtable.Report) float64 {
	part := func(n int) float64 { return 0.5 * min(1, float64(n)/float64(max(1, p.rows))) }
	switch {
	case in < config.PreferNew:
		return 0
	case in == config.PreferNew:
		return part(r.Scanned)
	case in == config.UseNewWithTombstones:
		return 0.5
	}
	return 0.5 + part(r.Removed)
}

// barWidth leaves room for the rest of the line on a terminal of 80 columns.
const barWidth = 18

func bar(done float64) string {
	n := int(done * barWidth)
	return "[" + strings.Repeat("#", n) + strings.Repeat("-", barWidth-n) + "]"
}
