package local

import (
	"reflect"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

var messages = []any{
	replication.Begin{Epoch: service.Epoch{DataLoss: 1, Conf: 2}},
	replication.Ack{Epoch: service.Epoch{DataLoss: 1, Conf: 300}, Held: 1 << 40, Applied: 7},
	replication.Append{
		Epoch: service.Epoch{DataLoss: 2, Conf: 2}, Before: service.Epoch{DataLoss: 1, Conf: 1},
		Ops: []service.Op{
			{LSN: 200, Epoch: service.Epoch{DataLoss: 1, Conf: 1}, Data: []byte("a")},
			{LSN: 201, Epoch: service.Epoch{DataLoss: 2, Conf: 2}, Data: []byte{}},
		},
	},
}

func TestMessages(t *testing.T) {
	for _, m := range messages {
		from, to, got, ok := decodeReplica(encodeReplica(3, 400, m))
		if from != 3 || to != 400 || !ok || !reflect.DeepEqual(got, m) {
			t.Errorf("%+v is read as %+v, from %d to %d, %t", m, got, from, to, ok)
		}
	}
}

func FuzzMessages(f *testing.F) {
	for _, m := range messages {
		f.Add(encodeReplica(1, 2, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		from, to, m, ok := decodeReplica(b)
		if !ok {
			return
		}
		from2, to2, m2, ok := decodeReplica(encodeReplica(from, to, m))
		if !ok || from2 != from || to2 != to || !reflect.DeepEqual(m, m2) {
			t.Errorf("%+v is read as %+v", m, m2)
		}
	})
}
