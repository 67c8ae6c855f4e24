package stress

import (
	"context"
	"math/rand/v2"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// faultKind is what happens once to a process, at an access that is drawn before.
type faultKind int

const (
	noFault faultKind = iota
	unavailable
	answerLost
	killed
)

type fault struct {
	kind     faultKind
	in       int // accesses from now on
	happened bool
}

// plan is what goes wrong in a round: nothing in half of them.
type plan struct {
	push, access int // at which the migrator is killed, from 1 on
	fault        fault
}

func drawFaults(draws *rand.Rand) (p plan) {
	switch draws.IntN(8) {
	case 0:
		p.push = 1 + draws.IntN(5)
	case 1:
		p.access = 1 + draws.IntN(60)
	case 2:
		p.fault = fault{kind: unavailable + faultKind(draws.IntN(2)), in: draws.IntN(200)}
	case 3:
		p.fault = fault{kind: killed, in: draws.IntN(200)}
	}
	return p
}

// before lets a table be out of reach, or the process end.
func (p *process) before() error {
	f := &p.fault
	f.in--
	if f.happened || f.in >= 0 || f.kind != unavailable && f.kind != killed {
		return nil
	}
	f.happened = true
	if f.kind == killed {
		p.kill()
		return p.ctx.Err()
	}
	return table.Wrap(table.ErrUnavailable, nil, "the connection was lost")
}

// sent loses the answer to a batch that carries a call out.
func (p *process) sent(ctx context.Context, b table.Batch, results []table.Result, err error) ([]table.Result, error) {
	f := &p.fault
	k, _ := ctx.Value(callKey{}).(*call)
	if f.kind != answerLost || f.happened || f.in >= 0 || k == nil || err != nil || !k.wrote(b) {
		return results, err
	}
	f.happened = true
	results = results[len(results)-len(k.batch):] // in PreferOld there is one more
	for i, op := range k.batch {
		results[i].Status = op.Status()
		if op.Kind.Deletes() {
			results[i].ETag = ""
		}
	}
	p.Annotate(ctx, mtable.Annotation{Linearizes: true, Results: results})
	return nil, table.Wrap(table.ErrIndeterminate, context.DeadlineExceeded, "the answer was lost")
}

// wrote reports whether a batch carries the call out.
func (k *call) wrote(b table.Batch) bool {
	for _, op := range b {
		if _, ok := op.Properties[k.mark]; ok {
			return true
		}
	}
	return false
}
