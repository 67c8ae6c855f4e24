package deploy

import (
	"github.com/ravelgo/ravel/systems/bankd/lease"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms"
	"github.com/ravelgo/ravel/systems/tms/bank"
	"github.com/ravelgo/ravel/transport"
)

// newRegistry returns the events that travel between processes.
func newRegistry() *transport.Registry {
	var r transport.Registry
	add[chainrep.Update](&r, "chain.Update")
	add[chainrep.RespUpdate](&r, "chain.RespUpdate")
	add[chainrep.Query](&r, "chain.Query")
	add[chainrep.RespQuery](&r, "chain.RespQuery")
	add[chainrep.HeadTail](&r, "chain.HeadTail")
	add[chainrep.Forward](&r, "chain.Forward")
	add[chainrep.Handover](&r, "chain.Handover")
	add[chainrep.Ack](&r, "chain.Ack")
	add[chainrep.Config](&r, "chain.Config")
	add[chainrep.Configured](&r, "chain.Configured")
	add[chainrep.BecomeHead](&r, "chain.BecomeHead")
	add[chainrep.HeadChanged](&r, "chain.HeadChanged")
	add[chainrep.BecomeTail](&r, "chain.BecomeTail")
	add[chainrep.TailChanged](&r, "chain.TailChanged")
	add[chainrep.NewPred](&r, "chain.NewPred")
	add[chainrep.SuccInfo](&r, "chain.SuccInfo")
	add[chainrep.NewSucc](&r, "chain.NewSucc")
	add[chainrep.SuccFixed](&r, "chain.SuccFixed")
	add[chainrep.Relink](&r, "chain.Relink")
	add[chainrep.Ping](&r, "chain.Ping")
	add[chainrep.Pong](&r, "chain.Pong")
	add[chain.Again](&r, "chain.Again")
	add[lease.Beat](&r, "lease.Beat")
	add[lease.Grant](&r, "lease.Grant")
	add[lease.Refusal](&r, "lease.Refusal")
	add[tms.Submit](&r, "tms.Submit")
	add[bank.Request](&r, "bank.Request")
	add[bank.Reply](&r, "bank.Reply")
	add[bank.Answer](&r, "bank.Answer")
	add[bank.LeaderUpdated](&r, "bank.LeaderUpdated")
	add[where](&r, "bankd.Where")
	add[who](&r, "bankd.Who")
	add[Members](&r, "bankd.Members")
	return &r
}

func add[E any](r *transport.Registry, name string) {
	transport.MustRegister(r, name, transport.JSON[E](1))
}
