package journal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

const (
	magic      = "fabriclg"
	headerSize = 8
	maxRecord  = 1 << 30

	typeIdentity = 1
	typeOp       = 2
	typeReset    = 3
	typeCut      = 4
)

var (
	order = binary.LittleEndian
	table = crc32.MakeTable(crc32.Castagnoli)
)

// seal adds a record to b.
func seal(b []byte, kind byte, body ...[]byte) []byte {
	start := len(b)
	b = append(b, make([]byte, headerSize)...)
	b = append(b, kind)
	for _, p := range body {
		b = append(b, p...)
	}
	rest := b[start+headerSize:]
	order.PutUint32(b[start:], uint32(len(rest)))
	order.PutUint32(b[start+4:], crc32.Checksum(rest, table))
	return b
}

// unseal returns the first record of b, and what is behind it; ok is false if it is not whole or damaged.
func unseal(b []byte) (kind byte, body, rest []byte, ok bool) {
	if len(b) < headerSize+1 {
		return 0, nil, nil, false
	}
	n := order.Uint32(b)
	if n < 1 || n > maxRecord || int(n) > len(b)-headerSize {
		return 0, nil, nil, false
	}
	r := b[headerSize : headerSize+int(n)]
	if crc32.Checksum(r, table) != order.Uint32(b[4:]) {
		return 0, nil, b[headerSize+int(n):], false
	}
	return r[0], r[1:], b[headerSize+int(n):], true
}

func sealIdentity(b []byte, id service.ReplicaID, fenced service.Epoch) []byte {
	var p []byte
	p = order.AppendUint64(p, uint64(id))
	return seal(b, typeIdentity, appendEpoch(p, fenced))
}

func sealOp(b []byte, op service.Op) []byte {
	return seal(b, typeOp, appendEpoch(order.AppendUint64(nil, uint64(op.LSN)), op.Epoch), op.Data)
}

func sealReset(b []byte, h replication.History) []byte {
	p, err := json.Marshal(h)
	if err != nil {
		panic(err) // our own types
	}
	return seal(b, typeReset, p)
}

func appendEpoch(p []byte, e service.Epoch) []byte {
	return order.AppendUint64(order.AppendUint64(p, uint64(e.DataLoss)), uint64(e.Conf))
}

func epoch(p []byte) service.Epoch {
	return service.Epoch{DataLoss: int64(order.Uint64(p)), Conf: int64(order.Uint64(p[8:]))}
}

var errRecord = errors.New("record does not follow from what is before it")

// take makes a record part of the state.
func (s *State) take(kind byte, p []byte) error {
	switch {
	case kind == typeIdentity && len(p) == 24:
		s.Replica, s.Fenced = service.ReplicaID(order.Uint64(p)), epoch(p[8:])
	case kind == typeOp && len(p) >= 24:
		op := service.Op{LSN: service.LSN(order.Uint64(p)), Epoch: epoch(p[8:]), Data: p[24:]}
		if op.LSN != s.Log.Last()+1 {
			return fmt.Errorf("%w: operation %d behind %d", errRecord, op.LSN, s.Log.Last())
		}
		s.Log.Append(op)
	case kind == typeReset:
		var h replication.History
		if err := json.Unmarshal(p, &h); err != nil {
			return fmt.Errorf("%w: %w", errRecord, err)
		}
		s.Log.Reset(h)
	case kind == typeCut && len(p) == 8:
		to := service.LSN(order.Uint64(p))
		if to < s.Log.Base() || to > s.Log.Last() {
			return fmt.Errorf("%w: cut at %d of %d to %d", errRecord, to, s.Log.Base(), s.Log.Last())
		}
		s.Log.Cut(to)
	default:
		return fmt.Errorf("%w: type %d with %d bytes", errRecord, kind, len(p))
	}
	return nil
}
