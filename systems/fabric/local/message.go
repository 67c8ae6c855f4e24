package local

import (
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/host"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/wire"
)

// What processes tell and ask each other. Those of replicas are binary, as there are many; the others are JSON.
const (
	kindEnsemble wire.Kind = iota + 1 // message: of the consensus protocol
	kindReplica                       // message: of a replica to another one
	kindWho                           // call: whether a node is new, and its number
	kindAdmit                         // call: take a node in that has lost its folder
	kindSync                          // call: what a node should host
	kindReport                        // call: what replicas have to tell
	kindCopy                          // call: a part of a copy
	kindServe                         // call: a request to a replica
	kindResolve                       // call: where a primary is
	kindState                         // call: the state of the manager, as a node knows it
	kindSwap                          // call: another primary
	kindLeave                         // call: a node stops
)

// The lanes of a connection.
const (
	laneControl  = iota // what leases and elections depend on
	laneReplicas        // operations and copies
	laneCalls           // requests of services and clients
)

type (
	whoAnswer struct {
		ID  uint64
		New bool
	}
	admitRequest struct {
		ID   uint64
		Name string
	}
	syncRequest struct {
		Node, Nonce string
		Life        int64            // 0: the node begins one
		Files       []failover.Files // if it begins one
		Seen        uint64           // the version of the state that it knows
	}
	syncAnswer struct {
		Life     int64 // 0: the life of the node is over
		Version  uint64
		Wants    []failover.Want
		Obsolete []service.PartitionID
	}
	copyRequest struct {
		To   service.ReplicaID
		Copy host.Copy
	}
	resolveAnswer struct {
		Addr       string // "": no primary is known
		Replica    service.ReplicaID
		Partitions int
	}
)

// errNotManager is what a node answers that is asked as the manager and is not.
var errNotManager = errors.New("fabric: this node is not the manager")

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own types
	}
	return b
}

// The messages of replicas: type, sender, receiver, epoch, fields.
const (
	typeBegin = iota + 1
	typeAppend
	typeAck
)

func encodeReplica(from, to service.ReplicaID, msg any) []byte {
	head := func(kind byte, e service.Epoch) []byte {
		b := append(make([]byte, 0, 64), kind)
		b = binary.AppendUvarint(b, uint64(from))
		b = binary.AppendUvarint(b, uint64(to))
		return appendEpoch(b, e)
	}
	switch m := msg.(type) {
	case replication.Begin:
		return head(typeBegin, m.Epoch)
	case replication.Ack:
		b := head(typeAck, m.Epoch)
		b = binary.AppendUvarint(b, uint64(m.Held))
		return binary.AppendUvarint(b, uint64(m.Applied))
	case replication.Append:
		b := appendEpoch(head(typeAppend, m.Epoch), m.Before)
		b = binary.AppendUvarint(b, uint64(m.Ops[0].LSN))
		for _, op := range m.Ops {
			b = appendEpoch(b, op.Epoch)
			b = binary.AppendUvarint(b, uint64(len(op.Data)))
			b = append(b, op.Data...)
		}
		return b
	}
	panic("no message of a replica")
}

func appendEpoch(b []byte, e service.Epoch) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(e.DataLoss)), uint64(e.Conf))
}

// reader takes numbers and bytes from a message.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) num() int64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > 1<<62 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return int64(v)
}

func (r *reader) epoch() service.Epoch { return service.Epoch{DataLoss: r.num(), Conf: r.num()} }

func (r *reader) bytes() []byte {
	n := r.num()
	if n > int64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	p := r.b[:n:n]
	r.b = r.b[n:]
	return p
}

// decodeReplica is the inverse of encodeReplica; ok is false if the message is none.
func decodeReplica(b []byte) (from, to service.ReplicaID, msg any, ok bool) {
	if len(b) == 0 {
		return 0, 0, nil, false
	}
	r := &reader{b: b[1:]}
	from, to = service.ReplicaID(r.num()), service.ReplicaID(r.num())
	e := r.epoch()
	switch b[0] {
	case typeBegin:
		msg = replication.Begin{Epoch: e}
	case typeAck:
		msg = replication.Ack{Epoch: e, Held: service.LSN(r.num()), Applied: service.LSN(r.num())}
	case typeAppend:
		m := replication.Append{Epoch: e, Before: r.epoch()}
		for n := service.LSN(r.num()); len(r.b) > 0; n++ {
			m.Ops = append(m.Ops, service.Op{LSN: n, Epoch: r.epoch(), Data: r.bytes()})
		}
		r.bad = r.bad || len(m.Ops) == 0
		msg = m
	default:
		return 0, 0, nil, false
	}
	return from, to, msg, !r.bad
}

// How a request to a replica went.
const (
	served byte = iota
	failed      // Serve has returned an error, whose text follows
	gone        // it was not served
	unsure      // it may have been served
)
