package stress

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// Options are those of Run. The zero Options test the library without mistakes.
type Options struct {
	Bugs bug.Set
	Seed uint64 // of what is drawn; it does not determine what happens
	Most uint64 // migrations; zero is as many as there is time for

	// Ordinary judges the calls as an ordinary stress test does, from outside: without annotations, and so without critical
	// sections and a common reference. Each client has rows that nobody else writes, and knows what must be in them.
	Ordinary bool
}

// Result is what Run has done and found.
type Result struct {
	Migrations uint64 // the one that went wrong included
	Calls      uint64 // of clients, in all migrations
	Accesses   uint64 // to the old and the new table
	Length     uint64 // accesses of the migration that went wrong, up to where it was noticed
	Elapsed    time.Duration
	Err        error // what was wrong, nil if nothing was
}

// Run migrates tables under load until something goes wrong, or ctx is done: then a migration under way is abandoned.
func Run(ctx context.Context, o Options) Result {
	var res Result
	begin := time.Now()
	draws := rand.New(rand.NewPCG(o.Seed, 0))
	for res.Err == nil && ctx.Err() == nil && (o.Most == 0 || res.Migrations < o.Most) {
		r, err := newRound(ctx, o, draws.Uint64())
		if err != nil {
			res.Err = err
			break
		}
		r.run()
		res.Migrations++
		res.Calls += r.calls.Load()
		res.Accesses += r.accesses.Load()
		res.Length, res.Err = r.outcome()
	}
	res.Elapsed = time.Since(begin)
	return res
}
