package check

import "github.com/ravelgo/ravel/strategy"

// Replayer repeats the schedule of a failure.
type Replayer struct {
	x    *explorer
	like *Failure
}

func NewReplayer(cfg Config, f *Failure, body func(*T)) (*Replayer, error) {
	cfg.test, cfg.name, cfg.pkg = f.Record.Test, f.Record.FullName(), f.Record.Package
	if err := cfg.normalize(false); err != nil {
		return nil, err
	}
	cfg.apply(f.Record.Settings)
	return &Replayer{newExplorer(&cfg, body, nil), f}, nil
}

func (r *Replayer) Run() (*Failure, error) {
	w := r.x.workers[0]
	s := strategy.NewFollow(r.like.Record.Follow)
	w.use(s)
	o, _ := w.only(strategy.Execution{MaxSteps: r.x.cfg.Steps}, mode{record: true, check: true})
	f := &Failure{Err: o.Err, Strategy: r.like.Strategy, Execution: r.like.Execution}
	f.fill(r.x.cfg, &o)
	return f, s.Err()
}

func (r *Replayer) Close() { r.x.close() }
