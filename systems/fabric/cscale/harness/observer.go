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
	mutant
}

// observed is a factory of replicas that are observed.
func observed(t *check.T, o Options, create service.Factory) service.Factory {
	return func(i service.Info) service.Replica {
		return &observer{create(i).(replica), t, i.Partition, o.mutant}
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
		if taken, damage := cscale.DecodeTaken(now); damage == nil {
			o.tell(acked{o.self, b.From, b.Seq, b.Items, acknowledged, taken})
		}
	}
	return answer, err
}

// tell tells the monitors of an acknowledgement, and what a mutant takes it for.
func (o *observer) tell(a acked) {
	if o.mutant == overstate {
		a.Answer++
	}
	o.t.Notify(a)
	if o.mutant == altered {
		a.Items = nil
		o.t.Notify(a)
	}
}
