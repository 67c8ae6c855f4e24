package stress

import (
	"cmp"
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// process is one that uses the tables, until it is killed.
type process struct {
	round *round
	ctx   context.Context // done when it has been killed
	kill  context.CancelFunc
	fault fault
}

func newProcess(r *round) *process {
	p := &process{round: r}
	ctx, kill := context.WithCancelCause(r.ctx)
	p.ctx, p.kill = ctx, func() { kill(errKilled) }
	return p
}

func (p *process) tables() (from, to table.Table) {
	return &observed{p.round.old, p}, &observed{p.round.new, p}
}

// monitor is who is told what accesses mean, nil in an ordinary test.
func (p *process) monitor() mtable.Monitor {
	if p.round.ordinary {
		return nil
	}
	return p
}

// call is a batch or an atomic query under way, or the migration.
type call struct {
	batch   table.Batch
	query   table.AtomicQuery
	mark    string // a property of all that it writes
	holds   bool   // the turn: an access has not been annotated
	points  int    // linearization points so far
	err     error  // at the last of them, from the reference
	rows    []table.Entity
	results []table.Result
}

type callKey struct{}

func (p *process) with(k *call) context.Context { return context.WithValue(p.ctx, callKey{}, k) }

// Annotate implements mtable.Monitor: it ends the turn that began with an access.
func (p *process) Annotate(ctx context.Context, a mtable.Annotation) {
	k, _ := ctx.Value(callKey{}).(*call)
	if k == nil || !k.holds {
		p.round.fail("an annotation of no access")
		return
	}
	p.carryOut(k, a)
	k.holds = false
	p.round.turn.Unlock()
	latency()
}

// carryOut carries a call out on the reference, if it takes place.
func (p *process) carryOut(k *call, a mtable.Annotation) {
	spec := p.round.reference
	for _, changed := range a.Changed {
		if err := spec.SetETag(changed.Key, changed.ETag); err != nil {
			p.round.fail("an ETag that changes without a write: %w", err)
		}
	}
	if !a.Linearizes {
		return
	}
	k.points++
	k.results = a.Results
	switch {
	case a.Results != nil:
		if err := spec.Mirror(k.batch, a.Results); err != nil {
			p.round.fail("%v should not have succeeded like that: %w", k.batch, err)
		}
	case k.batch != nil:
		if _, k.err = spec.Execute(context.Background(), k.batch); k.err == nil {
			p.round.fail("%v fails, and should succeed", k.batch)
		}
	default:
		k.rows, k.err = spec.QueryAtomic(context.Background(), k.query)
	}
}

// latency is the time that an access takes: mostly none, and now and then more than some others.
func latency() {
	switch rand.IntN(16) {
	case 0:
		time.Sleep(time.Duration(rand.IntN(100)) * time.Microsecond)
	case 1, 2, 3, 4, 5, 6, 7:
		runtime.Gosched()
	}
}

// observed is one of the tables as a process sees it.
type observed struct {
	table.Table
	process *process
}

// enter begins an access.
func (o *observed) enter(ctx context.Context) error {
	if err := cmp.Or(ctx.Err(), o.process.ctx.Err()); err != nil {
		return err
	}
	if err := o.process.before(); err != nil {
		return err
	}
	o.process.round.accesses.Add(1)
	if o.process.round.ordinary {
		latency()
		return nil
	}
	o.process.round.turn.Lock()
	return nil
}

// leaveNow ends an access that is not annotated.
func (o *observed) leaveNow() {
	if !o.process.round.ordinary {
		o.process.round.turn.Unlock()
	}
}

// leave keeps the turn of an access that is going to be annotated, as all are that have an outcome.
func (o *observed) leave(ctx context.Context, err error) {
	if k, _ := ctx.Value(callKey{}).(*call); k != nil && !o.process.round.ordinary && (err == nil || table.Outcome(err) != nil) {
		k.holds = true
		return
	}
	o.leaveNow()
}

// Execute implements table.Table.
func (o *observed) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	for _, op := range b {
		// The zero key is legal, and none of those that are used.
		if !o.process.round.ordinary && !slices.Contains(partitions, op.Key.Partition) {
			o.process.round.fail("nobody may use the key %v: %v", op.Key, b)
		}
	}
	if err := o.enter(ctx); err != nil {
		return nil, err
	}
	results, err := o.Table.Execute(context.WithoutCancel(ctx), b)
	o.leave(ctx, err)
	return o.process.sent(ctx, b, results, err)
}

// QueryAtomic implements table.Table.
func (o *observed) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	if err := o.enter(ctx); err != nil {
		return nil, err
	}
	rows, err := o.Table.QueryAtomic(context.WithoutCancel(ctx), q)
	o.leave(ctx, err)
	return rows, err
}

// QueryStream implements table.Table.
func (o *observed) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	if err := o.enter(ctx); err != nil {
		return nil, err
	}
	defer o.leaveNow()
	s, err := o.Table.QueryStream(context.WithoutCancel(ctx), q)
	return &observedStream{s, o}, err
}

type observedStream struct {
	table.Stream
	table *observed
}

// Next implements table.Stream.
func (s *observedStream) Next(ctx context.Context) (table.Entity, bool, error) {
	defer latency()
	if err := s.table.enter(ctx); err != nil {
		return table.Entity{}, false, err
	}
	defer s.table.leaveNow()
	return s.Stream.Next(context.WithoutCancel(ctx))
}
