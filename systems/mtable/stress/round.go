package stress

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/spectable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

// clients is how many use the table at the same time.
const clients = 4

// stuck is how long a migration may take, a thousand times what it does, before it is said to hang.
const stuck = 10 * time.Second

// round is one migration under load.
type round struct {
	ctx    context.Context // done when something was wrong, too
	cancel context.CancelFunc
	bugs   bug.Set
	seed   uint64

	ordinary bool
	owners   []*owner

	old, new  *memtable.Table
	reference *spectable.Table
	config    *configuration

	turn     sync.Mutex // held from an access until it is annotated
	accesses atomic.Uint64
	calls    atomic.Uint64
	over     atomic.Bool // the migration

	mu     sync.Mutex
	err    error
	length uint64
}

func newRound(ctx context.Context, o Options, seed uint64) (*round, error) {
	r := &round{
		bugs: o.Bugs, ordinary: o.Ordinary, seed: seed,
		old:       memtable.New(memtable.Options{ETagPrefix: "o"}),
		new:       memtable.New(memtable.Options{ETagPrefix: "n"}),
		reference: spectable.New(spectable.Options{}),
	}
	r.ctx, r.cancel = context.WithCancel(ctx)
	var err error
	r.config, err = newConfiguration(clients, o.Bugs)
	return r, err
}

// fail ends the round, if it has not ended.
func (r *round) fail(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil && r.ctx.Err() == nil {
		r.err, r.length = fmt.Errorf(format, args...), r.accesses.Load()
	}
	r.cancel()
}

func (r *round) outcome() (length uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.length, r.err
}

// run runs the round to its end.
func (r *round) run() {
	defer r.cancel()
	draws := rand.New(rand.NewPCG(r.seed, 1))
	r.fill(draws)
	hangs := time.AfterFunc(stuck, func() { r.fail("after %v there is no end", stuck) })
	defer hangs.Stop()
	plan := drawFaults(draws)
	r.config.dies = plan.push
	var all sync.WaitGroup
	start := func(f func()) {
		all.Go(func() {
			defer r.caught()
			f()
		})
	}
	for i := range clients {
		seed := draws.Uint64()
		if r.ordinary {
			o := newOwner(r, i, seed)
			r.owners = append(r.owners, o)
			start(o.run)
			continue
		}
		c := newClient(r, i, seed)
		if i == 0 {
			c.fault = plan.fault
		}
		start(c.run)
	}
	start(func() { r.migrate(plan.access, rand.New(rand.NewPCG(r.seed, 2))) })
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	select {
	case <-ended:
		r.check()
	case <-r.ctx.Done(): // what does not end then, hangs for good
		select {
		case <-ended:
		case <-time.After(stuck):
		}
	}
}

// caught makes a panic a failure.
func (r *round) caught() {
	if p := recover(); p != nil {
		r.fail("panic: %v\n%s", p, debug.Stack())
	}
}

// fill writes the rows that are there at the beginning, if there are any.
func (r *round) fill(draws *rand.Rand) {
	if draws.IntN(4) == 0 || r.ordinary {
		return
	}
	for i, row := range []string{"0", "1", "3", "4"} {
		b := table.Batch{table.Insert(table.Key{Partition: partitions[0], Row: row}, table.Properties{isHappy: table.Bool(i%3 == 0)})}
		results, err := r.old.Execute(r.ctx, b)
		if err == nil {
			err = r.reference.Mirror(b, results)
		}
		if err != nil {
			r.fail("the rows at the beginning: %v", err)
		}
	}
}

// migrate migrates, and again if the migrator is killed. It lets the clients make some calls between any two of its steps, as
// a migration in memory would be over before they have begun.
func (r *round) migrate(dies int, draws *rand.Rand) {
	defer r.over.Store(true)
	for {
		p := newProcess(r)
		p.fault = fault{kind: killed, in: dies}
		if dies == 0 {
			p.fault.kind = noFault
		}
		dies = 0
		k := &call{}
		from, to := p.tables()
		m, err := mtable.NewMigrator(from, to, r.config, mtable.MigratorOptions{Monitor: p.monitor(), Bugs: r.bugs,
			Progress: func(config.State, mtable.Report) { r.meanwhile(draws.IntN(5)) }})
		if err == nil {
			r.config.kill = p.kill
			func() {
				defer r.settle(p, k)
				_, err = m.Migrate(p.with(k))
			}()
		}
		switch {
		case err == nil || r.ctx.Err() != nil:
			return
		case p.ctx.Err() == nil:
			r.fail("the migrator: %w", err)
			return
		}
	}
}

// meanwhile waits for so many calls of clients.
func (r *round) meanwhile(n int) {
	for until := r.calls.Load() + uint64(n); r.calls.Load() < until && r.ctx.Err() == nil; {
		time.Sleep(20 * time.Microsecond)
	}
}

// settle gives the turn back that a call still has when it has returned. Only one that was killed may have it.
func (r *round) settle(p *process, k *call) {
	if !k.holds {
		return
	}
	k.holds = false
	r.turn.Unlock()
	if p.ctx.Err() == nil {
		r.fail("an access has not been annotated")
	}
}

// check looks at what is left.
func (r *round) check() {
	rows := r.new.Dump()
	for _, e := range rows {
		for name := range e.Properties {
			if strings.HasPrefix(name, mtable.Reserved) {
				r.fail("in the new table after the migration: %v", e)
			}
		}
	}
	want := r.reference.Dump()
	if r.ordinary {
		rows, want = withoutETags(rows), ownedRows(r.owners)
	}
	if err := tabletest.SameRows(rows, want); err != nil {
		r.fail("the new table after the migration: %w", err)
	}
	if left := r.old.Dump(); len(left) > 0 {
		r.fail("the old table after the migration: %v", left)
	}
	if n := r.old.OpenStreams() + r.new.OpenStreams() + r.config.subscribers(); n > 0 {
		r.fail("%d streams or grants have been left", n)
	}
}

var errKilled = errors.New("killed")
