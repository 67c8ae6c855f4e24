package harness

import (
	"context"
	"strings"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// A fault happens once to a client, at an access that is drawn before.
type fault int

const (
	noFault     fault = iota
	unavailable       // the table cannot be reached
	answerLost        // the batch that carries a call out takes place, and the client does not hear of it
	killed            // the process is killed before the access, or when it is told of a state, and a new one begins
)

// faults are those of a client.
type faults struct {
	client *client
	kind   fault
	in     int  // accesses from now on
	push   int  // killed: at the push of this number instead, from 1 on
	pushes int  // that the client was told of
	failed bool // it has happened
}

// access lets a table be out of reach, or the process end.
func (f *faults) access(context.Context) error {
	f.in--
	if f.failed || f.in >= 0 || f.push > 0 || f.kind != unavailable && f.kind != killed {
		return nil
	}
	f.failed = true
	if f.kind == killed {
		f.client.kill()
		return f.client.life.Err()
	}
	f.client.at.Logf("the table is out of reach")
	f.client.at.Sometimes(true, isUnavailable)
	return table.Wrap(table.ErrUnavailable, nil, "the connection was lost")
}

// pushed lets the process end when it is told of a state, before it acts in it.
func (f *faults) pushed() {
	if f.pushes++; f.kind == killed && f.pushes == f.push {
		f.failed = true
		f.client.kill()
	}
}

// sent loses the answer to a batch that carries a call out. Others may be repeated, and what becomes of them is told in
// their annotations.
func (f *faults) sent(ctx context.Context, b table.Batch, r reply) reply {
	k, _ := ctx.Value(callKey{}).(*call)
	if f.kind != answerLost || f.failed || f.in >= 0 || k == nil || r.Err != nil || !k.wrote(b) {
		return r
	}
	f.failed = true
	f.client.at.Logf("the answer is lost")
	f.client.at.Sometimes(true, loses)
	err := table.Wrap(table.ErrIndeterminate, context.DeadlineExceeded, "the answer was lost")
	if !f.client.annotated {
		return reply{Err: err}
	}
	results := r.Results[len(r.Results)-len(k.Batch):] // in PreferOld there is one more
	for i, op := range k.Batch {
		results[i].Status = op.Status()
		if op.Kind.Deletes() {
			results[i].ETag = ""
		}
	}
	f.client.Annotate(ctx, mtable.Annotation{Linearizes: true, Results: results})
	return reply{Err: err}
}

// wrote reports whether a batch carries the call out.
func (k *call) wrote(b table.Batch) bool {
	for _, op := range b {
		for name := range op.Properties {
			if strings.HasPrefix(name, k.mark) {
				return true
			}
		}
	}
	return false
}
