package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// files is a Storage in memory.
type files map[string]string

func (s files) List() (names []string) { return nil }
func (s files) Read(name string) ([]byte, error) {
	if _, ok := s[name]; !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(s[name]), nil
}
func (s files) Append(name string, p []byte) error   { s[name] += string(p); return nil }
func (s files) Write(string, int, []byte) error      { return errors.ErrUnsupported }
func (s files) Truncate(name string, size int) error { s[name] = s[name][:size]; return nil }
func (s files) Rename(from, to string) error         { s[to] = s[from]; return s.Remove(from) }
func (s files) Sync(string) error                    { return nil }
func (s files) SyncNames() error                     { return nil }
func (s files) Remove(name string) error {
	if _, err := s.Read(name); err != nil {
		return err
	}
	delete(s, name)
	return nil
}

func (p *platform) Storage() service.Storage { return p.files }

// durable returns a replica that has recovered what is in the files.
func durable(t *testing.T, in files, cfg Config) (*Durable, service.LSN, error) {
	t.Helper()
	cfg.Durable = true
	make, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d := make(service.Info{}).(*Durable)
	if err := d.Open(t.Context(), &platform{files: in}); err != nil {
		t.Fatal(err)
	}
	at, epoch, err := d.Recover(t.Context())
	if err == nil && (at != d.book.LSN || epoch != d.book.Epoch) {
		t.Errorf("it has recovered %d of %v, and has %d of %v", at, epoch, d.book.LSN, d.book.Epoch)
	}
	return d, at, err
}

// history are operations of a replica, two to an epoch.
func history(n int) (ops []service.Op) {
	for i := range n {
		op := service.Op{LSN: service.LSN(i + 1), Epoch: service.Epoch{DataLoss: 1, Conf: int64(i / 2)}, Data: fmt.Appendf(nil, "transfer t/%d a b 1", i)}
		if i == 0 {
			op.Data = []byte("open s/1 a 100")
		}
		if i == 1 {
			op.Data = []byte("open u/1 b 0")
		}
		ops = append(ops, op)
	}
	return ops
}

func applyAll(t *testing.T, d *Durable, ops []service.Op) {
	t.Helper()
	for _, op := range ops {
		if err := d.Apply(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
}

// The state outlives the process: all of it, whatever was in the middle of being written, and however often it is written anew.
func TestRecover(t *testing.T) {
	for checkpoint := 1; checkpoint < 8; checkpoint++ {
		in := files{}
		ops := history(6)
		for n := range len(ops) {
			d, at, err := durable(t, in, Config{Checkpoint: checkpoint})
			if err != nil || int(at) != n {
				t.Fatalf("checkpoint %d: %d operations are recovered, not %d: %v", checkpoint, at, n, err)
			}
			applyAll(t, d, ops[n:n+1])
			want := d.Inspect()
			size := len(in[stateFile])
			in[stateFile] += "0badc0de op 99"
			again, _, err := durable(t, in, Config{})
			if got := again.Inspect(); err != nil || !reflect.DeepEqual(got, want) || len(in[stateFile]) != size {
				t.Fatalf("checkpoint %d: %v, %+v, want %+v", checkpoint, err, got, want)
			}
		}
	}
}

// What is taken back is as if it had never been, also for the next process; what is older than the snapshot cannot be.
func TestRollback(t *testing.T) {
	ops := history(6)
	for to := range service.LSN(7) {
		in, plain := files{}, files{}
		d, _, _ := durable(t, in, Config{})
		applyAll(t, d, ops)
		if err := d.Rollback(t.Context(), to); err != nil {
			t.Fatal(err)
		}
		other, _, _ := durable(t, plain, Config{})
		applyAll(t, other, ops[:to])
		if got, want := d.Inspect(), other.Inspect(); !reflect.DeepEqual(got, want) || in[stateFile] != plain[stateFile] {
			t.Errorf("back to %d: %+v, want %+v", to, got, want)
		}
		applyAll(t, d, ops[to:])
	}
	d, _, _ := durable(t, files{}, Config{Checkpoint: 2})
	applyAll(t, d, ops)
	if err := d.Rollback(t.Context(), 1); !errors.Is(err, service.ErrRebuild) {
		t.Error(err)
	}
}

// A copy takes the place of what was there.
func TestRestoreDurable(t *testing.T) {
	in := files{}
	d, _, _ := durable(t, in, Config{})
	applyAll(t, d, history(5))
	if err := d.Restore(t.Context(), pieces("ledger 1 9 1 4 0 -7 1 1", "account a 7", "session t/3 ok 1")); err != nil {
		t.Fatal(err)
	}
	again, at, err := durable(t, in, Config{})
	if err != nil || at != 9 || !reflect.DeepEqual(again.Inspect(), d.Inspect()) {
		t.Errorf("%d, %v, %+v, want %+v", at, err, again.Inspect(), d.Inspect())
	}
}

// A file that is damaged, and not just cut off, is an error that says so.
func TestDamaged(t *testing.T) {
	in := files{}
	d, _, _ := durable(t, in, Config{})
	applyAll(t, d, history(4))
	good := in[stateFile]
	for want, bad := range map[string]string{
		"is damaged at byte":         strings.Replace(good, "s/1", "x/1", 1),
		"begin with ledger 1":        sealed("ledger 2"),
		"it is empty":                "",
		"is no operation":            good + sealed("account a 7"),
		"comes behind 4":             good + sealed("op 9 1 1 read"),
		"there are words missing":    good + sealed("op 5 1 1"),
		"is no operation of the log": good + sealed("op 5 1 1 audit"),
	} {
		if _, _, err := durable(t, files{stateFile: bad}, Config{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
