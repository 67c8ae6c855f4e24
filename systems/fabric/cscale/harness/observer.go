package harness

import (
	"context"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
)

// replica is what the replicas of vertices are.
type replica interface {
	service.Replica
	service.Runner
}

// observer stands between the platform and a replica, and tells the monitors which batches are acknowledged.
type observer struct {
	replica
	t    *check.T `ravel:"-"`
	self service.PartitionID
	off  int64 // see overstate
}

// observed is a factory of replicas that are observed.
func observed(t *check.T, o Options, create service.Factory) service.Factory {
	var off int64
	if o.mutant == overstate {
		off = 1
	}
	return func(i service.Info) service.Replica {
		return &observer{create(i).(replica), t, i.Partition, off}
	}
}

// Serve implements service.Replica. Behind an acknowledgement the replica is asked what it has taken. It waits for nothing
// then, so that the answer is of the same moment.
func (o *observer) Serve(ctx context.Context, req []byte) ([]byte, error) {
	answer, err := o.replica.Serve(ctx, req)
	b, ok := cscale.DecodePush(req)
	if !ok || err != nil {
		return answer, err
	}
	acknowledged, damage := cscale.DecodeTaken(answer)
	if damage != nil || acknowledged < b.Seq {
		return answer, err
	}
	now, refusal := o.replica.Serve(ctx, cscale.EncodeResume(b.From))
	if refusal == nil { // it is still the primary
		taken, damage := cscale.DecodeTaken(now)
		if damage == nil {
			o.t.Notify(acked{o.self, b.From, b.Seq, acknowledged + o.off, taken})
		}
	}
	return answer, err
}
