package journal

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

func open(t *testing.T, dir string) (*Journal, *State) {
	t.Helper()
	j, s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j, s
}

func op(n service.LSN, conf int64, data string) service.Op {
	return service.Op{LSN: n, Epoch: service.Epoch{DataLoss: 1, Conf: conf}, Data: []byte(data)}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// same compares what is read with what should be there.
func same(t *testing.T, s *State, id service.ReplicaID, fenced int64, base service.LSN, ops ...service.Op) {
	t.Helper()
	if s.Replica != id || s.Fenced.Conf != fenced || s.Log.Base() != base {
		t.Errorf("replica %d fenced to %v, base %d", s.Replica, s.Fenced, s.Log.Base())
	}
	got := s.Log.Range(s.Log.Base(), s.Log.Last())
	if len(got)+len(ops) > 0 && !reflect.DeepEqual(got, ops) {
		t.Errorf("operations %v, want %v", got, ops)
	}
}

func TestJournal(t *testing.T) {
	dir := t.TempDir()
	j, s := open(t, dir)
	same(t, s, 0, 0, 0)
	must(t, j.Identify(7, service.Epoch{DataLoss: 1, Conf: 2}), j.Append([]service.Op{op(1, 1, "a"), op(2, 1, ""), op(3, 2, "c")}))
	_, s = open(t, dir)
	same(t, s, 7, 2, 0, op(1, 1, "a"), op(2, 1, ""), op(3, 2, "c"))
	must(t, j.Cut(1), j.Append([]service.Op{op(2, 3, "d")}))
	_, s = open(t, dir)
	same(t, s, 7, 2, 0, op(1, 1, "a"), op(2, 3, "d"))
	h := replication.History{{Epoch: service.Epoch{DataLoss: 1, Conf: 3}, Last: 9}}
	must(t, j.Reset(h), j.Append([]service.Op{op(10, 4, "e"), op(11, 4, "f")}))
	_, s = open(t, dir)
	same(t, s, 7, 2, 9, op(10, 4, "e"), op(11, 4, "f"))
	before := j.Size()
	s.Log.Trim(11, 0)
	must(t, j.Rewrite(s))
	if j.Size() >= before {
		t.Errorf("%d bytes, and %d before", j.Size(), before)
	}
	must(t, j.Append([]service.Op{op(12, 4, "g")}))
	_, s = open(t, dir)
	same(t, s, 7, 2, 11, op(12, 4, "g"))
	if e := s.Log.Epoch(9); e.Conf != 3 {
		t.Errorf("operation 9 is of epoch %v", e)
	}
}

// A file that was cut off anywhere is read up to its last whole record. A changed byte is found, unless it is in the
// last record.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	j, _ := open(t, dir)
	must(t, j.Identify(7, service.Epoch{}), j.Append([]service.Op{op(1, 1, "a")}))
	middle := j.Size()
	must(t, j.Append([]service.Op{op(2, 1, "b")}))
	name := filepath.Join(dir, "log")
	whole, err := os.ReadFile(name)
	must(t, err)
	for n := middle; n < int64(len(whole)); n++ {
		must(t, os.WriteFile(name, whole[:n], 0o600))
		k, s := open(t, dir)
		same(t, s, 7, 0, 0, op(1, 1, "a"))
		must(t, k.Append([]service.Op{op(2, 2, "c")}))
		_, s = open(t, dir)
		same(t, s, 7, 0, 0, op(1, 1, "a"), op(2, 2, "c"))
	}
	for _, at := range []int64{0, middle - 1, middle - 10} {
		bad := append([]byte(nil), whole...)
		bad[at] ^= 0x40
		must(t, os.WriteFile(name, bad, 0o600))
		if _, _, err := Open(dir); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d is changed: %v", at, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	b := sealReset(sealIdentity([]byte(magic), 3, service.Epoch{DataLoss: 1, Conf: 1}), nil)
	f.Add(seal(sealOp(b, op(1, 1, "a")), typeCut, order.AppendUint64(nil, 1)))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &State{Log: &replication.Log{}}
		good, err := s.read(b)
		if err != nil {
			return
		}
		again := &State{Log: &replication.Log{}}
		if n, err := again.read(b[:good]); n != good || err != nil || !reflect.DeepEqual(s, again) {
			t.Errorf("the good part is read as %+v, %v, and it was %+v", again, err, s)
		}
	})
}
