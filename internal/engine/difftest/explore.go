package difftest

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// maxSteps cuts executions that do not end.
const maxSteps = 400

// Explored is what the engine finds out about a program.
type Explored struct {
	Outcomes   map[string][]uint32 // with the choices of the first execution that ended so
	Executions int
	Full       bool // false: the limit of executions was hit
	Bounded    bool // some execution did not end
	Rewound    int  // executions that began in a saved state
}

// config is how the engine runs a program.
func (p *Program) config() engine.Config {
	return engine.Config{MaxSteps: maxSteps, Threshold: 1 << 30, Ordered: p.Ordered, EarlyTimers: p.Early, Inboxes: p.inboxes()}
}

// inboxes are the bounds of a program's inboxes; nil if it has none.
func (p *Program) inboxes() (bounds map[string]ravel.Inbox) {
	for i, m := range p.Machines {
		if m.Room == 0 {
			continue
		}
		if bounds == nil {
			bounds = map[string]ravel.Inbox{}
		}
		bounds[fmt.Sprintf("M%d", i)] = ravel.Inbox{Capacity: m.Room, Reject: m.Reject}
	}
	return bounds
}

func (c *compiled) run() *run { return &run{c: c, actors: map[*machine.Ref]*actor{}} }

// Engine runs every execution of a program under depth-first search, up to a limit. The error is that of a definition that
// the library refuses.
func Engine(p *Program, limit int) (*Explored, error) { return explore(p, limit, false) }

// Rewinding is Engine with executions that begin in saved states, where states can be saved.
func Rewinding(p *Program, limit int) (*Explored, error) { return explore(p, limit, true) }

func explore(p *Program, limit int, rewind bool) (*Explored, error) {
	c, err := compile(p)
	if err != nil {
		return nil, err
	}
	e := engine.New()
	defer e.Close()
	r := &Explored{Outcomes: map[string][]uint32{}}
	dfs := strategy.NewDFS(uint64(limit))
	cfg := p.config()
	if rewind {
		cfg.Paths = 1 // so that the end of each execution can be looked at
	}
	var x *run
	for dfs.Start(strategy.Execution{MaxSteps: maxSteps}) {
		if !e.Resumes(dfs) {
			x = c.run()
		}
		o := e.Run(cfg, dfs, engine.Program{Body: x.body})
		r.Rewound += o.Rewound
		dfs.Finish(strategy.Result{})
		r.Executions++
		if o.Bounded {
			r.Bounded = true
			return r, nil
		}
		text := x.viewer(e).outcome(o.Err)
		if r.Outcomes[text] == nil {
			r.Outcomes[text] = append([]uint32{}, o.Choices...)
		}
	}
	if err := dfs.Err(); err != nil {
		return nil, fmt.Errorf("program is not deterministic: %w", err)
	}
	r.Full = dfs.Exhausted()
	return r, nil
}

// follow is a strategy that repeats indices.
type follow struct {
	choices []uint32
	next    int
}

func (f *follow) Start(strategy.Execution) bool { f.next = 0; return true }
func (f *follow) Pick([]*strategy.Op) int       { return f.take() }
func (f *follow) Value(strategy.Value) int      { return f.take() }
func (f *follow) PickFault(int, []*strategy.Op, []*strategy.Op) int {
	return f.take()
}

func (f *follow) take() int {
	if f.next == len(f.choices) {
		return 0
	}
	f.next++
	return int(f.choices[f.next-1])
}

// Story replays choices of Engine and tells what happens.
func Story(p *Program, choices []uint32) []string {
	c, err := compile(p)
	if err != nil {
		return []string{err.Error()}
	}
	e := engine.New()
	defer e.Close()
	cfg := p.config()
	cfg.Record = true
	o := e.Run(cfg, &follow{choices: choices}, engine.Program{Body: c.run().body})
	var out []string
	for _, ev := range o.Events {
		out = append(out, fmt.Sprintf("%d %v %v: %s %s %s %s", ev.Step, ev.Who, ev.Kind, ev.Type, ev.Peer, ev.Value, ev.To))
	}
	return out
}
