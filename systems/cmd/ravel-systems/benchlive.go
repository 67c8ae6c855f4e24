package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"
)

type liveCommand struct {
	Runs int  `default:"5" placeholder:"N" help:"How often everything is measured. By default 5."`
	JSON bool `help:"Print a line of JSON for each figure, and one for where it was measured."`

	Report string `placeholder:"FILE" help:"Measure nothing, but print the tables of what --json has printed before."`
}

// Validate implements the interface of the command-line library.
func (c *liveCommand) Validate() error {
	if c.Runs < 1 {
		return fmt.Errorf("--runs=%d: want at least 1", c.Runs)
	}
	if c.Report != "" && c.JSON {
		return fmt.Errorf("--report prints tables, and --json lines of what is measured: give one of them")
	}
	return nil
}

// The contenders of every program; the third is what its events cost at least: channels, or NATS.
const (
	ravelLive   = "live"
	protoActor  = "protoactor"
	bareChannel = "channel"
	bareNats    = "nats"
)

// liveProgram is a program of package livebench.
type liveProgram struct {
	name    string
	bare    string // the third contender
	figures []liveFigure
	text    string
}

func (p *liveProgram) contenders() []string { return []string{ravelLive, protoActor, p.bare} }

// liveFigure is something that a program measures.
type liveFigure struct {
	name string // as in JSON
	unit string
	want bars.Want
	bar  float64
	of   func(liveFigures) float64 // what the bar is for; nil if there is none
}

// liveSample is what package livebench prints, by the name of the figure.
type liveSample map[string]float64

// liveFigures are the values of a figure, by contender, in the order of the runs.
type liveFigures map[string][]float64

// ratio is how many times as much ours takes as theirs: the median of what it is in each run, as both suffer from a
// busy moment.
func (f liveFigures) ratio() float64 {
	var all []float64
	for i, v := range f[ravelLive] {
		all = append(all, v/f[protoActor][i])
	}
	return medianOf(all)
}

func (f liveFigures) ours() float64 { return medianOf(f[ravelLive]) }

func medianOf(values []float64) float64 {
	m := measured{values: slices.Sorted(slices.Values(values))}
	return m.median()
}

// The bars: a local send is as fast as protoactor's, and an idle machine takes a kilobyte.
var (
	local    = liveFigure{name: "each_ns", unit: "ns", bar: 1, of: liveFigures.ratio}
	far      = liveFigure{name: "each_ns", unit: "ns", want: bars.Nothing}
	small    = liveFigure{name: "bytes", unit: "B", bar: 1024, of: liveFigures.ours}
	latency  = []liveFigure{{name: "median_us", unit: "us", want: bars.Nothing}, {name: "p99_us", unit: "us", want: bars.Nothing}}
	machines = []liveFigure{small, {name: "each_ns", unit: "ns", want: bars.Nothing}}
)

// livePrograms are those of package livebench, whose sizes the texts name.
var livePrograms = []liveProgram{
	{"send", bareChannel, []liveFigure{local}, "a machine sends to another one, at most 1000 events under way"},
	{"outside", bareChannel, []liveFigure{local}, "a goroutine that is no machine sends to one, at most 1000 events under way"},
	{"pingpong", bareChannel, []liveFigure{local}, "an event goes to and fro between two machines; time for one way"},
	{"ring", bareChannel, []liveFigure{local}, "an event goes round a ring of 1000 machines"},
	{"fanin", bareChannel, []liveFigure{local}, "100 machines send to one, at most 100 events of each under way"},
	{"fanout", bareChannel, []liveFigure{local}, "a machine sends to 100 others in turn, at most 100 events to each under way"},
	{"remote", bareNats, []liveFigure{far}, "send with 64 bytes from one node to another over a socket of this host, at most 256 events under way; " +
		"live with the transport over NATS at most once, protoactor with its own remoting, bare as two clients of NATS"},
	{"trip", bareChannel, latency, "an event to another machine and back"},
	{"ask", bareChannel, latency, "a question of a goroutine that is no machine, until it has the answer"},
	{"remotetrip", bareNats, latency, "64 bytes to another node and back"},
	{"idle", bareChannel, machines, "a million machines, created one after the other, each of which has handled an event and waits: " +
		"memory of heap and stacks for each, and time to create one; bare is a goroutine with a channel"},
}

// liveRow is a program with what was measured.
type liveRow struct {
	liveProgram
	values map[string]liveFigures // by figure
}

// liveMeasure takes one sample.
type liveMeasure func(ctx context.Context, program, contender string) (liveSample, error)

// Run measures everything, in turn.
func (c *liveCommand) Run(s *shell) error {
	if c.Report != "" {
		rows, at, err := readLive(c.Report)
		if err != nil {
			return err
		}
		return writeLive(s.out, rows, at)
	}
	ctx, release := s.interruptible()
	defer release()
	s.line.Show("building package livebench ...")
	measure, clean, err := s.live(ctx)
	s.line.Clear()
	if err != nil {
		return err
	}
	defer clean()
	rows, err := c.measure(ctx, s, measure)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(s.err, "ravel: interrupted before everything was measured.")
		return cli.Status(interrupted)
	case err != nil:
		return err
	case c.JSON:
		return writeLiveJSON(s.out, rows, c.Runs)
	}
	return writeLive(s.out, rows, livePlaceHere(c.Runs))
}

// measure takes one sample of everything, then the next: a noisy minute is nobody's alone. Within a run the contenders
// follow each other, and the first of them is another one in each run.
func (c *liveCommand) measure(ctx context.Context, s *shell, measure liveMeasure) ([]liveRow, error) {
	defer s.line.Clear()
	var rows []liveRow
	for _, p := range livePrograms {
		row := liveRow{p, map[string]liveFigures{}}
		for _, f := range p.figures {
			row.values[f.name] = liveFigures{}
		}
		rows = append(rows, row)
	}
	for run := range c.Runs {
		for _, row := range rows {
			contenders := row.contenders()
			for i := range contenders {
				contender := contenders[(run+i)%len(contenders)]
				s.line.Show(fmt.Sprintf("run %d of %d: %s, %s", run+1, c.Runs, row.name, contender))
				sample, err := measure(ctx, row.name, contender)
				if err != nil {
					return nil, fmt.Errorf("measuring %s of %s: %w", row.name, contender, err)
				}
				for figure, values := range row.values {
					v, ok := sample[figure]
					if !ok {
						return nil, fmt.Errorf("measuring %s of %s: it has not measured %s", row.name, contender, figure)
					}
					values[contender] = append(values[contender], v)
				}
			}
		}
	}
	return rows, nil
}
